"""Linear models of sparse features, on the same tree of codes."""
