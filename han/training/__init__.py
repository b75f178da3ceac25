"""The training recipe: from an experiment to a run folder."""
