"""What tests share: references in plain NumPy, small networks, runs and experiments."""
