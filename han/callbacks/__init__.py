"""Keras callbacks of a training: stopping, saving, averaging, TensorBoard."""
