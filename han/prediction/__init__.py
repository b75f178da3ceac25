"""Any number of records: read in blocks, coded side by side, written in order."""
