"""Numbers that are NaN or infinite: found where they are read, not in a code."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


class NotFinite(ValueError):
    """A stored number is NaN or infinite."""


def require_finite(what: str, numbers: npt.ArrayLike) -> None:
    """Raises NotFinite if a number is NaN or infinite; no other type of array is.

    Args:
        what: What the numbers are, as it begins a sentence.
        numbers: An array of any shape and type, or a number.

    Example:
        >>> require_finite("The vector of pan", [1.0, 2.0])
        >>> require_finite("The vector of pan", [1.0, np.nan])
        Traceback (most recent call last):
        ...
        han.kernels.finite_numbers.NotFinite: The vector of pan holds NaN or infinity
    """
    found = np.asarray(numbers)
    if found.dtype.kind in "fc" and not np.isfinite(found).all():
        raise NotFinite(f"{what} holds NaN or infinity")
