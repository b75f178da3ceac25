"""Codes of several coders for one record: the truth, soft labels, agreement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.languages.number_format import Language
from han.languages.words import DATA_REPORT, Words

Floats = npt.NDArray[np.float64]


def majority(votes: IntArray) -> IntArray:
    """The code that most coders gave, `(n,)`; -1 where nobody gave one.

    Of codes with equally many votes the one of the first coder counts. Codes are
    compared whole: one that stops early is no vote for a code below it.

    Args:
        votes: Node ids, a column for each coder, `(n, C)`; -1 where a coder gave none.

    Example:
        >>> majority(np.array([[1, 2, 2], [3, 4, -1], [-1, -1, -1]])).tolist()
        [2, 3, -1]
    """
    same = votes[:, :, None] == votes[:, None, :]
    support = np.where(votes >= 0, same.sum(axis=2), 0)
    first = support.argmax(axis=1)  # the first of the greatest
    truth: IntArray = votes[np.arange(len(votes)), first]
    return truth


def soft_labels(
    votes: IntArray,
) -> tuple[npt.NDArray[np.int64], IntArray, Floats]:
    """Each code of each record with the share of the record's coders who gave it.

    A cross-entropy with a soft target is the sum of cross-entropies weighted by the
    target: a record that stands once for each of its codes, with these shares of its
    weight, is exactly that.

    Args:
        votes: Node ids, `(n, C)`; -1 where a coder gave none.

    Returns:
        Row, node and share, `(m,)` each: rows rise, and the shares of a row sum to 1.

    Example:
        >>> rows, nodes, shares = soft_labels(np.array([[1, 2, 2], [3, -1, -1]]))
        >>> rows.tolist(), nodes.tolist(), shares.round(2).tolist()
        ([0, 0, 1], [1, 2, 3], [0.33, 0.67, 1.0])
    """
    given = votes >= 0
    row = np.nonzero(given)[0]
    width = int(votes.max(initial=0)) + 1
    pairs, counts = np.unique(row * width + votes[given], return_counts=True)
    rows, nodes = np.divmod(pairs, width)
    shares: Floats = counts / given.sum(axis=1)[rows]
    return rows, nodes.astype(np.int32), shares


def joined(votes: Sequence[IntArray]) -> IntArray:
    """Codes of several tables, one below the other; -1 where one has fewer columns.

    Example:
        >>> joined([np.array([[1, 2]]), np.array([[3]])]).tolist()
        [[1, 2], [3, -1]]
    """
    width = max(part.shape[1] for part in votes)
    wide = [
        np.pad(part, ((0, 0), (0, width - part.shape[1])), constant_values=ROOT)
        for part in votes
    ]
    return np.concatenate(wide).astype(np.int32)


def set_report(sets: IntArray, language: Language = "en") -> list[str]:
    """Lines for the data report where a record may have several acceptable codes."""
    number = (sets != ROOT).sum(axis=1)
    several, most = int((number > 1).sum()), int(number.max(initial=0))
    key = "sets_one" if several == 1 else "sets"
    return [Words(DATA_REPORT, language).say(key, count=several, most=most)]


@dataclass(frozen=True)
class Agreement:
    """How far coders agree at one level.

    Attributes:
        records: Number of records with two codes or more that reach the level.
        share: Of all pairs of codes of one record the share that are equal.
        alpha: Krippendorff's alpha for names: 1 is perfect, 0 is chance; nan where all
            codes are one.
    """

    records: int
    share: float
    alpha: float


def agreement(votes: IntArray, tree: Taxonomy) -> list[Agreement]:
    """Agreement at each level, from the top; nan where there is nothing to compare.

    Args:
        votes: Node ids, `(n, C)`; -1 where a coder gave none.
        tree: The code list.

    Reference:
        Krippendorff 2011, Computing Krippendorff's Alpha-Reliability.

    Example:
        >>> tree = Taxonomy(["1", "2", "11", "12"], [-1, -1, 0, 0])
        >>> [round(level.share, 2) for level in agreement(np.array([[2, 3]]), tree)]
        [1.0, 0.0]
    """
    paths = np.where((votes >= 0)[..., None], tree.paths[votes], ROOT)
    return [_agreement(paths[..., level]) for level in range(tree.num_levels)]


def _agreement(codes: IntArray) -> Agreement:
    """Agreement of codes `(n, C)` of one level; -1 where there is none."""
    codes = codes[(codes >= 0).sum(axis=1) > 1]
    number = (codes >= 0).sum(axis=1)
    pairs, differ, observed = 0, 0, 0.0
    for one, two in permutations(range(codes.shape[1]), 2):
        both = (codes[:, one] >= 0) & (codes[:, two] >= 0)
        unlike = both & (codes[:, one] != codes[:, two])
        pairs, differ = pairs + both.sum(), differ + unlike.sum()
        observed += (unlike / (number - 1)).sum()
    if not pairs:
        return Agreement(0, float("nan"), float("nan"))
    counts, total = np.bincount(codes[codes >= 0]).astype(float), number.sum()
    expected = (total**2 - (counts**2).sum()) / (total - 1)
    alpha = 1 - observed / expected if expected else float("nan")
    return Agreement(len(codes), float(1 - differ / pairs), float(alpha))


def agreement_report(
    votes: IntArray, tree: Taxonomy, language: Language = "en"
) -> list[str]:
    """Lines for the data report."""
    words = Words(DATA_REPORT, language)
    say, numbers = words.say, words.numbers
    lines = [say("coders", count=votes.shape[1])]
    for level, found in enumerate(agreement(votes, tree), start=1):
        key = "coders_level_one" if found.records == 1 else "coders_level"
        line = say(key, level=level, count=found.records)
        if found.records:
            line += say("coders_pairs", share=numbers.percent(found.share))
        if np.isfinite(found.alpha):  # not where all codes are one
            line += say("coders_alpha", alpha=numbers.decimal(found.alpha))
        lines.append(f"  {line}")
    return lines
