"""The recipe: from a config to a run folder."""
