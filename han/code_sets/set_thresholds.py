"""Chooses the threshold of each level of a code list for sets of codes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import Taxonomy
from han.code_sets.record_blocks import Block, FloatArray
from han.code_sets.threshold_entries import LOWEST, ThresholdEntries
from han.errors import InputError

Criterion = Literal["micro", "instance"]
COMMON = np.arange(0.05, 0.96, 0.05)  # thresholds to begin with, equal on all levels
MOST_ROUNDS = 20
LEAST_GAIN = 1e-9


def level_thresholds(
    blocks: Iterable[Block],
    taxonomy: Taxonomy,
    *,
    average: Criterion = "instance",
    allow_empty: bool = False,
) -> FloatArray:
    """Thresholds of best hierarchical F on labelled records, one for each level.

    The best common threshold first; then, in turn, the best one of each level with the
    others held fixed, exactly, until none can be bettered. A threshold lies half way
    between two probabilities, at 0.01 or above. It is a local optimum: no change of one
    level betters it.

    Args:
        blocks: Log-probabilities `(b, N)`, true codes `(b, A)` and weights `(b,)` of
            some records at a time, best calibrated and not trained on. Nodes below a
            partial true code do not count.
        taxonomy: The code list.
        average: "instance" is the mean over records of the F of each, "micro" the F of
            all nodes pooled.
        allow_empty: As later in `codes_by_thresholds`: a record without a code counts
            as its most probable full code, or as nothing.

    Returns:
        Probabilities, `(L,)`; 0.5 on all levels if no record has a true code.

    Raises:
        InputError: If `average` is another word, or a block does not fit.

    Example:
        >>> tree = Taxonomy(["1", "2"], [-1, -1])
        >>> logs = np.log([[0.9, 0.3], [0.4, 0.8], [0.7, 0.1]])
        >>> level_thresholds([(logs, [[0, -1], [0, 1], [0, -1]], np.ones(3))], tree)
        array([0.35])
    """
    if average not in get_args(Criterion):
        raise InputError(
            f"`average`: Expected micro or instance. Received {average!r}."
        )
    known = ThresholdEntries.of(blocks, taxonomy, allow_empty=allow_empty)
    found = np.full(taxonomy.num_levels, 0.5)
    if not known.weights.sum() > 0:
        return found
    scores = [threshold_score(known, np.full_like(found, c), average) for c in COMMON]
    found[:], best = COMMON[int(np.argmax(scores))], max(scores)
    for _ in range(MOST_ROUNDS):
        before = best
        for level in range(taxonomy.num_levels):
            threshold, score = _best_of_level(known, found, level, average)
            if score > best + LEAST_GAIN:
                found[level], best = threshold, score
        if best <= before + LEAST_GAIN:
            break
    return found


def threshold_score(
    known: ThresholdEntries, thresholds: FloatArray, average: Criterion
) -> float:
    """Hierarchical F that thresholds have on labelled records.

    Args:
        known: The records.
        thresholds: One for each level, `(L,)`.
        average: As in `level_thresholds`.

    Example:
        >>> tree = Taxonomy(["1", "2"], [-1, -1])
        >>> logs = np.log([[0.9, 0.3], [0.4, 0.8]])
        >>> block = logs, np.array([[0, -1], [0, 1]]), np.ones(2)
        >>> known = ThresholdEntries.of([block], tree, allow_empty=False)
        >>> round(threshold_score(known, np.array([0.5]), "micro"), 3)
        0.8
    """
    is_given = (known.above >= thresholds).all(axis=1)
    size = len(known.weights)
    right = np.bincount(known.rows, is_given * known.is_true, minlength=size)
    nodes = np.bincount(known.rows, is_given, minlength=size)
    found = np.stack([right, nodes], axis=1)
    counts: FloatArray = np.where(nodes[:, None] > 0, found, known.spare)
    mass = known.weights
    if average == "instance":
        return float(mass @ known.f_scores(counts) / mass.sum())
    sizes = mass @ (counts[:, 1] + known.true_sizes)
    return float(2 * (mass @ counts[:, 0]) / sizes)


def _best_of_level(
    known: ThresholdEntries, thresholds: FloatArray, level: int, average: Criterion
) -> tuple[float, float]:
    """The best threshold of a level, the others held fixed, and its score."""
    others = np.ones(len(known.rows), np.bool_)
    for place in set(range(len(thresholds))) - {level}:
        others &= known.above[:, place] >= thresholds[place]
    order = known.orders[level]
    order = order[others[order]]
    values, rows = known.above[order, level], known.rows[order]
    gains, start = _gains(known, rows, known.is_true[order], average)
    ranked = np.argsort(-values, kind="stable")
    values = values[ranked]
    totals = start + np.cumsum(gains[ranked], axis=0)
    scores = 2 * totals[:, 0] / totals[:, 1] if average == "micro" else totals[:, 0]
    # One threshold accepts all of one probability, and what stands above the level.
    last = np.flatnonzero(values != np.append(values[1:], -1.0))
    if not len(last):
        return 0.5, -np.inf
    place = last[int(np.argmax(scores[last]))]
    upper = min(float(values[place]), 1.0)
    lower = float(values[place + 1]) if place + 1 < len(values) else LOWEST
    return (upper + max(lower, LOWEST)) / 2, float(scores[place])


def _gains(
    known: ThresholdEntries,
    rows: npt.NDArray[np.int64],
    is_true: FloatArray,
    average: Criterion,
) -> tuple[FloatArray, FloatArray]:
    """What each next node of a record adds to the sums, and the sums before any.

    Sums are those of right nodes, and of nodes given or true, for the micro average,
    and the mean F for the other. The first node of a record takes the place of the path
    that it has if nothing is given.
    """
    starts = np.flatnonzero(np.diff(rows, prepend=-1))
    counts = np.diff(np.append(starts, len(rows)))
    inside = np.arange(len(rows)) - np.repeat(starts, counts)
    right = np.cumsum(is_true)
    right -= np.repeat(right[starts] - is_true[starts], counts)
    state = np.stack([right, inside + 1.0], axis=1)
    before = np.vstack([np.zeros((1, 2)), state[:-1]])[: len(state)]
    before[starts] = known.spare[rows[starts]]
    mass = known.weights
    if average == "micro":
        start = mass @ known.spare + [0.0, mass @ known.true_sizes]
        return mass[rows, None] * (state - before), start
    gains = known.f_scores(state, rows) - known.f_scores(before, rows)
    gains *= mass[rows] / mass.sum()
    start = mass @ known.f_scores(known.spare) / mass.sum()
    return gains[:, None], np.array([start])
