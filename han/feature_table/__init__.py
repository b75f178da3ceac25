"""Features of texts as a table, for those who model elsewhere."""
