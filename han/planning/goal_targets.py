"""What `--target` asks for, by level."""

from __future__ import annotations

import math
from collections.abc import Sequence

from han.code_list.taxonomy import Taxonomy
from han.decisions.level_names import find_level
from han.errors import InputError


def read_targets(given: Sequence[str], tree: Taxonomy) -> dict[int, float]:
    """Targets by level.

    Args:
        given: Such as `leaf=0.95`.
        tree: The code list.

    Raises:
        InputError: If one is of another form, or a level is named twice.

    Example:
        >>> read_targets(["1=0.98", "leaf=0.9"], Taxonomy(["1", "11"], [-1, 0]))
        {1: 0.98, 2: 0.9}
    """
    found: dict[int, float] = {}
    for text in given:
        name, _, value = text.partition("=")
        try:
            accuracy = float(value)
        except ValueError:
            accuracy = math.nan
        if not 0 < accuracy < 1:
            raise InputError(
                f"--target {text}: expected LEVEL=ACCURACY, the accuracy above 0 and "
                "under 1, such as leaf=0.95 or 2=0.98."
            )
        level = find_level(name.strip(), tree)
        if level in found:
            raise InputError(f"--target {text}: level {level} has a target already.")
        found[level] = accuracy
    return found
