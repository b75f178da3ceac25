"""Looking at a corpus before any model: its words, and what it is about."""
