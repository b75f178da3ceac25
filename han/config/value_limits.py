"""Limits of a key's value, which the reader checks."""

from __future__ import annotations

from dataclasses import field
from typing import Any


def at_least(minimum: float, default: Any) -> Any:
    """A key whose value is a number of at least `minimum`."""
    return field(default=default, metadata={"minimum": minimum})


def share(default: float) -> Any:
    """A key whose value is a share: from 0 to below 1."""
    return field(default=default, metadata={"minimum": 0.0, "below": 1.0})


def probability(default: float | None) -> Any:
    """A key whose value is a probability: from 0 to 1."""
    return field(default=default, metadata={"minimum": 0.0, "maximum": 1.0})
