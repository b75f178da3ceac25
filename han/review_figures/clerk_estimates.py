"""Accuracy of one clerk alone, and of the whole: what machine and people coded."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from han.review_figures.finished_batches import coded_twice, seen_as_gold
from han.review_figures.machine_estimates import DomainEstimate
from han.review_figures.reviewed_answers import (
    CHECK,
    UNCODABLE,
    BoolArray,
    FloatArray,
    ReviewedQueue,
)
from han.review_figures.share_intervals import Move, Share, combined, share
from han.review_figures.truth_phases import Against, Estimate, truth_of

CODED = ("single", "agreed", "settled")  # by people


@dataclass(frozen=True)
class ClerkShares:
    """How often clerks err, from answers that two of them coded.

    Attributes:
        errs: Errors of one of two who differ, as a share of all decisions.
        agree: Share of the answers where two agree.
        both_err: Share of the latter where the adjudicator says otherwise; 0 for
            certain where it is assumed that two who agree are right.
        against: `two` or `gold`; `one` if there are too few answers for any of this.
        records: Answers that two were to code.
        doubles: Those coded by two.
        golds: Those where two agree and the adjudicator has looked.
        unknown: Answers where they differ and nothing is settled, or that one of the
            two skipped.
    """

    errs: Share
    agree: float
    both_err: Share
    against: Against
    records: int
    doubles: int
    golds: int
    unknown: int

    @property
    def accuracy(self) -> float:
        """Share of right decisions of one clerk alone."""
        return 1 - self.errs.value - self.agree * self.both_err.value


def clerk_shares(
    queue: ReviewedQueue, by: str, level: int | None, least: int, unsettled: float
) -> ClerkShares:
    """What answers for people that were coded by two say of one clerk alone.

    Args:
        queue: The queue.
        by: What counts: `answers`, `rows` or `weight`.
        level: Down to which level codes must be right; None is the whole code.
        least: Answers coded by two that are needed, and gold ones to correct these.
        unsettled: From 0 to 1: how right clerks are taken to be where they differ and
            the adjudicator has not decided, and where one of two skipped the answer:
            what is skipped is what is hard, and may be right or wrong.
    """
    every, tree = queue.answers, queue.tree
    deep = tree.num_levels if level is None else level
    # What counts nothing tells nothing of what does.
    counts = (every.size(by) > 0) & (every.part != CHECK) & every.is_begun
    chosen = coded_twice(every) & counts
    answers, weights = every[chosen], _weights(queue, chosen, by)
    seats = (answers.first, answers.second)
    right = np.mean([tree.same(one, answers.settled, deep) for one in seats], axis=0)
    alone = ~answers.is_paired
    right = np.where(alone, tree.same(answers.first, answers.settled, deep), right)
    at_most = np.where(tree.same(*seats, deep) | alone, 1.0, 0.5)
    right = np.where(answers.is_settled, right, unsettled * at_most)
    gold = answers.agrees & answers.is_settled & seen_as_gold(every)[chosen]
    golds, doubles = int(gold.sum()), int(answers.is_paired.sum())
    errs = share(np.where(answers.agrees, 0.0, 1 - right), weights)
    both = share(1 - right[gold], weights[gold])
    against = truth_of(doubles, golds, least)
    return ClerkShares(
        errs=errs,
        agree=share(answers.agrees, weights).value,
        both_err=both if against == "gold" else Share(0.0, 0.0, 0.0, 1, 1.0),
        against=against,
        records=len(answers),
        doubles=doubles,
        golds=golds,
        unknown=int((~answers.agrees & ~answers.is_settled).sum()),
    )


def _weights(queue: ReviewedQueue, chosen: BoolArray, by: str) -> FloatArray:
    """What each counts, for all answers of its part that people have coded."""
    every = queue.answers
    size, own = every.size(by), np.zeros(len(every))
    for part in np.unique(every.part[chosen]):
        done = every.is_begun & (every.part == part)
        seen = size[chosen & (every.part == part)].sum()
        own[every.part == part] = size[done].sum() / seen if seen else 0.0
    found: FloatArray = (own * size)[chosen]
    return found


def clerk_accuracy(
    queue: ReviewedQueue, by: str, level: int | None, least: int
) -> Estimate:
    """The share of right decisions of one clerk alone, on answers for people."""
    found = [clerk_shares(queue, by, level, least, value) for value in (0.0, 0.5, 1.0)]
    ends = [combined(one.accuracy, clerk_moves(one)) for one in found]
    half, is_known = found[1], found[1].against != "one"
    return Estimate(
        value=half.accuracy if is_known else math.nan,
        low=min(low for low, _ in ends) if is_known else 0.0,
        high=max(high for _, high in ends) if is_known else 1.0,
        against=half.against,
        same=share([]),
        records=half.records,
        doubles=half.doubles,
        golds=half.golds,
        unknown=half.unknown,
    )


def decided_size(queue: ReviewedQueue, by: str) -> float:
    """Answers for people that a coder has decided: what a clerk's figure speaks for."""
    answers = queue.answers
    decided = answers.is_begun & (answers.part != CHECK)
    return float(answers.size(by)[decided].sum())


