"""The page of an evaluation: coded records in, one HTML file out."""
