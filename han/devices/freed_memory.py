"""Memory that is free again: kept for the next step, or given back to the system."""

from __future__ import annotations

import ctypes
import gc
import os
import sys
from collections.abc import Iterable
from functools import cache
from typing import Any

from han.kernels.array_pool import POOL

MANAGER = "TF_CPU_ALLOCATOR_USE_BFC"
# Of GNU's C library, from malloc.h.
TRIM_THRESHOLD, MMAP_THRESHOLD, MOST_ARENAS = -1, -3, -8
LARGEST_MMAP_THRESHOLD, NEVER = 1 << 25, (1 << 31) - 1


def reuse_memory() -> None:
    """Keeps what a step of a training frees for the next one; before TensorFlow is.

    By default each large tensor is asked of the system, which clears its pages anew,
    and a third of a training goes into that. GNU's C library can be told otherwise, and
    still gives all of it back when it is asked to. Elsewhere TensorFlow manages memory
    by itself, and keeps it as long as the process lives. A user's own setting wins.
    """
    if MANAGER in os.environ:
        return
    library = _gnu_library()
    if library is None:
        os.environ[MANAGER] = "true"
        return
    library.mallopt(MMAP_THRESHOLD, LARGEST_MMAP_THRESHOLD)
    library.mallopt(TRIM_THRESHOLD, NEVER)
    library.mallopt(MOST_ARENAS, 1)  # others give back what a thread leaves


def give_memory_back() -> None:
    """Gives what is no longer used back to the system, for what is done next.

    Layers know each other, so that they go only when Python looks for circles.
    """
    gc.collect()
    POOL.clear()
    library = _gnu_library()
    if library is not None:
        library.malloc_trim(0)


def empty_variables(variables: Iterable[Any]) -> None:
    """Frees the numbers of variables of Keras that nobody is going to read again.

    TensorFlow keeps gradients of its own making, and with them the graph of a step and
    its variables, as long as the process lives.
    """
    import tensorflow as tf

    for variable in variables:
        for part in getattr(variable.value, "values", (variable.value,)):
            none = tf.zeros((0,), part.dtype)
            tf.raw_ops.AssignVariableOp(resource=part.handle, value=none)


@cache
def _gnu_library() -> Any:
    """The C library of this process, if it is GNU's."""
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "gnu_get_libc_version") else None
