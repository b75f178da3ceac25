"""Searching settings: many trainings of one experiment, each an ordinary run."""
