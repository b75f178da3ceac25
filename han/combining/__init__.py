"""Several runs over one code list become one run that mixes their probabilities."""
