"""Parts of `scripts/benchmark_sets.py`."""
