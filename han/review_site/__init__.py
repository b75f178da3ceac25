"""The page on which clerks code, and adjudicators decide."""
