"""The Hierarchical Attention Network: model, training step, losses, NumPy form."""
