"""Confusions of the codes under each parent, nested like the tree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from han.code_list.taxonomy import ROOT
from han.decisions.coded_records import CodedRecords

SECTIONS = 150  # parents shown
PAIRS = 8  # confusions shown of each


@dataclass(frozen=True)
class Confusion:
    """What is confused among the children of one parent.

    It counts the records whose true and given code both go on below the parent.

    Attributes:
        parent: The parent; -1 is the whole list.
        rows: Number of records.
        wrong: Those among them whose given code is not the true one, at any depth.
        pairs: True child, given child and number of records, most first.
        rest: Number of records with confusions that are not listed.
        inside: The same for the children, most errors first.
        hidden: Number of children with errors that are not shown.
    """

    parent: int
    rows: int
    wrong: int
    pairs: list[tuple[int, int, int]]
    rest: int
    inside: list[Confusion]
    hidden: int


def confusion(
    coded: CodedRecords, sections: int = SECTIONS, pairs: int = PAIRS
) -> Confusion:
    """Confusions of the whole list, which open into those under each parent.

    Where errors are most is shown: a parent has all errors of its children, so no
    child is shown without its parent.

    Args:
        coded: The records.
        sections: Number of parents to show at most.
        pairs: Number of confusions to show of each.
    """
    tree = coded.tree
    found = coded.pairs()
    rows = np.zeros(tree.num_nodes + 1, np.int64)  # the first one is of the root
    wrong = np.zeros_like(rows)
    is_wrong = found.true != found.predicted
    for depth in range(tree.num_levels):
        # Both paths run through the same node of this depth and go on below it.
        on = (found.shared_depth >= depth) & (
            np.minimum(found.true_depth, found.predicted_depth) > depth
        )
        above = found.true_paths[on, depth - 1] if depth else np.full(on.sum(), ROOT)
        rows += np.bincount(above + 1, minlength=len(rows))
        wrong += np.bincount(above + 1, is_wrong[on], len(rows)).astype(np.int64)
    chosen = _most(wrong, sections)
    by_parent = _child_pairs(coded)
    return _section(coded, ROOT, rows, wrong, chosen, by_parent, pairs)


def _most(wrong: np.ndarray, sections: int) -> set[int]:
    """Parents with most errors, those above first among equals."""
    order = np.argsort(-wrong, kind="stable")[:sections]
    return {int(place) - 1 for place in order if wrong[place]}


def _child_pairs(coded: CodedRecords) -> dict[int, list[tuple[int, int, int]]]:
    """Confused children of each parent, most frequent first."""
    found = coded.pairs()
    apart = found.shared_depth
    on = np.flatnonzero(np.minimum(found.true_depth, found.predicted_depth) > apart)
    children = [
        paths[on, apart[on]] for paths in (found.true_paths, found.predicted_paths)
    ]
    pairs, counts = np.unique(np.column_stack(children), axis=0, return_counts=True)
    by_parent: dict[int, list[tuple[int, int, int]]] = {}
    for place in np.argsort(-counts, kind="stable"):
        true, given = map(int, pairs[place])
        parent = int(coded.tree.parents[true])
        by_parent.setdefault(parent, []).append((true, given, int(counts[place])))
    return by_parent


def _section(
    coded: CodedRecords,
    parent: int,
    rows: np.ndarray,
    wrong: np.ndarray,
    chosen: set[int],
    by_parent: dict[int, list[tuple[int, int, int]]],
    shown: int,
) -> Confusion:
    children = [
        c for c in coded.tree.children(parent).tolist() if wrong[c + 1] and rows[c + 1]
    ]
    children.sort(key=lambda c: -wrong[c + 1])
    pairs = by_parent.get(parent, [])
    return Confusion(
        parent,
        int(rows[parent + 1]),
        int(wrong[parent + 1]),
        pairs[:shown],
        sum(count for _, _, count in pairs[shown:]),
        [
            _section(coded, c, rows, wrong, chosen, by_parent, shown)
            for c in children
            if c in chosen
        ],
        sum(c not in chosen for c in children),
    )
