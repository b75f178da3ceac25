"""Whether promises hold where answers repeat: populations, drawings and methods."""
