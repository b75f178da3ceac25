"""The true and the given codes of each record, closed under ancestors, side by side.

All scores of sets start here, so that they skip the same records, and refuse the same
mistakes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from han.code_list.closure import (
    checked_sets,
    closure,
    level_slices,
    node_matrix,
    partial_codes,
    specific_codes,
)
from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.errors import InputError
from han.late_packages import sparse
from han.metrics.pairs import BoolArray, FloatArray, document_weights


@dataclass(frozen=True, eq=False)
class SetPairs:
    """The `m` records with a true code, out of the `n` given.

    Attributes:
        tree: The code list.
        kept: Which of the given records have a true code, `(n,)`.
        codes: Their true codes without those that others imply, `(m, A)`.
        true: Closure of the true codes, sparse and Boolean, `(m, N)`.
        given: Closure of the given codes, likewise.
        weights: Weight of each record, `(m,)`.
    """

    tree: Taxonomy
    kept: BoolArray
    codes: IntArray
    true: sparse.csr_array
    given: sparse.csr_array
    weights: FloatArray

    @cached_property
    def shared(self) -> sparse.csr_array:
        """Nodes that are true and given, `(m, N)`."""
        return (self.true * self.given).tocsr()

    def without_unknown(self) -> SetPairs:
        """The same, but for what is given below a partial true code."""
        given = _without_unknown(self.given, self.codes, self.tree)
        return replace(self, given=given)

    def sizes(self, nodes: slice = slice(None)) -> tuple[FloatArray, ...]:
        """How many of some nodes are shared, given, true, `(m,)` each."""
        parts = self.shared, self.given, self.true
        return tuple(_row_sizes(part[:, nodes]) for part in parts)


def set_pairs(
    y_true: npt.ArrayLike,
    y_pred: npt.ArrayLike,
    taxonomy: Taxonomy,
    *,
    sample_weight: npt.ArrayLike | None = None,
    skip_unknown: bool = False,
) -> SetPairs:
    """Checks true and given sets of codes, and closes them under ancestors.

    Args:
        y_true: True codes of `n` records, node ids `(n, A)` or `(n,)`, -1 after the
            last; a record without any is left out.
        y_pred: Codes given, likewise; a record without any abstains.
        taxonomy: The code list.
        sample_weight: Weight of each record, `(n,)`.
        skip_unknown: Whether given nodes below a partial true code, of which the truth
            says nothing, are left out. Else they are wrong.

    Raises:
        InputError: If lengths differ, an id is not in the tree, or a weight is
            negative.

    Example:
        >>> tree = Taxonomy(["1", "2", "21", "22"], [-1, -1, 1, 1])
        >>> pairs = set_pairs([[0, 2], [1, -1]], [1, 2], tree)
        >>> [size.tolist() for size in pairs.sizes()]
        [[1.0, 1.0], [1.0, 2.0], [3.0, 1.0]]
    """
    true = checked_sets(y_true, taxonomy, "y_true")
    given = checked_sets(y_pred, taxonomy, "y_pred")
    if len(true) != len(given):
        raise InputError(
            "Expected `y_true` and `y_pred` of equal length, a set for each record. "
            f"Received {len(true)} and {len(given)}."
        )
    weights = document_weights(sample_weight, len(true))
    kept = (true != ROOT).any(axis=1)
    true, nodes = true[kept], closure(given[kept], taxonomy)
    pairs = SetPairs(
        taxonomy,
        kept,
        specific_codes(true, taxonomy),
        closure(true, taxonomy),
        nodes,
        weights[kept],
    )
    return pairs.without_unknown() if skip_unknown else pairs


def _without_unknown(
    given: sparse.csr_array, true: IntArray, tree: Taxonomy
) -> sparse.csr_array:
    """What is given, but for nodes below a partial true code."""
    partial = partial_codes(true, tree)
    of_record = np.repeat(np.arange(len(true)), np.diff(given.indptr))
    unknown = np.zeros(len(of_record), np.bool_)
    keys = (np.arange(len(true))[:, None] * tree.num_nodes + partial)[partial != ROOT]
    for level in range(tree.num_levels):
        above = tree.paths[given.indices, level]
        is_above = (above != ROOT) & (above != given.indices)
        key = of_record.astype(np.int64) * tree.num_nodes + above
        unknown |= is_above & np.isin(key, keys)
    return node_matrix(of_record[~unknown], given.indices[~unknown], len(true), tree)


def unknown_counts(codes: IntArray, tree: Taxonomy) -> FloatArray:
    """How many nodes of each level lie below partial codes of a record, `(m, L)`.

    Example:
        >>> tree = Taxonomy(["1", "2", "21", "22"], [-1, -1, 1, 1])
        >>> unknown_counts(np.array([[0, 1], [0, 2]]), tree).tolist()
        [[0.0, 2.0], [0.0, 0.0]]
    """
    below = np.zeros((tree.num_nodes + 1, tree.num_levels))
    for level, here in enumerate(level_slices(tree)):
        paths = tree.paths[here, :level]
        nodes = paths.reshape(-1).astype(np.int64)
        below[:, level] = np.bincount(nodes, minlength=len(below))
    below[ROOT] = 0.0
    found: FloatArray = below[partial_codes(codes, tree)].sum(axis=1)
    return found


def _row_sizes(matrix: sparse.csr_array) -> FloatArray:
    found: FloatArray = np.diff(matrix.indptr).astype(np.float64)
    return found
