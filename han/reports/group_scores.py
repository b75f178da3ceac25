"""Scores of each top-level group."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from han.decisions.coded_records import LEAF, CodedRecords, JudgedRecords
from han.metrics.group_shares import Shares, shares_by_group


class Score(NamedTuple):
    """A share, its interval, and the number of records behind it."""

    rows: int
    share: float
    interval: list[float]


class GroupRow(NamedTuple):
    """A top-level code.

    Attributes:
        node: Its node.
        top: Records of the group whose top-level code is right.
        full: Those whose full code is right.
        auto: Those sure enough to be coded without a person.
        auto_right: Those of them whose full code is right.
    """

    node: int
    top: Score
    full: Score
    auto: Score
    auto_right: Score


def group_rows(coded: CodedRecords, selective: dict[str, Any]) -> list[GroupRow]:
    """A row for each top-level code that is true somewhere, most records first.

    Args:
        coded: The records.
        selective: What `metrics.json` has under that name; its threshold of full codes
            says what is coded without a person.
    """
    size = coded.tree.num_nodes
    leaf = coded.at(LEAF)
    threshold = selective["threshold"][LEAF]
    is_auto = leaf.confidence >= (np.inf if threshold is None else threshold)
    auto = leaf.where(is_auto)
    columns = [
        _shares(coded, coded.at("1"), coded.at("1").correct, size),
        _shares(coded, leaf, leaf.correct, size),
        _shares(coded, leaf, is_auto, size),
        _shares(coded, auto, auto.correct, size),
    ]
    rows = [
        GroupRow(top, *(score(column, top) for column in columns))
        for top in np.flatnonzero(columns[0].rows).tolist()
    ]
    return sorted(rows, key=lambda row: -row.top.rows)


def _shares(
    coded: CodedRecords, judged: JudgedRecords, hits: np.ndarray, size: int
) -> Shares:
    group = coded.tree.paths[coded.true[judged.records], 0]
    return shares_by_group(group, hits, judged.weights, size, judged.units)


def score(shares: Shares, place: int) -> Score:
    """One of several shares."""
    ends = [float(shares.low[place]), float(shares.high[place])]
    return Score(int(shares.rows[place]), float(shares.share[place]), ends)
