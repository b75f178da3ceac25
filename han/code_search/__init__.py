"""Codes of a list found while somebody types, and what is said of each."""
