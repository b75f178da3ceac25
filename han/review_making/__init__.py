"""Queues for clerks: made from coded answers, exported, imported."""
