"""The code list as a tree: the `Taxonomy`, where it is read from, and its checks."""
