"""A population of answers whose right codes are known, and coders who err as told."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from han.review_figures.reviewed_answers import (
    CodeTree,
    FloatArray,
    Nodes,
    Stratum,
)

WIDTHS = (6, 5, 4)  # children at each level
# Name, whether the machine coded it, distinct answers, share of wrong codes.
GROUPS = (
    ("exact", True, 2400, 0.004),
    ("fuzzy", True, 600, 0.03),
    ("model", True, 3000, 0.06),
    ("clerk", False, 2000, 0.45),
)


@dataclass(frozen=True)
class Coders:
    """How people code.

    Attributes:
        error: Chance of a wrong code where the suggestion is right, or none is shown.
        lured: Chance of taking a wrong suggestion; else they err as without one.
    """

    error: float
    lured: float

    def decisions(
        self,
        truth: Nodes,
        machine: Nodes,
        suggested: np.typing.NDArray[np.bool_],
        random: np.random.Generator,
    ) -> Nodes:
        """What one coder says of each answer, `(n,)`."""
        errs = random.random(len(truth)) < self.error
        found = np.where(errs, wrong_codes(truth, random), truth)
        takes = (
            suggested & (machine != truth) & (random.random(len(truth)) < self.lured)
        )
        return np.where(takes, machine, found)

    def right(
        self, truth: Nodes, machine: Nodes, suggested: np.typing.NDArray[np.bool_]
    ) -> FloatArray:
        """Chance of a right code, `(n,)`."""
        misled = suggested & (machine != truth)
        return (1 - self.error) * np.where(misled, 1 - self.lured, 1.0)


@dataclass(frozen=True)
class Population:
    """All answers.

    Attributes:
        strata: Groups of answers.
        tree: Codes, of three levels.
        stratum: Group of each answer, `(n,)`.
        truth: Its right code.
        machine: The machine's code.
        rows: Rows that have the answer.
        doubt: What the machine takes for the chance that it is wrong.
    """

    strata: list[Stratum]
    tree: CodeTree
    stratum: Nodes
    truth: Nodes
    machine: Nodes
    rows: FloatArray
    doubt: FloatArray

    @property
    def is_right(self) -> np.typing.NDArray[np.bool_]:
        """Whether the machine is right, `(n,)`."""
        return self.machine == self.truth


def invented_tree() -> CodeTree:
    """A tree of three levels; the leaves come last."""
    paths: list[list[int]] = []
    parents: list[list[int]] = [[]]
    for width in WIDTHS:
        below = [[*path, 0] for path in parents for _ in range(width)]
        for number, path in enumerate(below):
            path[-1] = len(paths) + number
        paths, parents = paths + below, below
    table = np.full((len(paths), len(WIDTHS)), -1)
    for node, path in enumerate(paths):
        table[node, : len(path)] = path
    return CodeTree(table)


LEAVES = int(np.prod(WIDTHS))
FIRST_LEAF = WIDTHS[0] + WIDTHS[0] * WIDTHS[1]


def wrong_codes(truth: Nodes, random: np.random.Generator) -> Nodes:
    """Another code for each: mostly a sibling, as people and machines confuse them."""
    place = truth - FIRST_LEAF
    near = place // WIDTHS[2] * WIDTHS[2]
    sibling = (
        near + (place - near + random.integers(1, WIDTHS[2], len(place))) % WIDTHS[2]
    )
    far = (place + random.integers(1, LEAVES, len(place))) % LEAVES
    found: Nodes = FIRST_LEAF + np.where(random.random(len(place)) < 0.6, sibling, far)
    return found


def invented_population(seed: int, repeats: bool = False) -> Population:
    """Answers, their right codes and the machine's.

    Args:
        seed: Of the random numbers.
        repeats: Whether answers have from 1 to 50 rows, most of them few; else one.
    """
    random = np.random.default_rng(seed)
    sizes = [size for *_, size, _ in GROUPS]
    stratum = np.repeat(np.arange(len(GROUPS)), sizes)
    truth = FIRST_LEAF + random.integers(0, LEAVES, len(stratum))
    mean = np.repeat([error for *_, error in GROUPS], sizes)
    # Doubt varies between answers, and the machine is wrong as often as it says.
    doubt = random.beta(2 * mean, 2 * (1 - mean))
    machine = np.where(
        random.random(len(stratum)) < doubt, wrong_codes(truth, random), truth
    )
    rows = np.ones(len(stratum))
    if repeats:
        rows = np.floor(np.minimum(1 / (1 - random.random(len(stratum))), 50.0))
    strata = [
        Stratum(n, c, n, 3, s, int(r := rows[stratum == h].sum()), float(r))
        for h, (n, c, s, _) in enumerate(GROUPS)
    ]
    return Population(strata, invented_tree(), stratum, truth, machine, rows, doubt)
