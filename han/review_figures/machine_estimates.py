"""Accuracy of the machine's codes, estimated from the random parts of a queue."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from han.review_figures.finished_batches import coded_once, coded_twice, seen_as_gold
from han.review_figures.reviewed_answers import (
    MISSING,
    BoolArray,
    FloatArray,
    Nodes,
    ReviewedAnswers,
    ReviewedQueue,
)
from han.review_figures.truth_phases import Estimate, Phases, right_share


@dataclass(frozen=True)
class DomainEstimate:
    """What is estimated of a group of answers.

    Attributes:
        estimate: The share of right codes, unmeasured strata allowed for.
        answers: Distinct answers in the group, drawn or not.
        size: Their number, rows or weight.
        unmeasured: Share of `size` in strata of which nothing that counts was looked
            at yet.
    """

    estimate: Estimate
    answers: int
    size: float
    unmeasured: float


def machine_accuracy(
    queue: ReviewedQueue,
    strata: Nodes,
    parts: tuple[str, ...],
    by: str,
    level: int | None,
    least: int,
) -> DomainEstimate:
    """Share of right codes of the machine in some strata.

    Each stratum has its known size; in it the codes looked at are a random sample, and
    the share is one of two sums where answers count unequally (ratio estimator).

    Args:
        queue: The queue.
        strata: Numbers of the strata.
        parts: Parts of the queue that are random in these strata.
        by: What counts: `answers`, `rows` or `weight`.
        level: Down to which level codes must be right; None is as far as they go.
        least: See `right_share`.
    """
    answers = queue.answers
    inside = np.isin(answers.stratum, strata) & np.isin(answers.part, parts)
    # What counts nothing tells nothing of what does.
    chosen = inside & coded_once(answers) & (answers.size(by) > 0)
    sizes = np.array([one.size(by) for one in queue.strata], float)
    looked = np.intersect1d(strata, answers.stratum[chosen])
    total = float(sizes[strata].sum())
    unmeasured = 1 - float(sizes[looked].sum()) / total if total else 0.0
    found = right_share(_phases(queue, chosen, sizes, by, level), least)
    number = sum(queue.strata[h].answers for h in strata)
    return DomainEstimate(_allowing(found, unmeasured), number, total, unmeasured)


def _phases(
    queue: ReviewedQueue,
    chosen: BoolArray,
    sizes: FloatArray,
    by: str,
    level: int | None,
) -> Phases:
    every, tree = queue.answers, queue.tree
    answers = every[chosen]
    deep = tree.depths(answers.machine) if level is None else level
    settled = answers.is_settled
    return Phases(
        weights=_weights(answers, sizes, by),
        first=_known(tree.same(answers.machine, answers.first, deep), answers.first),
        double=coded_twice(every)[chosen],
        differs=_known(answers.first != answers.second, answers.second, answers.first),
        gold=(seen_as_gold(every) & every.agrees)[chosen] & settled,
        right=_known(
            tree.same(answers.machine, answers.settled, deep), answers.settled
        ),
    )


def _weights(answers: ReviewedAnswers, sizes: FloatArray, by: str) -> FloatArray:
    """Each stratum's size, shared out among its answers by what they count."""
    own = answers.size(by)
    seen = np.bincount(answers.stratum, own, len(sizes))[answers.stratum]
    found: FloatArray = sizes[answers.stratum] * own / np.where(seen > 0, seen, 1.0)
    return found


def _known(values: BoolArray, *decisions: Nodes) -> FloatArray:
    """Truth values as numbers, nan where one of the decisions is missing."""
    there = np.all([one != MISSING for one in decisions], axis=0)
    found: FloatArray = np.where(there, values.astype(float), np.nan)
    return found


def _allowing(found: Estimate, unmeasured: float) -> Estimate:
    """Codes that nobody has looked at may all be right, or all wrong."""
    if not unmeasured:
        return found
    measured = 1 - unmeasured
    low, high = found.low * measured, found.high * measured + unmeasured
    same = replace(
        found.same,
        low=found.same.low * measured,
        high=found.same.high * measured + unmeasured,
    )
    return replace(found, low=low, high=high, same=same)
