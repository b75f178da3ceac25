"""Packages that take a tenth of a second or more to import: only when they are used.

`import han`, `han.load` and mistakes of users need none of them. A file on the way of
loading a run takes them from here: `from han.late_packages import pd`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import joblib
    import numba
    import pandas as pd
    from scipy import sparse, special

__all__ = ["joblib", "numba", "pd", "sparse", "special"]


class LatePackage:
    """A package, or a part of one, that is imported when something of it is asked for.

    Args:
        name: Its full name.

    Example:
        >>> LatePackage("json").dumps([1])
        '[1]'
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        found = getattr(importlib.import_module(self._name), attribute)
        setattr(self, attribute, found)  # next time without this detour
        return found


if not TYPE_CHECKING:
    joblib = LatePackage("joblib")
    numba = LatePackage("numba")
    pd = LatePackage("pandas")
    sparse = LatePackage("scipy.sparse")
    special = LatePackage("scipy.special")
