"""What the speed benchmarks are made of: corpora, contestants, rounds and tables."""
