"""What a network reads of documents: packed or padded arrays, in batches."""
