"""The arithmetic of packed rows in NumPy: what the layers and the predictor share."""
