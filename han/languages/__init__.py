"""Languages of pages and of what commands print: numbers, names, words."""
