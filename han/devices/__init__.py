"""Processors, GPUs and processes: strategies, Slurm, and the set-up of a process."""
