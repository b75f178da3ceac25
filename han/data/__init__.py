"""Records and what is done to them before they are encoded: splits, checks, noise."""
