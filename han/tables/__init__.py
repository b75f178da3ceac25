"""Files of rows, in and out: CSV, TSV and Parquet; encodings; whole-file writes."""
