"""Decision rule: the code of least expected cost."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.decisions.document_blocks import FloatArray, in_blocks
from han.errors import InputError


@dataclass(frozen=True)
class Costs:
    """What an office pays for a record, in minutes, money, or anything else.

    A full code costs nothing if it is right. A partial code costs `complete` of its
    level, right or wrong, as a clerk goes on from there. A code that is wrong costs
    `error` of the level of its first mistake, partial or not. No code costs `scratch`.

    Args:
        error: Cost of a code whose first mistake is on each level, `L` numbers.
        complete: Cost of a clerk who completes a code that ends on each level, `L`
            numbers; that of the last level is not used, since codes are full there.
        scratch: Cost of a clerk who codes without any help.

    Raises:
        InputError: If a cost is negative or no number.

    Example:
        >>> Costs(error=[30, 12], complete=[2, 0], scratch=5).scratch
        5
    """

    error: Sequence[float]
    complete: Sequence[float]
    scratch: float

    def __post_init__(self) -> None:
        for name in ("error", "complete", "scratch"):
            given = getattr(self, name)
            values = [given] if name == "scratch" else list(given)
            if not all(math.isfinite(value) and value >= 0 for value in values):
                raise InputError(
                    f"Costs must be numbers from 0. Received: {name} {given}."
                )


def cheapest_node(
    log_probabilities: FloatArray, tree: Taxonomy, *, costs: Costs
) -> IntArray:
    """The answer of least expected cost, among all nodes and no code at all (-1).

    With `a_1 ... a_k` the path of node n, and `p(a_0) = 1`, the expected cost of n is

        sum over l <= k of error_l (p(a_(l-1)) - p(a_l))  +  complete_k (n not a leaf)

    since the first mistake is on level l with probability `p(a_(l-1)) - p(a_l)`. Of
    equally cheap answers the deepest is taken, then the first in the tree.

    Args:
        log_probabilities: Coherent log-probabilities of all nodes, `(n, N)`.
        tree: The code list.
        costs: The costs.

    Raises:
        InputError: If the costs are not those of as many levels as the tree has.

    Example:
        >>> tree = Taxonomy(["1", "2", "11", "12"], [-1, -1, 0, 0])
        >>> costs = Costs(error=[30, 12], complete=[2, 0], scratch=5)
        >>> logs = np.log([[0.99, 0.01, 0.9, 0.09],   # a mistake costs 1.4 on average
        ...                [0.99, 0.01, 0.5, 0.49],   # 6.2; the parent 2.3
        ...                [0.60, 0.40, 0.3, 0.30]])  # the parent 14
        >>> cheapest_node(logs, tree, costs=costs).tolist()
        [2, 0, -1]
    """
    for name in ("error", "complete"):
        given = len(getattr(costs, name))
        if given != tree.num_levels:
            raise InputError(
                f"The code list has {tree.num_levels} levels, but there are {given} "
                f"numbers in `{name}`. Give one for each level."
            )
    return in_blocks(log_probabilities, lambda p: _cheapest(p, tree, costs))


def expected_costs(p: FloatArray, tree: Taxonomy, costs: Costs) -> FloatArray:
    """Expected cost of answering each node, `(n, N)`, from probabilities `(n, N)`.

    Example:
        >>> tree = Taxonomy(["1", "2", "11", "12"], [-1, -1, 0, 0])
        >>> costs = Costs(error=[30, 10], complete=[2, 0], scratch=5)
        >>> expected_costs(np.array([[0.5, 0.5, 0.25, 0.25]]), tree, costs).tolist()
        [[17.0, 15.0, 17.5, 17.5]]
    """
    found = np.empty(p.shape)
    for level in range(1, tree.num_levels + 1):  # parents are done before children
        here = np.flatnonzero(tree.levels == level)
        parents = tree.parents[here]
        above = 1.0 if level == 1 else p[:, parents]
        so_far = 0.0 if level == 1 else found[:, parents]
        found[:, here] = so_far + costs.error[level - 1] * (above - p[:, here])
    inner = tree.child_counts > 0
    complete = np.asarray(costs.complete, np.float64)[tree.levels - 1]
    return found + np.where(inner, complete, 0.0)


def _cheapest(p: FloatArray, tree: Taxonomy, costs: Costs) -> IntArray:
    expected = expected_costs(p, tree, costs)
    least = expected.min(axis=1, keepdims=True)
    deepest = np.where(expected == least, tree.levels, 0).argmax(axis=1)
    return np.where(least[:, 0] <= costs.scratch, deepest, ROOT).astype(np.int32)
