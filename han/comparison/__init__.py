"""Several runs on the same records: who is better, and by how much for sure."""
