"""What `han.explain` can be asked for; what computes it takes longer to import."""

from typing import Literal

By = Literal["parts", "attention", "deletion", "gradients"]
ROWS = 200  # of a page, if nobody asks for more
LEAST_RECORDS = 10  # that hold a word before a table of words lists it
