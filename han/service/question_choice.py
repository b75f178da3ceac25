"""The one question about a record that separates its candidates best.

An answer is a split of the tree: the children of one code, the most probable of them as
options, and "another" for all else. As it is told by the full code alone, what it says
of the code is the entropy of the answer. Source: Lindley 1956, On a measure of the
information provided by an experiment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.service.problem import Problem

LEAST_GAIN = 0.05  # bits: less is not worth a question (of two codes, one has 99.4 %)
LEAST_SHARE = 0.01  # of the first option: what is less probable is "another"
FloatArray = npt.NDArray[np.floating]


@dataclass(frozen=True)
class Question:
    """A question, and how its answers are expected.

    Attributes:
        parent: The options are children of this node; -1 for the top of the list.
        options: Nodes to choose among, the most probable first.
        probabilities: Probability of each.
        other: That of any other code, wherever it stands.
        gain_bits: What the answer tells of the code, as is expected.
    """

    parent: int
    options: tuple[int, ...]
    probabilities: tuple[float, ...]
    other: float
    gain_bits: float


def probabilities_after(
    log_probabilities: FloatArray,
    tree: Taxonomy,
    within: int = ROOT,
    without: Sequence[int] = (),
) -> FloatArray:
    """Probabilities of all nodes after what earlier questions have told.

    Args:
        log_probabilities: Coherent log-probabilities of all nodes of a record, `(N,)`.
        tree: The code list.
        within: The code is this node or one below it; -1 if nothing is known.
        without: Nodes that it is not, nor any below them.

    Returns:
        `(N,)`: full codes sum to 1, and a node is the sum of its children.

    Raises:
        Problem: If no full code is left.

    Example:
        >>> tree = Taxonomy(["1", "2", "21", "22"], [-1, -1, 1, 1])
        >>> logs = np.log([0.6, 0.4, 0.3, 0.1])
        >>> probabilities_after(logs, tree, without=[0]).round(2).tolist()
        [0.0, 1.0, 0.75, 0.25]
    """
    is_left = np.zeros(len(tree.leaves), np.bool_)
    is_left[slice(*tree.leaf_spans[within]) if within != ROOT else slice(None)] = True
    for node in without:
        is_left[slice(*tree.leaf_spans[node])] = False
    if not is_left.any():
        raise Problem(
            422,
            "No full code is left: `without` takes away all that `within` leaves. "
            "Leave out what was answered last.",
            "without",
        )
    logs = np.where(is_left, log_probabilities[tree.leaves].astype(float), -np.inf)
    shares = np.exp(logs - logs.max())
    return np.asarray(tree.sum_leaves((shares / shares.sum())[None])[0])


def best_question(
    probabilities: FloatArray,
    tree: Taxonomy,
    most_options: int = 5,
    *,
    least_gain: float = LEAST_GAIN,
    least_share: float = LEAST_SHARE,
) -> Question | None:
    """The question whose answer is expected to tell most; None if none is worth it.

    Of a parent's children the most probable are the best options: one that is less
    probable would leave "another" with more, and the answer more certain.

    Args:
        probabilities: Of all nodes, `(N,)`, as `probabilities_after` gives them.
        tree: The code list.
        most_options: How many options there may be, "another" not counted.
        least_gain: Expected information, in bits, that a question must exceed.
        least_share: Share of the first option's probability that others must have.

    Example:
        >>> tree = Taxonomy(["1", "2", "21", "22"], [-1, -1, 1, 1])
        >>> asked = best_question(np.array([0.1, 0.9, 0.5, 0.4]), tree)
        >>> asked.parent, asked.options, round(asked.other, 2)
        (1, (2, 3), 0.1)
        >>> best_question(np.array([0.0, 1.0, 1.0, 0.0]), tree) is None
        True
    """
    above = tree.parents + 1  # 0 is the root
    order = np.lexsort((-probabilities, above))
    chances, group = probabilities[order], above[order]
    first = np.searchsorted(group, group)  # the place of the likeliest sibling
    is_option = (np.arange(len(order)) - first < most_options) & (chances > 0)
    is_option &= chances >= least_share * chances[first]
    chances, group, nodes = chances[is_option], group[is_option], order[is_option]
    size = tree.num_nodes + 1
    others = 1 - np.bincount(group, chances, size).clip(0, 1)
    gains = np.bincount(group, _bits(chances), size) + _bits(others)
    asked = int(gains.round(9).argmax())  # of equal ones the highest in the tree
    if gains[asked] <= max(least_gain, 1e-9):
        return None
    return Question(
        asked - 1,
        tuple(nodes[group == asked].tolist()),
        tuple(chances[group == asked].tolist()),
        float(others[asked]),
        float(gains[asked]),
    )


def _bits(chances: FloatArray) -> FloatArray:
    """What each adds to an entropy."""
    safe = np.where(chances > 0, chances, 1)
    return np.asarray(-safe * np.log2(safe))


def likeliest(probabilities: FloatArray, tree: Taxonomy, count: int) -> IntArray:
    """Full codes by their probability, the first in the tree first of equal ones.

    Args:
        probabilities: Of all nodes, `(N,)`.
        tree: The code list.
        count: How many at most; none that is ruled out.
    """
    leaves = tree.leaves
    order = np.argsort(-probabilities[leaves], kind="stable")[:count]
    return np.asarray(leaves[order][probabilities[leaves[order]] > 0])
