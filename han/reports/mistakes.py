"""What goes wrong: kinds of error, confused codes, codes that may be wrong."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import ROOT
from han.decisions.coded_records import CodedRecords
from han.metrics.pairs import Pairs

KINDS = ("sibling", "cousin", "branch", "shallow", "deep", "none")
CONTRADICTIONS = [0, 1, 2]  # places of kinds that say what is not so
PAIRS, DOUBTS = 25, 30  # rows shown


class ConfusedPair(NamedTuple):
    """Two codes that are taken for one another.

    Attributes:
        true: The right node.
        given: The node given instead.
        rows: How often.
        back: How often the other way round.
        of: Number of records of the true node.
    """

    true: int
    given: int
    rows: int
    back: int
    of: int


class DoubtfulCode(NamedTuple):
    """A record whose code the model contradicts with confidence.

    Attributes:
        row: Row number in the file, from 1; 0 if not known.
        keys: Cells of its key columns.
        true: The node that it has.
        given: The node that the model proposes.
        probability: Of the proposed one.
        true_probability: Of the one that it has.
    """

    row: int
    keys: tuple[str, ...]
    true: int
    given: int
    probability: float
    true_probability: float


def kinds_of_error(coded: CodedRecords) -> dict[str, int]:
    """Number of records by kind of error; the rest is right.

    `sibling`: another code under the right parent. `cousin`: the top-level code is
    right, the parent is not. `branch`: another top-level code. `shallow`: the code
    given stops above the true one, `deep`: it goes on below a partial one, and neither
    contradicts it. `none`: no code.
    """
    pairs = coded.pairs()
    kind = error_kinds(pairs)
    return {name: int((kind == place).sum()) for place, name in enumerate(KINDS)}


def first_wrong_levels(coded: CodedRecords) -> dict[str, int]:
    """Number of records that contradict the truth, by the level where that begins."""
    pairs = coded.pairs()
    wrong = np.isin(error_kinds(pairs), CONTRADICTIONS)
    counts = np.bincount(pairs.shared_depth[wrong], minlength=coded.tree.num_levels)
    return {str(level + 1): int(count) for level, count in enumerate(counts)}


def error_kinds(pairs: Pairs) -> npt.NDArray[np.int64]:
    """Place in `KINDS` of each record, `(m,)`; -1 where it is right."""
    shared, true, given = pairs.shared_depth, pairs.true_depth, pairs.predicted_depth
    same_parent = (shared > 0) & (true == given) & (shared == true - 1)
    tests = [
        pairs.true == pairs.predicted,
        pairs.predicted == ROOT,
        shared == given,
        shared == true,
        shared == 0,
        same_parent,
    ]
    found: npt.NDArray[np.int64] = np.select(tests, [-1, 5, 3, 4, 2, 0], 1)
    return found


def confused_pairs(coded: CodedRecords) -> tuple[list[ConfusedPair], int]:
    """The most frequent pairs of true and given code, and how many there are in all.

    Records without a given code, and those right as far as they go, are no pairs.
    """
    wrong = np.isin(error_kinds(coded.pairs()), CONTRADICTIONS)
    size = coded.tree.num_nodes
    codes = coded.true[wrong].astype(np.int64) * size + coded.nodes[wrong]
    pairs, counts = np.unique(codes, return_counts=True)
    count_of = dict(zip(pairs.tolist(), counts.tolist(), strict=True))
    of = np.bincount(coded.true, minlength=size)
    order = np.lexsort([pairs, -counts])[:PAIRS]
    rows = []
    for pair in pairs[order].tolist():
        true, given = divmod(pair, size)
        back = count_of.get(given * size + true, 0)
        rows.append(ConfusedPair(true, given, count_of[pair], back, int(of[true])))
    return rows, len(pairs)


def doubtful_codes(coded: CodedRecords) -> tuple[list[DoubtfulCode], int]:
    """Records whose code the model contradicts, surest first, and how many there are.

    A simple form of confident learning: what a well calibrated model finds unlikely is
    where a coder's slip is worth looking for first. It may also be an error of the
    model.
    """
    wrong = np.flatnonzero(np.isin(error_kinds(coded.pairs()), CONTRADICTIONS))
    sure = coded.paths.probabilities[:, -1]
    order = wrong[np.argsort(-sure[wrong], kind="stable")]
    rows = [
        DoubtfulCode(
            int(coded.rows[record]) if coded.rows is not None else 0,
            tuple(cells[record] for cells in coded.keys.values()),
            int(coded.true[record]),
            int(coded.nodes[record]),
            float(sure[record]),
            float(coded.true_probabilities[record]),
        )
        for record in order[:DOUBTS].tolist()
    ]
    return rows, len(wrong)
