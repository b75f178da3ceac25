"""Devices, processes and Slurm: strategies, batch scripts, set-up of a process."""
