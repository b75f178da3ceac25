"""Levels as people name them: by number, as `leaf`, or by the length of their codes."""

from __future__ import annotations

import re

import numpy as np

from han.code_list.taxonomy import Taxonomy
from han.errors import InputError, listing


def find_level(name: str, tree: Taxonomy) -> int:
    """Number of a level, 1 at the top.

    Args:
        name: The number; `leaf` for the last level; or `4d` for the one whose codes all
            have four characters.
        tree: The code list.

    Raises:
        InputError: If there is no such level, or more than one.

    Example:
        >>> tree = Taxonomy(["46", "461", "463"], [-1, 0, 0])
        >>> [find_level(name, tree) for name in ("1", "leaf", "3d")]
        [1, 2, 2]
    """
    if name == "leaf":
        return tree.num_levels
    if re.fullmatch(r"[0-9]+", name):
        if 1 <= int(name) <= tree.num_levels:
            return int(name)
    elif match := re.fullmatch(r"([0-9]+)d", name):
        found = [k for k, w in _widths(tree).items() if w == [int(match[1])]]
        if len(found) == 1:
            return found[0]
    raise InputError(
        f"There is no level {name!r}. This run has the levels {_described(tree)}; give "
        "a number, leaf for the last one, or 4d for codes of four characters where all "
        "codes of one level, and of no other, are so long."
    )


def _widths(tree: Taxonomy) -> dict[int, list[int]]:
    """Lengths of the codes of each level."""
    lengths = np.array([len(code) for code in tree.codes])
    return {
        level: np.unique(lengths[tree.levels == level]).tolist()
        for level in range(1, tree.num_levels + 1)
    }


def _described(tree: Taxonomy) -> str:
    return listing(
        f"{level} (codes of {' or '.join(map(str, widths[:4]))} characters)"
        for level, widths in _widths(tree).items()
    )
