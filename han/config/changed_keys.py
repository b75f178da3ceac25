"""Keys in which two settings differ."""

from __future__ import annotations

from typing import Any


def different_keys(one: Any, two: Any, above: str = "") -> list[str]:
    """Dotted keys under which two nested mappings differ.

    Example:
        >>> different_keys({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}})
        ['a.c']
    """
    if not (isinstance(one, dict) and isinstance(two, dict)):
        return [] if one == two else [above]
    if list(one) != list(two) and set(one) == set(two):
        return [f"{above} (order)"]  # fields are read in their order
    names = dict.fromkeys([*one, *two])
    return [
        key
        for name in names
        for key in different_keys(
            one.get(name), two.get(name), f"{above}.{name}" if above else str(name)
        )
    ]
