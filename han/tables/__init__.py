"""Rows, in and out: text, workbooks, databases and others; whole-file writes."""
