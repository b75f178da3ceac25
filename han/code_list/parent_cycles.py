"""Codes that are their own ancestors, named before all the codes below them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from han.errors import count_of

SHOWN = 10


def find_cycles(parents: Sequence[int]) -> list[list[int]]:
    """Positions in each cycle of parents, from child to parent.

    Args:
        parents: For each position that of its parent, -1 at the top.

    Example:
        >>> find_cycles([-1, 2, 1, 1, 4])
        [[1, 2], [4]]
    """
    seen_from = [-1] * len(parents)  # the position from which each was reached
    cycles = []
    for start in range(len(parents)):
        here, way = start, []
        while here != -1 and seen_from[here] == -1:
            seen_from[here] = start
            way.append(here)
            here = parents[here]
        if here != -1 and seen_from[here] == start:
            cycles.append(way[way.index(here) :])
    return cycles


def cycle_message(
    codes: Sequence[str], parents: Sequence[int], rows: Sequence[int] = ()
) -> str:
    """One sentence on codes that are their own ancestors; "" if there are none.

    Args:
        codes: The codes.
        parents: For each the position of its parent, -1 at the top.
        rows: The row of each in its file, if it has one.

    Example:
        >>> cycle_message(["1", "2"], [1, 0]).partition(". ")[0]
        'The code list has a cycle of parents: 1 -> 2 -> 1'
    """
    cycles = find_cycles(parents)
    if not cycles:
        return ""
    own = [cycle[0] for cycle in cycles if len(cycle) == 1]
    below = _count_below(parents, cycles)
    innocent = f" ({count_of(below, 'code')} below not counted)" if below else ""
    if own:
        named = ", ".join(f"{codes[i]!r}{_row(rows, i)}" for i in own[:SHOWN])
        what = "codes that are their own parents" if own[1:] else "a code that is its "
        what += "" if own[1:] else "own parent"
        return (
            f"The code list has {what}: {named}{_more(own)}{innocent}. Leave the "
            "parent of a code at the top empty."
        )
    cycle = cycles[0]
    chain = " -> ".join(f"{codes[i]}{_row(rows, i)}" for i in cycle[:SHOWN])
    chain += f" ->{_more(cycle)} -> " if cycle[SHOWN:] else " -> "
    others = f" (and {count_of(len(cycles) - 1, 'more cycle')})" if cycles[1:] else ""
    return (
        f"The code list has a cycle of parents: {chain}{codes[cycle[0]]}{others}"
        f"{innocent}. Give one of them an empty parent, or the right one."
    )


def _row(rows: Sequence[int], position: int) -> str:
    return f" (row {rows[position]})" if rows else ""


def _more(items: Sequence[object]) -> str:
    return f" and {len(items) - SHOWN:,} more" if len(items) > SHOWN else ""


def _count_below(parents: Sequence[int], cycles: Sequence[Sequence[int]]) -> int:
    """How many codes hang on the cycles and are not at fault."""
    above = np.append(np.asarray(parents, dtype=np.int64), -1)
    for _ in range(len(parents).bit_length()):  # doubles the way up each time
        above = np.where(above == -1, -1, above[above])
    return int((above[:-1] != -1).sum()) - sum(map(len, cycles))
