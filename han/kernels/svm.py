"""A linear support vector machine for one class, as a compiled loop."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from han.kernels.compiled import compiled

Unsigned = npt.NDArray[np.uint64]


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


@compiled
def train_svm(  # type: ignore[no-untyped-def]
    indptr, indices, values, squares, rows, signs, costs, passes, tolerance, seed, plane
):
    """Trains a linear machine with squared hinge loss by dual coordinate descent.

    Minimises `(|w|^2 + b^2) / 2 + sum_i C_i max(0, 1 - y_i (w x_i + b))^2`, as
    scikit-learn's `LinearSVC` does, one example after the other in random order;
    examples far on the right side are left out until the others are settled.

    Args:
        indptr: Where the features of each document end: a matrix compressed by row.
        indices: Its columns; both faster as `unsigned_indices` gives them.
        values: Its values.
        squares: `|x|^2` of each document, `(n,)`.
        rows: Documents to learn from, `(m,)`.
        signs: 1 for those of the class, else -1, `(m,)`.
        costs: `C_i` above 0, `(m,)`.
        passes: Most passes over the examples.
        tolerance: Largest violation of the optimum at which to stop.
        seed: Seed of the order.
        plane: Zeros, `(features,)`; becomes `w`.

    Returns:
        `b`.

    Reference:
        Hsieh et al. 2008, A Dual Coordinate Descent Method for Large-scale Linear SVM.
    """
    np.random.seed(seed)
    count = len(rows)
    alphas = np.zeros(count, np.float32)
    order = np.arange(count)
    active, limit, bias = count, np.float32(np.inf), np.float32(0.0)
    for _ in range(passes):
        for k in range(active):
            other = k + np.random.randint(active - k)
            order[k], order[other] = order[other], order[k]
        worst, k = np.float32(0.0), 0
        while k < active:
            i = order[k]
            row, sign, half = rows[i], signs[i], np.float32(0.5) / costs[i]
            score = bias
            for j in range(indptr[row], indptr[row + 1]):
                score += values[j] * plane[indices[j]]
            slope = sign * score - np.float32(1.0) + half * alphas[i]
            if alphas[i] == 0.0:
                if slope > limit:  # set aside
                    active -= 1
                    order[k], order[active] = order[active], i
                    continue
                slope = min(slope, np.float32(0.0))
            worst = max(worst, abs(slope))
            if slope != 0.0:
                step = slope / (squares[row] + np.float32(1.0) + half)
                before = alphas[i]
                alphas[i] = max(before - step, np.float32(0.0))
                move = (alphas[i] - before) * sign
                bias += move
                for j in range(indptr[row], indptr[row + 1]):
                    plane[indices[j]] += move * values[j]
            k += 1
        limit = worst if worst > 0.0 else np.float32(np.inf)
        if worst <= tolerance:
            if active == count:
                break
            active, limit = count, np.float32(np.inf)
    return bias


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
