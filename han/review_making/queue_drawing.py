"""Draws the answers of a queue: the most urgent, and random ones to measure by."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Literal, get_args

import numpy as np

from han.code_list.taxonomy import ROOT, Taxonomy
from han.review_making.answer_frame import CLERK, AnswerFrame, FloatArray, IntArray
from han.reviewing.active_choice import active_scores

Factor = Literal["doubt", "weight", "repeats"]
FACTORS: tuple[Factor, ...] = get_args(Factor)
FIRST, REST = f"{CLERK}:first", f"{CLERK}:rest"  # for certain; a random part of it


@dataclass(frozen=True)
class QueueShares:
    """How a budget of decisions is spent.

    Attributes:
        budget: Decisions in all; an answer that two code costs two.
        batch: Answers of a batch.
        double: Share of the answers for people that two people code.
        double_checks: The same of the checks: what says how right the machine is.
        gold: Share of these that an adjudicator sees even where they agree.
        check: Share of the answers that the machine has coded.
        sample: Share of the answers drawn at random among those for people.
        no_suggestions: Share of the answers that are shown without candidates.
        without: Factors that do not count in the priority.
        seed: Of all that is drawn.
        active: Whether `work` is what teaches most, and not what is most urgent.
    """

    budget: int = 500
    batch: int = 50
    double: float = 0.1
    double_checks: float = 0.5
    gold: float = 0.5
    check: float = 0.2
    sample: float = 0.1
    no_suggestions: float = 0.1
    without: tuple[Factor, ...] = ()
    seed: int = 0
    active: bool = False

    def coded_twice(self, checks: int, others: int) -> tuple[int, int]:
        """How many checks, and how many answers for people, two people code."""
        return _part_of(self.double_checks, checks), _part_of(self.double, others)


def _part_of(share: float, number: int) -> int:
    return ceil(share * number - 1e-9)  # 0.1 * 30 is 3.0000000000000004


@dataclass(frozen=True)
class DrawnAnswer:
    """An answer of the queue.

    Attributes:
        place: Its place in the frame.
        part: `work`, `sample` or `check`.
        stratum: What it was drawn from.
        inclusion: Probability of being drawn.
    """

    place: int
    part: str
    stratum: str
    inclusion: float


@dataclass(frozen=True)
class Stratum:
    """What answers were drawn from.

    Attributes:
        name: Its name.
        coded: Whether its answers are coded without a person.
        method: The stage that coded them.
        level: Level of their codes; None where people code.
        places: Its answers in the frame, `(n,)`.
    """

    name: str
    coded: bool
    method: str
    level: int | None
    places: IntArray


def priorities(frame: AnswerFrame, without: Sequence[Factor] = ()) -> FloatArray:
    """Probability of an error times weight of a row times rows, `(n,)`.

    Args:
        frame: The answers.
        without: Factors that are left out.
    """
    found = np.ones(len(frame))
    if "doubt" not in without:
        found = found * np.nan_to_num(frame.doubts, nan=1.0)
    if "weight" not in without:
        found = found * frame.weights / np.maximum(frame.rows, 1)
    if "repeats" not in without:
        found = found * frame.rows
    return found


def work_order(frame: AnswerFrame, shares: QueueShares) -> FloatArray:
    """By what answers become `work`, the highest first, `(n,)`: see `active_scores`."""
    if not shares.active:
        return priorities(frame, shares.without)
    alone = priorities(frame, [*shares.without, "repeats"])
    repeats = None if "repeats" in shares.without else frame.rows
    codes = frame.nodes if frame.guesses is None else frame.guesses
    # Those that the machine has coded are a kind of their own: nobody is asked.
    codes = np.where(frame.coded, ROOT - 1 - codes, codes)
    return active_scores(alone, codes, repeats)


def draw_answers(
    frame: AnswerFrame, tree: Taxonomy, shares: QueueShares
) -> tuple[list[Stratum], list[DrawnAnswer]]:
    """Draws a queue: strata of the whole frame, and the answers, part by part.

    Of those for people the most urgent are `work`, drawn for certain; of the rest some
    are drawn at random (`sample`). Of those that the machine has coded some of each
    stratum are drawn at random (`check`). Random answers stand in random order.
    """
    chance = np.random.default_rng(shares.seed)
    people = np.flatnonzero(~frame.coded)
    urgent = work_order(frame, shares)[people]
    people = people[np.argsort(-urgent, kind="stable")]
    counts = part_counts(shares, len(people), int(frame.coded.sum()))
    first, rest = people[: counts["work"]], people[counts["work"] :]
    strata = coded_strata(frame, tree)
    found = [DrawnAnswer(k, "work", FIRST, 1.0) for k in first.tolist()]

    def add(part: str, stratum: str, places: IntArray, number: int) -> None:
        chosen = chance.permutation(places)[:number].tolist()
        share = number / max(len(places), 1)
        found.extend(DrawnAnswer(k, part, stratum, share) for k in chosen)

    add("sample", REST, rest, counts["sample"])
    sizes = {one.name: len(one.places) for one in strata}
    sums = {one.name: float(frame.weights[one.places].sum()) for one in strata}
    numbers = shared_out(counts["check"], sizes, sums)
    for one in strata:
        add("check", one.name, one.places, numbers[one.name])
    names = ((FIRST, np.sort(first)), (REST, np.sort(rest)))
    strata += [Stratum(name, False, CLERK, None, part) for name, part in names]
    return strata, found


def part_counts(shares: QueueShares, people: int, coded: int) -> dict[str, int]:
    """Answers of each part that the budget pays for.

    What one part cannot use goes to the others, but never to a share of 0. Where all
    answers for people fit in, there is nothing left to sample.

    Args:
        shares: How the budget is spent.
        people: Answers for people.
        coded: Answers coded without a person.

    Example:
        >>> part_counts(QueueShares(budget=110), 1000, 1000)
        {'work': 65, 'sample': 9, 'check': 18}
        >>> part_counts(QueueShares(budget=110), 30, 1000)
        {'work': 30, 'sample': 0, 'check': 51}
    """

    def cost(answers: int) -> int:
        found = _counts(answers, shares, people, coded)
        checks = found.pop("check")
        others = sum(found.values())
        return checks + others + sum(shares.coded_twice(checks, others))

    answers = bisect_right(range(shares.budget + 1), shares.budget, key=cost) - 1
    return _counts(answers, shares, people, coded)


def _counts(total: int, shares: QueueShares, people: int, coded: int) -> dict[str, int]:
    """Answers of each part, of a number of answers."""
    check = min(round(shares.check * total), coded)
    others = min(total - check, people)
    if shares.check:
        check = min(total - others, coded)
    sample = round(shares.sample * total) if others < people else 0
    sample = min(sample, others)
    return {"work": others - sample, "sample": sample, "check": check}


def coded_strata(frame: AnswerFrame, tree: Taxonomy) -> list[Stratum]:
    """What is coded without a person, by stage and level of the code."""
    names = np.array(frame.strata(tree), object)
    found = []
    for name in sorted(set(names[frame.coded].tolist())):
        places = np.flatnonzero(frame.coded & (names == name))
        level = int(tree.levels[frame.nodes[places[0]]])
        method = frame.methods[places[0]]
        found.append(Stratum(name, True, method, level, places))
    return found


def shared_out(
    number: int, sizes: Mapping[str, int], sums: Mapping[str, float]
) -> dict[str, int]:
    """How many to draw from each stratum, in proportion to the root of its weight.

    The root is a compromise between a figure for the whole and one for each stratum
    (Bankier 1988, power allocations). Every stratum gets one while there are enough,
    and none more than it has.

    Example:
        >>> shared_out(10, {"a": 100, "b": 100, "c": 2}, {"a": 81, "b": 16, "c": 9})
        {'a': 6, 'b': 2, 'c': 2}
    """
    found = dict.fromkeys(sizes, 0)
    for _ in range(min(number, sum(sizes.values()))):
        open_ones = [name for name in sizes if found[name] < sizes[name]]
        # The next one goes where most is due (the highest averages of D'Hondt).
        best = max(open_ones, key=lambda n: _due(found[n], sums[n]))
        found[best] += 1
    return found


def _due(number: int, weight: float) -> tuple[bool, float]:
    return number == 0, float(np.sqrt(weight)) / (number + 1)
