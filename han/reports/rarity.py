"""Codes with few training records, or none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from han.code_list.taxonomy import IntArray
from han.decisions.coded_records import LEAF, CodedRecords
from han.metrics.group_shares import shares_by_group
from han.reports.group_scores import Score, score

EDGES = (1, 5, 20, 100)  # of the bands: 0, 1-4, 5-19, 20-99, 100 and more
RARE = 5  # fewer training records than this are few
SHOWN = 20  # rows shown


class RarityBand(NamedTuple):
    """Full codes with so many training records.

    Attributes:
        first: Least number of training records.
        last: Greatest; None if there is no end.
        codes: Number of such codes in the list.
        tested: Number of those that are true somewhere here.
        full: Records whose full code is right.
    """

    first: int
    last: int | None
    codes: int
    tested: int
    full: Score


class RareCode(NamedTuple):
    """A full code with few training records."""

    node: int
    trained: int
    rows: int
    right: int


@dataclass(frozen=True)
class Rarity:
    """What is known of codes by their number of training records.

    Attributes:
        bands: From never seen to frequent.
        rare: Codes with few training records that are true here, most records first.
        num_rare: Number of such codes.
        unseen: Codes without any, that are true here, most records first.
        num_unseen: Number of such codes.
    """

    bands: list[RarityBand]
    rare: list[RareCode]
    num_rare: int
    unseen: list[RareCode]
    num_unseen: int


def rarity(coded: CodedRecords, counts: IntArray) -> Rarity:
    """Accuracy of full codes by how often they were trained.

    Args:
        coded: The records.
        counts: Number of training records of each node of the run's list.
    """
    tree, leaf = coded.tree, coded.at(LEAF)
    # What only the labels have, see `WiderTaxonomy`, has trained nothing.
    counts = np.pad(counts, (0, tree.num_nodes - len(counts)))
    true = coded.true[leaf.records]
    rows = np.bincount(true, minlength=tree.num_nodes)
    right = np.bincount(true, leaf.correct, tree.num_nodes).astype(int)
    band = np.searchsorted(EDGES, counts, side="right")
    shares = shares_by_group(
        band[true], leaf.correct, leaf.weights, len(EDGES) + 1, leaf.units
    )
    leaves = tree.leaves
    bands = [
        RarityBand(
            (0, *EDGES)[k],
            EDGES[k] - 1 if k < len(EDGES) else None,
            int((band[leaves] == k).sum()),
            int(((band[leaves] == k) & (rows[leaves] > 0)).sum()),
            score(shares, k),
        )
        for k in range(len(EDGES) + 1)
    ]
    tested = leaves[rows[leaves] > 0]
    tested = tested[np.argsort(-rows[tested], kind="stable")]
    codes = [
        RareCode(int(n), int(counts[n]), int(rows[n]), int(right[n])) for n in tested
    ]
    rare = [code for code in codes if 0 < code.trained < RARE]
    unseen = [code for code in codes if not code.trained]
    return Rarity(bands, rare[:SHOWN], len(rare), unseen[:SHOWN], len(unseen))
