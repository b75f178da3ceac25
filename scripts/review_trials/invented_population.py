"""A population of answers whose right codes are known, and coders who err as told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import Taxonomy
from han.review_making.answer_frame import AnswerFrame

IntArray: TypeAlias = npt.NDArray[np.int64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]
FloatArray: TypeAlias = npt.NDArray[np.float64]
WIDTHS = (6, 5, 4)  # children at each level
LEAVES, PER_PARENT = int(np.prod(WIDTHS)), WIDTHS[-1]
FIRST_LEAF = WIDTHS[0] + WIDTHS[0] * WIDTHS[1]
# Stage, distinct answers, share of wrong codes.
STAGES = (
    ("exact", 2400, 0.004),
    ("fuzzy", 600, 0.03),
    ("model", 3000, 0.06),
    ("clerk", 2000, 0.45),
)
NEAR = 0.6  # share of wrong codes that are a sibling of the right one


@dataclass(frozen=True)
class Coders:
    """How people code; the adjudicator is right.

    Attributes:
        error: Chance of a wrong code where the suggestion is right, or none is shown.
        lured: Chance of taking a wrong suggestion; else they err as without one.
    """

    error: float
    lured: float

    def decisions(
        self,
        truth: IntArray,
        machine: IntArray,
        suggested: BoolArray,
        chance: np.random.Generator,
    ) -> IntArray:
        """What one coder says of each answer, `(n,)`."""
        errs = chance.random(len(truth)) < self.error
        found = np.where(errs, wrong_codes(truth, chance), truth)
        misled = suggested & (machine != truth)
        return np.where(
            misled & (chance.random(len(truth)) < self.lured), machine, found
        )

    def right(
        self, truth: IntArray, machine: IntArray, suggested: BoolArray
    ) -> FloatArray:
        """Chance of the whole right code, `(n,)`."""
        misled = suggested & (machine != truth)
        return (1 - self.error) * np.where(misled, 1 - self.lured, 1.0)


@dataclass(frozen=True)
class Population:
    """All answers.

    Attributes:
        tree: Codes, of three levels.
        frame: The answers, as queues are drawn from them.
        truth: Right code of each, `(n,)`.
    """

    tree: Taxonomy
    frame: AnswerFrame
    truth: IntArray

    def size(self, by: str) -> FloatArray:
        """What each answer counts, `(n,)`."""
        if by == "answers":
            return np.ones(len(self.frame))
        frame = self.frame
        return (frame.rows if by == "rows" else frame.weights).astype(np.float64)


def invented_tree() -> Taxonomy:
    """A tree of three levels; the leaves come last."""
    paths = [
        (f"{a}", f"{a}{b}", f"{a}{b}{c}")
        for a in range(WIDTHS[0])
        for b in range(WIDTHS[1])
        for c in range(WIDTHS[2])
    ]
    return Taxonomy.from_paths(paths)


def wrong_codes(truth: IntArray, chance: np.random.Generator) -> IntArray:
    """Another code for each, mostly a sibling: people and machines confuse these."""
    place, count = truth - FIRST_LEAF, len(truth)
    first = place // PER_PARENT * PER_PARENT
    sibling = (
        first + (place - first + chance.integers(1, PER_PARENT, count)) % PER_PARENT
    )
    far = (place + chance.integers(1, LEAVES, count)) % LEAVES
    return FIRST_LEAF + np.where(chance.random(count) < NEAR, sibling, far)


def invented_population(seed: int, repeats: bool = False) -> Population:
    """Answers, their right codes and the machine's.

    Args:
        seed: Of the random numbers.
        repeats: Whether answers have from 1 to 50 rows, most of them few, and rows
            weigh from about a third to three; else each answer is one row of weight 1.
    """
    chance = np.random.default_rng(seed)
    sizes = [size for _, size, _ in STAGES]
    count = sum(sizes)
    truth = FIRST_LEAF + chance.integers(0, LEAVES, count)
    error = np.repeat([share for *_, share in STAGES], sizes)
    # Doubt varies between answers, and the machine is wrong as often as it says.
    doubt = chance.beta(2 * error, 2 * (1 - error))
    is_wrong = chance.random(count) < doubt
    machine = np.where(is_wrong, wrong_codes(truth, chance), truth)
    rows: IntArray = np.ones(count, np.int64)
    weights: FloatArray = np.ones(count)
    if repeats:
        rows = np.minimum(1 / (1 - chance.random(count)), 50.0).astype(np.int64)
        weights = np.exp(0.5 * chance.standard_normal(count)) * rows
    methods = [name for name, size, _ in STAGES for _ in range(size)]
    coded = np.array([name != "clerk" for name in methods])
    names = [str(number) for number in range(count)]
    frame = AnswerFrame(
        names, {}, {}, rows, weights, machine, 1 - doubt, methods, coded, doubt
    )
    return Population(TREE, frame, truth)


TREE = invented_tree()
