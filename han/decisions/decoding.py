"""The most probable full codes, their probabilities and margins.

`Decoding` holds the codes that any rule gives, and whatever is told about them;
`Rule` is the form of a decision rule.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.errors import InputError

FloatArray = npt.NDArray[np.floating]
Rule = Callable[[FloatArray, Taxonomy], IntArray]
"""Log-probabilities of all nodes `(n, N)` and the tree in, codes `(n,)` out."""
FEW = 32  # runners-up that are looked for one by one


@dataclass(frozen=True)
class Decoding:
    """Codes of `n` documents.

    Attributes:
        nodes: The code given, `(n,)`; -1 where none is.
        probabilities: Its probability, `(n,)`; NaN where there is no code.
        margins: Distance to the second most probable full code, `(n,)`.
        level_probabilities: Probability of the code's ancestor at each level, itself
            included, `(n, L)`; NaN below the code.
        top_nodes: The most probable full codes, `(n, k)`, most probable first.
        top_probabilities: Their probabilities, `(n, k)`.
    """

    nodes: IntArray
    probabilities: FloatArray
    margins: FloatArray
    level_probabilities: FloatArray
    top_nodes: IntArray
    top_probabilities: FloatArray

    def with_nodes(
        self, nodes: IntArray, log_probabilities: FloatArray, tree: Taxonomy
    ) -> Decoding:
        """The same documents with other codes, partial ones, or none (-1).

        The margin stays that between the two most probable full codes; it is NaN where
        there is no code.
        """
        none = nodes == ROOT
        own = log_probabilities[np.arange(len(nodes)), np.maximum(nodes, 0)]
        return replace(
            self,
            nodes=nodes.astype(np.int32),
            probabilities=np.where(none, np.nan, np.exp(own.astype(np.float64))),
            margins=np.where(none, np.nan, self.margins),
            level_probabilities=_path_probabilities(
                log_probabilities, nodes, none, tree
            ),
        )


def most_probable_codes(
    log_probabilities: FloatArray,
    tree: Taxonomy,
    *,
    top_k: int = 5,
    blank: npt.NDArray[np.bool_] | None = None,
) -> Decoding:
    """The most probable full code of each document, and the runners-up.

    Confidence is the probability of the code itself; the margin is its distance to the
    runner-up. Ties go to the code that stands first in the tree.

    Args:
        log_probabilities: Coherent log-probabilities of all nodes, `(n, N)`.
        tree: The code list.
        top_k: Number of full codes to list; all there are if there are fewer.
        blank: Documents without any word, `(n,)`: they get no code.

    Example:
        >>> tree = Taxonomy(["1", "2", "21"], [-1, -1, 1])
        >>> decoding = most_probable_codes(np.log([[0.3, 0.7, 0.7]]), tree)
        >>> tree.codes[decoding.nodes[0]], round(float(decoding.margins[0]), 2)
        ('21', 0.4)
    """
    kept = listed_codes(top_k, tree)
    leaves = np.take(log_probabilities, tree.leaves, axis=1)
    order = _largest(leaves, compared_codes(top_k, tree))
    nodes = tree.leaves[order]
    logs = np.take_along_axis(log_probabilities, nodes, axis=1)
    none = np.zeros(len(nodes), bool) if blank is None else blank
    levels = _path_probabilities(log_probabilities, nodes[:, 0], none, tree)
    return decoding_of(nodes, logs, levels, none, kept)


def listed_codes(top_k: int, tree: Taxonomy) -> int:
    """Number of full codes that are listed: `top_k`, or all if there are fewer.

    Raises:
        InputError: If it is no number of 1 or more.
    """
    is_number = isinstance(top_k, int | np.integer) and not isinstance(top_k, bool)
    if not is_number or top_k < 1:
        raise InputError(
            f"`top_k`: Expected a whole number of 1 or more. Received: {top_k!r}."
        )
    return min(int(top_k), len(tree.leaves))


def compared_codes(top_k: int, tree: Taxonomy) -> int:
    """Number of full codes to look for: the margin takes two."""
    return max(listed_codes(top_k, tree), min(2, len(tree.leaves)))


def decoding_of(
    nodes: IntArray,
    logs: FloatArray,
    levels: FloatArray,
    none: npt.NDArray[np.bool_],
    kept: int,
) -> Decoding:
    """The decoding of documents by their most probable full codes.

    Args:
        nodes: These, most probable first, `(n, k)`; 2 or more where there are as many.
        logs: Their log-probabilities, `(n, k)`.
        levels: Probabilities on the path of the first one, `(n, L)`; NaN below it.
        none: Documents that get no code, `(n,)`.
        kept: Number of codes to list.
    """
    top = np.exp(logs.astype(np.float64))
    second = top[:, 1] if top.shape[1] > 1 else np.zeros(len(top))
    no_list = none[:, None]
    return Decoding(
        nodes=np.where(none, ROOT, nodes[:, 0]).astype(np.int32),
        probabilities=np.where(none, np.nan, top[:, 0]),
        margins=np.where(none, np.nan, top[:, 0] - second),
        level_probabilities=np.where(no_list, np.nan, levels),
        top_nodes=np.where(no_list, ROOT, nodes[:, :kept]).astype(np.int32),
        top_probabilities=np.where(no_list, np.nan, top[:, :kept]),
    )


def _largest(values: FloatArray, k: int) -> npt.NDArray[np.int64]:
    """Columns of the `k` largest values of each row, largest first, ties from left.

    A few maxima one after the other are several times faster than a partition. The
    values are used up.
    """
    if k > FEW:
        return np.argsort(-values, axis=1, kind="stable")[:, :k]
    # Impossible codes stay above the ones that are taken out.
    np.maximum(values, np.finfo(values.dtype).min, out=values)
    columns = np.empty((len(values), k), np.int64)
    rows = np.arange(len(values))
    for rank in range(k):
        columns[:, rank] = values.argmax(axis=1)
        values[rows, columns[:, rank]] = -np.inf
    return columns


def _path_probabilities(
    log_probabilities: FloatArray,
    nodes: IntArray,
    none: npt.NDArray[np.bool_],
    tree: Taxonomy,
) -> FloatArray:
    path = tree.paths[nodes]  # (n, L)
    values = np.take_along_axis(log_probabilities, np.maximum(path, 0), axis=1)
    return np.where((path == ROOT) | none[:, None], np.nan, np.exp(values))


def check_rule(rule: Rule | None) -> None:
    """Raises InputError if a rule is no function."""
    if rule is not None and not callable(rule):
        raise InputError(
            "`rule`: Expected a function such as `han.decisions.majority_node`. "
            f"Received {type(rule).__name__}."
        )
