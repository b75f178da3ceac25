"""What of respondents is in a run folder, and may it leave the office."""
