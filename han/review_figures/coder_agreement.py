"""How far coders agree who coded the same answers without seeing each other.

"No code fits" is a category like each code. All coefficients are 1 where all agree and
0 where they agree as often as chance would have it; they are nan where there is
nothing to disagree about.

References:
    Cohen (1960), A coefficient of agreement for nominal scales. Educational and
    Psychological Measurement 20.
    Fleiss (1971), Measuring nominal scale agreement among many raters. Psychological
    Bulletin 76.
    Krippendorff (2011), Computing Krippendorff's alpha-reliability.
"""

from __future__ import annotations

import math

import numpy as np

from han.review_figures.reviewed_answers import MISSING, CodeTree, Nodes


def raw_agreement(one: Nodes, other: Nodes) -> float:
    """Share of answers with the same code; nan without answers.

    Example:
        >>> raw_agreement(np.array([1, 2, 3, -1]), np.array([1, 2, 4, -1]))
        0.75
    """
    return float(np.mean(one == other)) if len(one) else math.nan


def cohens_kappa(one: Nodes, other: Nodes) -> float:
    """Agreement of two coders beyond chance, each with shares of codes of their own.

    Args:
        one: Codes of the first, `(n,)`.
        other: Codes of the second, `(n,)`.

    Example:
        >>> cohens_kappa(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1]))
        0.5
    """
    if not len(one):
        return math.nan
    places = np.unique(np.stack([one, other]), return_inverse=True)[1].reshape(2, -1)
    shares = [np.bincount(row, minlength=places.max() + 1) for row in places]
    chance = float(shares[0] @ shares[1]) / len(one) ** 2
    return _beyond(raw_agreement(one, other), chance)


def fleiss_kappa(codes: Nodes) -> float:
    """Agreement of any coders beyond chance, with the shares of codes of all.

    Args:
        codes: Codes of n answers by r coders, `(n, r)`, none missing.

    Example:
        >>> fleiss_kappa(np.array([[0, 0], [0, 1], [1, 1], [1, 1]])).__round__(3)
        0.467
    """
    num_answers, num_coders = codes.shape
    if not num_answers:
        return math.nan
    alike = (codes[:, :, None] == codes[:, None, :]).sum() - codes.size
    pairs = num_answers * num_coders * (num_coders - 1)
    counts = np.unique(codes, return_counts=True)[1] / codes.size
    return _beyond(float(alike / pairs), float(counts @ counts))


def krippendorff_alpha(codes: Nodes, tree: CodeTree, level: int | None = None) -> float:
    """Krippendorff's alpha of codes that are alike or not.

    Args:
        codes: Codes of n answers by r coders, `(n, r)`; `MISSING` where one has none.
        tree: The codes.
        level: At which level codes are cut; None leaves them whole.
    """
    cut = codes if level is None else tree.cut(codes, level)
    observed, expected = _disagreements(cut)
    return _beyond(1 - observed, 1 - expected)


def tree_alpha(codes: Nodes, tree: CodeTree) -> float:
    """Krippendorff's alpha where codes that part late are nearly alike.

    Two codes are as far apart as there are levels at which they, cut there, differ:
    siblings at the last of three levels are 1/3 apart, codes under two tops 1.

    Args:
        codes: As of `krippendorff_alpha`.
        tree: The codes.
    """
    levels = range(1, tree.num_levels + 1)
    both = [_disagreements(tree.cut(codes, level)) for level in levels]
    observed, expected = np.mean(both, axis=0)
    return _beyond(1 - float(observed), 1 - float(expected))


def _disagreements(codes: Nodes) -> tuple[float, float]:
    """Shares of pairs that differ: in the same answer, and among all answers."""
    there = codes != MISSING
    kept = codes[there.sum(1) > 1]
    there = kept != MISSING
    number = there.sum()
    if not number:
        return math.nan, math.nan
    mates = there.sum(1)
    same = (kept[:, :, None] == kept[:, None, :]) & there[:, :, None]
    differ = mates**2 - same.sum((1, 2))
    counts = np.unique(kept[there], return_counts=True)[1].astype(float)
    expected = (number**2 - counts @ counts) / (number * (number - 1))
    return float((differ / (mates - 1)).sum() / number), float(expected)


def _beyond(observed: float, chance: float) -> float:
    left = 1 - chance
    return 1 - (1 - observed) / left if left > 0 else math.nan
