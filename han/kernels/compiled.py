"""Compiles loops with numba at first use and keeps them on disk.

They lie in `__pycache__` beside the source, as Python's own compiled files do, until
the package is replaced; where that cannot be written, as in a `site-packages` of the
system, in the user's cache (`~/.cache/numba`), or where `NUMBA_CACHE_DIR` says.
"""

from __future__ import annotations

import functools
import importlib
import logging
from collections.abc import Callable
from pathlib import Path
from threading import RLock
from typing import Any

logger = logging.getLogger(__name__)

# What may be assumed so that a loop becomes vector instructions: sums in any order, but
# a NaN stays one, so that a training that diverges is seen to.
_LOOSE = {"reassoc", "contract", "arcp", "nsz"}
_MAKING = RLock()  # two threads must not make two of the same loop


class CompiledLoop:
    """A loop that is machine code from its first call on.

    numba itself is imported then, which takes a third of a second that `--help` and
    `han.load` need not wait for. Compiled loops call each other as they are.

    Args:
        function: What is to be compiled.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        functools.update_wrapper(self, function)
        self._function = function
        self._made: Any = None

    def __call__(self, *arguments: Any) -> Any:
        """What the function gives."""
        return (self._made or self.made())(*arguments)

    def made(self) -> Any:
        """The loop as numba knows it."""
        with _MAKING:
            self._made = self._made or _dispatcher(self._function)
        return self._made


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function as machine code, which runs without Python's lock.

    It is compiled for the types of its first call, within seconds, and taken from the
    disk by later processes, where there is a folder that can be written.
    """
    return CompiledLoop(function)


def load_products() -> None:
    """Loads the library of matrix products that compiled loops call."""
    importlib.import_module("scipy.linalg.cython_blas")


def _dispatcher(function: Callable[..., Any]) -> Any:
    numba = _numba()
    options: Any = {"nogil": True, "error_model": "numpy", "fastmath": _LOOSE}
    try:
        loop = numba.njit(cache=True, **options)(function)
    except RuntimeError:  # no such folder
        _say_once("compiling_always")
        return numba.njit(**options)(function)
    kept = Path(loop.stats.cache_path)
    if not any(kept.glob(f"*.{function.__qualname__}-*.nbi")):
        _say_once("compiling")
    return loop


@functools.cache
def _say_once(key: str) -> None:
    """Says why the first call takes seconds: a command shows it, a library does not."""
    from han.languages.language_names import terminal_language
    from han.languages.words import SUMMARY, Words

    logger.info(Words(SUMMARY, terminal_language()).say(key))


@functools.cache
def _numba() -> Any:
    """numba, once it knows what a compiled loop is that another one calls."""
    import numba
    from numba.extending import typeof_impl

    load_products()

    @typeof_impl.register(CompiledLoop)
    def _type(loop: CompiledLoop, _: Any) -> Any:
        return numba.types.Dispatcher(loop.made())

    return numba


@compiled
def add(total, values):  # type: ignore[no-untyped-def]
    """Adds values to a total, `(n,)` each."""
    for k in range(len(values)):
        total[k] += values[k]
