"""Machines and queues: knows nothing of texts, models or training."""
