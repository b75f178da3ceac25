"""How much memory this process takes."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

import psutil

GIGABYTE = 1e9
_CGROUP_LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)


def memory() -> dict[str, float]:
    """Memory in gigabytes (1e9 bytes), by name.

    Returns:
        `process` now, and `process_peak`, the most so far; `gpu_0` and `gpu_0_peak` of
        each GPU that TensorFlow uses.

    Example:
        >>> 0 < memory()["process_peak"] < 1e6
        True
    """
    now, peak = psutil.Process().memory_info().rss, peak_memory()
    return {"process": now / GIGABYTE, "process_peak": peak / GIGABYTE} | _gpus()


def peak_memory() -> int:
    """The most memory of this process so far, in bytes."""
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset)
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def _gpus() -> dict[str, float]:
    if "tensorflow" not in sys.modules:
        return {}
    import tensorflow as tf

    found = {}
    for i in range(len(tf.config.list_logical_devices("GPU"))):
        known = tf.config.experimental.get_memory_info(f"GPU:{i}")
        found[f"gpu_{i}"] = known["current"] / GIGABYTE
        found[f"gpu_{i}_peak"] = known["peak"] / GIGABYTE
    return found


def machine_memory() -> int:
    """Memory that this process may have at most, in bytes.

    That of the machine, or less where a container or a job of Slurm is given less.

    Example:
        >>> machine_memory() > 0
        True
    """
    limits = [int(psutil.virtual_memory().total)]
    for file in _CGROUP_LIMITS:
        with contextlib.suppress(OSError, ValueError):  # not Linux, or no limit: "max"
            limits.append(int(file.read_text()))
    return min(limits)
