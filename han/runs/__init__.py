"""A run folder: its files, lock and signals, and the trained classifier in it."""
