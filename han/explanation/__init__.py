"""Why a code was given: evidence word by word, and how far it can be believed."""
