"""Scores of planes on sparse features, as compiled loops."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from han.kernels.compiled import compiled

Unsigned = npt.NDArray[np.uint64]
LANES = 8  # machines trained side by side: as many float32 as a vector register holds


def unsigned_indices(matrix: Any) -> tuple[Unsigned, Unsigned]:
    """`indptr` and `indices` of a matrix compressed by row, as unsigned numbers.

    A compiled loop asks of each signed index whether it counts from the end; without
    that question training takes half the time.
    """
    indptr, indices = (
        np.asarray(places, np.int64).view(np.uint64)
        for places in (matrix.indptr, matrix.indices)
    )
    return indptr, indices


def add_scores(
    features: Any,
    first: npt.NDArray[np.int64],
    nodes: npt.NDArray[np.int32],
    weights: npt.NDArray[np.float32],
    out: npt.NDArray[np.float32],
) -> None:
    """Adds the products of sparse rows and a sparse matrix to dense rows.

    Args:
        features: Documents, compressed by row, `(n, features)`.
        first: Where the nodes of each feature begin, `(features + 1,)`.
        nodes: Nodes that each feature speaks of, `(k,)`.
        weights: What it says of each, `(k,)`.
        out: `(n, N)`.
    """
    unsigned = (first.view(np.uint64), nodes.view(np.uint32))
    _add_scores(*unsigned_indices(features), features.data, *unsigned, weights, out)


@compiled
def _add_scores(  # type: ignore[no-untyped-def]
    indptr, indices, values, first, nodes, weights, out
):
    for row in range(len(out)):
        for j in range(indptr[row], indptr[row + 1]):
            feature, value = indices[j], values[j]
            for k in range(first[feature], first[feature + 1]):
                out[row, nodes[k]] += value * weights[k]


def said_of_levels(
    features: Any,
    first: npt.NDArray[np.int64],
    nodes: npt.NDArray[np.int32],
    weights: npt.NDArray[np.float32],
    chosen: npt.NDArray[np.float32],
    levels: npt.NDArray[np.integer],
) -> npt.NDArray[np.float64]:
    """What each feature of each document adds to sums of scores, by level.

    Args:
        features: Documents, compressed by row, `(n, features)`.
        first: Where the nodes of each feature begin, `(features + 1,)`.
        nodes: Nodes that each feature speaks of, `(k,)`.
        weights: What it says of each, `(k,)`.
        chosen: Weight of each node in the sum of its level, `(n, N)`.
        levels: Level of each node, from 0, `(N,)`.

    Returns:
        `(entries of features, L)`.
    """
    out = np.zeros((len(features.data), int(levels.max(initial=0)) + 1))
    unsigned = (first.view(np.uint64), nodes.view(np.uint32))
    rows = unsigned_indices(features)
    _add_said(*rows, *unsigned, weights, chosen, levels.astype(np.uint64), out)
    out *= features.data[:, None]
    return out


@compiled
def _add_said(  # type: ignore[no-untyped-def]
    indptr, indices, first, nodes, weights, chosen, levels, out
):
    for row in range(len(chosen)):
        for j in range(indptr[row], indptr[row + 1]):
            feature = indices[j]
            for k in range(first[feature], first[feature + 1]):
                node = nodes[k]
                if chosen[row, node] != 0.0:  # few are
                    out[j, levels[node]] += weights[k] * chosen[row, node]
