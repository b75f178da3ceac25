"""How much memory this process takes."""

from __future__ import annotations

import sys

import psutil

GIGABYTE = 1e9


def memory() -> dict[str, float]:
    """Memory in gigabytes (1e9 bytes), by name.

    Returns:
        `process` now, and `process_peak`, the most so far; `gpu_0` and `gpu_0_peak` of
        each GPU that TensorFlow uses.

    Example:
        >>> 0 < memory()["process_peak"] < 1e6
        True
    """
    now = psutil.Process().memory_info()
    peak = getattr(now, "peak_wset", None) or _peak()
    return {"process": now.rss / GIGABYTE, "process_peak": peak / GIGABYTE} | _gpus()


def _peak() -> int:
    """The most memory so far, in bytes, which psutil tells on Windows alone."""
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
