"""What the arguments of layers must be."""

from __future__ import annotations

from typing import Any


def positive(name: str, value: Any) -> int:
    """The value if it is a positive whole number, else a ValueError that says so."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(
            f"`{name}` must be a positive whole number. Received: {name}={value!r}."
        )
    return value
