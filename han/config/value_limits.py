"""Limits of a key's value, which the reader checks."""

from __future__ import annotations

from dataclasses import field
from typing import Any

LARGEST_COUNT = 2**31 - 1


def at_least(minimum: float, default: Any) -> Any:
    """A key whose value is a number of at least `minimum`; counts fit 32 bits."""
    limits: dict[str, float] = {"minimum": minimum}
    if isinstance(minimum, int):
        limits["maximum"] = LARGEST_COUNT
    return field(default=default, metadata=limits)


def share(default: float) -> Any:
    """A key whose value is a share: from 0 to below 1."""
    return field(default=default, metadata={"minimum": 0.0, "below": 1.0})


def probability(default: float | None) -> Any:
    """A key whose value is a probability: from 0 to 1."""
    return field(default=default, metadata={"minimum": 0.0, "maximum": 1.0})


def limited(default: float, **limits: float) -> Any:
    """A number with limits of its own: `minimum`, `above`, `below`, `maximum`."""
    return field(default=default, metadata=limits)
