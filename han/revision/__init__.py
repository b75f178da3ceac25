"""A code list is revised: crosswalks, new codes of records, totals back in time."""
