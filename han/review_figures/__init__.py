"""What the decisions of a queue say: times, agreement, and accuracy by design."""
