"""A trained run on labelled records: scores, calibration, pages."""
