"""Whole runs: what the command and the scikit-learn estimator train alike."""
