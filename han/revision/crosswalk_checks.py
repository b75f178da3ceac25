"""What is wrong with a crosswalk, held against both code lists."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from han.code_list.taxonomy import Taxonomy
from han.revision.crosswalk_rows import TOLERANCE, CrosswalkRows

FAULTS = (
    "old_without_target",
    "new_without_source",
    "unknown_old",
    "unknown_new",
    "wrong_level_old",
    "wrong_level_new",
    "twice",
    "share_sum",
)


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong.

    Attributes:
        kind: One of `FAULTS`.
        code: The code; of a pair that stands there twice, both.
        rows: Rows of the crosswalk, from 1; none for a code that is missing there.
        found: What was found: the sum of shares, or the level; else "".
    """

    kind: str
    code: str
    rows: tuple[int, ...] = ()
    found: str = ""


def crosswalk_faults(
    rows: CrosswalkRows, old: Taxonomy, new: Taxonomy, *, level: int | None = None
) -> list[Fault]:
    """All that is wrong with a crosswalk, in the order of `FAULTS`.

    Args:
        rows: Of the crosswalk. Where they have levels, each code must stand on that
            of its row, and each level that occurs must be complete.
        old: The old code list.
        new: The new code list.
        level: The level of all codes, where rows have none; None: full codes, those
            without any below them.

    Example:
        >>> old, new = Taxonomy(["1", "2"], [-1, -1]), Taxonomy(["a"], [-1])
        >>> found = crosswalk_faults(CrosswalkRows("", [1], ["1"], ["b"]), old, new)
        >>> [(fault.kind, fault.code) for fault in found]
        [('old_without_target', '2'), ('new_without_source', 'a'), ('unknown_new', 'b')]
    """
    has_target = [code for code, to in zip(rows.old, rows.new, strict=True) if to]
    all_rows: list[int | None] = [level] * len(rows.rows)
    levels = rows.levels or all_rows
    faults = [
        *_missing("old_without_target", old, has_target, set(levels)),
        *_missing("new_without_source", new, rows.new, set(levels)),
        *_misplaced("old", rows.old, old, levels, rows.rows),
        *_misplaced("new", rows.new, new, levels, rows.rows),
        *_twice(rows),
        *_share_sums(rows),
    ]
    return sorted(faults, key=lambda fault: FAULTS.index(fault.kind))


def _missing(
    kind: str, tree: Taxonomy, codes: Sequence[str], levels: set[int | None]
) -> Iterator[Fault]:
    known = {node for code in set(codes) for node in _nodes(code, tree)}
    for node in range(tree.num_nodes):
        if node not in known and levels & {int(tree.levels[node]), _leaf(node, tree)}:
            yield Fault(kind, tree.node_names[node])


def _leaf(node: int, tree: Taxonomy) -> int | None:
    """None, which stands for full codes, if it is one; else no level."""
    return 0 if tree.child_counts[node] else None


def _nodes(code: str, tree: Taxonomy) -> list[int]:
    """The node of a code; none if it is not known or may be several."""
    found = tree.naming.find(code) if code else []
    return found if len(found) == 1 else []


def _misplaced(
    side: str,
    codes: Sequence[str],
    tree: Taxonomy,
    levels: Sequence[int | None],
    numbers: Sequence[int],
) -> Iterator[Fault]:
    """Codes that are not in the list, and those on another level."""
    found: dict[tuple[str, str, str], list[int]] = {}
    for code, level, row in zip(codes, levels, numbers, strict=True):
        nodes = _nodes(code, tree)
        if code and not nodes:
            found.setdefault((f"unknown_{side}", code, ""), []).append(row)
        elif nodes and not {level} & {
            int(tree.levels[nodes[0]]),
            _leaf(nodes[0], tree),
        }:
            at = str(tree.levels[nodes[0]])
            found.setdefault((f"wrong_level_{side}", code, at), []).append(row)
    for (kind, code, at), where in found.items():
        yield Fault(kind, code, tuple(where), at)


def _twice(rows: CrosswalkRows) -> Iterator[Fault]:
    pairs: dict[tuple[str, str], list[int]] = {}
    for old, new, row in zip(rows.old, rows.new, rows.rows, strict=True):
        pairs.setdefault((old, new), []).append(row)
    for (old, new), where in pairs.items():
        if len(where) > 1:
            yield Fault("twice", f"{old} > {new}", tuple(where))


def _share_sums(rows: CrosswalkRows) -> Iterator[Fault]:
    if rows.shares is None:
        return
    places: dict[str, list[int]] = {}
    for place, old in enumerate(rows.old):
        if rows.new[place]:
            places.setdefault(old, []).append(place)
    for old, found in places.items():
        total = math.fsum(rows.shares[place] for place in found)
        if abs(total - 1) > TOLERANCE:
            where = tuple(rows.rows[place] for place in found)
            yield Fault("share_sum", old, where, f"{total:.6g}")


def code_kinds(targets: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """What kind of change each old code meets.

    `1:1` one target that comes from it alone; `n:1` one target that others share; `1:n`
    several targets that come from it alone; `n:m` several, some of which others share;
    `1:0` none.

    Args:
        targets: New codes of each old one.

    Example:
        >>> code_kinds({"1": ["a"], "2": ["b", "c"], "3": ["c"]})
        {'1': '1:1', '2': 'n:m', '3': 'n:1'}
    """
    sources = Counter(new for to in targets.values() for new in set(to))
    kinds = {}
    for old, to in targets.items():
        shared = any(sources[new] > 1 for new in to)
        several = ("1:n", "n:m") if len(to) > 1 else ("1:1", "n:1")
        kinds[old] = several[shared] if to else "1:0"
    return kinds
