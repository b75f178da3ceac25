"""The order of a queue: batches, what is coded twice, what shows no candidates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import ROOT, Taxonomy
from han.review_making.queue_drawing import DrawnAnswer, QueueShares

IntArray = npt.NDArray[np.integer]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class PlacedAnswer:
    """An answer at its place in the queue.

    Attributes:
        drawn: The answer.
        batch: Number of its batch, from 1.
        seats: How many people code it.
        gold: Whether an adjudicator sees it even where they agree.
        suggestions: Whether candidates are shown.
    """

    drawn: DrawnAnswer
    batch: int
    seats: int
    gold: bool
    suggestions: bool


def placed_answers(
    drawn: Sequence[DrawnAnswer],
    nodes: Sequence[int],
    tree: Taxonomy,
    shares: QueueShares,
) -> list[PlacedAnswer]:
    """Answers in the order of the queue.

    Random ones are spread evenly over the batches in random order, so that those of the
    first batches are a random sample, too; work goes by its priority. Inside a batch
    answers of one predicted code stand together, and nothing tells a part.

    Args:
        drawn: The answers of the queue.
        nodes: What was predicted for each.
        tree: The code list.
        shares: How the budget is spent.
    """
    chance = np.random.default_rng([shares.seed, 1])
    batches = batch_numbers(drawn, shares.batch, chance)
    ranks = _ranks(tree)
    mixed = chance.permutation(len(drawn)).tolist()
    order = sorted(
        range(len(drawn)), key=lambda k: (batches[k], ranks[nodes[k]], mixed[k])
    )
    number = np.array([batches[k] for k in order], int)
    is_check = np.array([drawn[k].part == "check" for k in order], bool)
    twice, gold = _pairs(number, is_check, shares, chance)
    bare = evenly(number, round(shares.no_suggestions * len(drawn)), chance)
    return [
        PlacedAnswer(
            drawn[k], batches[k], 1 + int(twice[i]), bool(gold[i]), not bare[i]
        )
        for i, k in enumerate(order)
    ]


def _pairs(
    batches: IntArray,
    is_check: BoolArray,
    shares: QueueShares,
    chance: np.random.Generator,
) -> tuple[BoolArray, BoolArray]:
    """Which answers two people code, and which of these an adjudicator sees."""
    twice, gold = np.zeros(len(batches), bool), np.zeros(len(batches), bool)
    numbers = shares.coded_twice(int(is_check.sum()), int((~is_check).sum()))
    for own, number in zip((is_check, ~is_check), numbers, strict=True):
        places = np.flatnonzero(own)
        pairs = places[evenly(batches[places], number, chance)]
        twice[pairs] = True
        seen = evenly(batches[pairs], round(shares.gold * number), chance)
        gold[pairs[seen]] = True
    return twice, gold


def batch_numbers(
    drawn: Sequence[DrawnAnswer], size: int, chance: np.random.Generator
) -> list[int]:
    """Batch of each answer, from 1; work comes in the order in which it is given.

    Example:
        >>> work = [DrawnAnswer(k, "work", "clerk:first", 1.0) for k in range(4)]
        >>> check = [DrawnAnswer(k, "check", "model:3", 0.5) for k in range(2)]
        >>> batch_numbers([*work, *check], 3, np.random.default_rng(0))
        [1, 1, 2, 2, 1, 2]
    """
    parts: dict[str, list[int]] = {}
    for place, one in enumerate(drawn):
        parts.setdefault(one.stratum, []).append(place)
    spread: list[tuple[float, int]] = []
    for places in parts.values():
        if drawn[places[0]].part == "work":
            shifts = np.full(len(places), 0.5)
        else:  # random ones begin anywhere
            shifts = np.full(len(places), chance.random())
        at = (np.arange(len(places)) + shifts) / len(places)
        spread += zip(at.tolist(), places, strict=True)
    found = [0] * len(drawn)
    for number, (_, place) in enumerate(sorted(spread)):
        found[place] = number // size + 1
    return found


def evenly(
    batches: Sequence[int] | IntArray, number: int, chance: np.random.Generator
) -> BoolArray:
    """Which of some answers are chosen: at random, and evenly over batches.

    Each has the same probability. Answers of a batch are shuffled, and of all in a row
    every so manieth is taken, from a random one on.

    Args:
        batches: Batch of each, in order.
        number: How many to choose.
        chance: Where chance comes from.
    """
    found = np.zeros(len(batches), bool)
    if number:
        order = np.lexsort((chance.random(len(batches)), np.asarray(batches)))
        steps = (np.arange(number) + chance.random()) * len(batches) / number
        found[order[steps.astype(int)]] = True
    return found


def _ranks(tree: Taxonomy) -> dict[int, int]:
    """Place of each node in the list, a parent before its children; none comes last."""
    order = sorted(range(tree.num_nodes), key=lambda node: tree.code_path(node))
    return {node: rank for rank, node in enumerate(order)} | {ROOT: tree.num_nodes}
