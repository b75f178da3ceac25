"""How many cores this process may use: one rule for all that runs side by side."""

from __future__ import annotations

import os

from han.late_packages import joblib


def usable_cores() -> int:
    """Cores that this process may use.

    The least of its affinity, the quota of its container (both by joblib) and what
    Slurm gives a task (`SLURM_CPUS_PER_TASK`).

    Example:
        >>> usable_cores() >= 1
        True
    """
    cores = int(joblib.cpu_count())
    return min(cores, _number("SLURM_CPUS_PER_TASK") or cores)


def num_threads() -> int:
    """Threads of one computation: `OMP_NUM_THREADS` if it is set, else all cores."""
    return _number("OMP_NUM_THREADS") or usable_cores()


def _number(variable: str) -> int:
    """A whole number in the environment; 0 where there is none."""
    found = os.environ.get(variable, "")
    return int(found) if found.isdecimal() else 0
