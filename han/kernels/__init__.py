"""Compiled and NumPy arithmetic that layers and prediction share."""
