"""A corpus before any model: its words, vectors and topics."""
