"""Queues with invented coders of known error, and what `stats` makes of them."""
