"""How much memory this process takes."""

from __future__ import annotations

import os
import sys
from pathlib import Path

GIGABYTE = 1e9
STATUS = Path("/proc/self/statm")  # of Linux


def memory() -> dict[str, float]:
    """Memory in gigabytes (1e9 bytes), by name.

    Returns:
        `process` now, where the system tells it, and `process_peak`, the most so far;
        `gpu_0` and `gpu_0_peak` of each GPU that TensorFlow uses.

    Example:
        >>> 0 < memory()["process_peak"] < 1e6
        True
    """
    found = {"process_peak": _peak() / GIGABYTE}
    if STATUS.is_file():
        pages = int(STATUS.read_text().split()[1])
        found["process"] = pages * os.sysconf("SC_PAGE_SIZE") / GIGABYTE
    return found | _gpus()


def _peak() -> float:
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(most if sys.platform == "darwin" else most * 1024)


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
