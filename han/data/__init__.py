"""From files to records, their splits, and batches."""
