"""Memory of what is done, freed for what is done next."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Iterable
from functools import cache
from typing import Any

from han.kernels.array_pool import POOL


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