def clerk_moves(
    shares: ClerkShares, single: float = 1.0, agreed: float = 0.0
) -> list[Move]:
    """How accuracy follows these shares, where so much is of one clerk, or of two."""
    return [
        Move(-single, shares.errs),
        Move(-single * shares.agree - agreed, shares.both_err),
    ]


@dataclass(frozen=True)
class WholeResult:
    """All that is coded, by machine and people.

    Attributes:
        estimate: Share of right codes; its counts are of machine and people together.
        sizes: What is coded by the `machine`, by one person (`single`), by two who
            agree (`agreed`), by the adjudicator (`settled`); what cannot be
            coded (`uncodable`) and has no code; and what is `open`.
    """

    estimate: Estimate
    sizes: dict[str, float]


def whole_accuracy(
    queue: ReviewedQueue,
    machine: DomainEstimate,
    by: str,
    level: int | None,
    least: int,
) -> WholeResult:
    """Share of right codes among all that has one.

    Args:
        queue: The queue.
        machine: What is known of what the machine coded.
        by: As of `machine`.
        level: As of `machine`.
        least: As of `machine`.
    """
    sizes = result_sizes(queue, by)
    sizes["machine"] = machine.size
    found = [clerk_shares(queue, by, level, least, value) for value in (0.0, 0.5, 1.0)]
    ends = [_whole(machine, one, sizes) for one in found]
    people = sum(sizes[name] for name in CODED)
    in_answers = result_sizes(queue, "answers")
    needs_clerks = people > 0 and found[1].against == "one"
    needs_machine = machine.size > 0 and not machine.estimate.is_known
    is_known = not (needs_clerks or needs_machine) and people + machine.size > 0
    estimate = Estimate(
        value=ends[1][0] if is_known else math.nan,
        low=min(low for _, low, _ in ends) if is_known else 0.0,
        high=max(high for *_, high in ends) if is_known else 1.0,
        against=_least_sure(
            *[machine.estimate.against] * bool(machine.size),
            *[found[1].against] * bool(people),
        ),
        same=share([]),
        records=machine.estimate.records + int(sum(in_answers[n] for n in CODED)),
        doubles=machine.estimate.doubles + found[1].doubles,
        golds=machine.estimate.golds + found[1].golds,
        unknown=machine.estimate.unknown + found[1].unknown,
    )
    return WholeResult(estimate, sizes)


def _least_sure(*known: Against) -> Against:
    order: list[Against] = ["one", "two", "gold"]
    return min(known, key=order.index, default="gold")


def result_sizes(queue: ReviewedQueue, by: str) -> dict[str, float]:
    """How much people have coded, by who decided, and how much is open."""
    every = queue.answers
    size, ours = every.size(by), every.part != CHECK
    coded = ours & (every.result != UNCODABLE)
    names = {
        "settled": coded & every.is_settled,
        "agreed": coded & every.agrees & ~every.is_settled,
        "single": coded & ~every.double & every.is_begun & ~every.is_settled,
        "uncodable": ours & (every.result == UNCODABLE),
    }
    found = {name: float(size[rows].sum()) for name, rows in names.items()}
    total = sum(one.size(by) for one in queue.strata if not one.coded)
    return {**found, "open": max(total - sum(found.values()), 0.0)}


def _whole(
    machine: DomainEstimate, clerks: ClerkShares, sizes: dict[str, float]
) -> tuple[float, float, float]:
    """The share and its limits."""
    total = sum(sizes[name] for name in ("machine", *CODED))
    if not total:
        return math.nan, 0.0, 1.0
    part = {name: size / total for name, size in sizes.items()}
    known = machine.estimate
    coded = Share(known.value, known.low, known.high, known.records, 0.0).or_value(0.5)
    moves = [Move(part["machine"], coded)]
    value = part["machine"] * coded.value + part["settled"]
    if clerks.doubles:
        value += part["single"] * clerks.accuracy
        value += part["agreed"] * (1 - clerks.both_err.value)
        moves += clerk_moves(clerks, part["single"], part["agreed"])
    low, high = combined(value, moves)
    return value, low, high
