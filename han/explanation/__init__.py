"""Evidence for a code, word by word, and how faithful that evidence is."""
