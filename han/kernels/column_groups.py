"""Sums and maxima over groups of columns and down a tree, compiled."""

from __future__ import annotations

import numpy as np

from han.kernels.compiled import compiled


@compiled
def largest(values, groups, out):  # type: ignore[no-untyped-def]
    """The largest value of each group of columns, `(B, groups)`, in `out`."""
    for row in range(values.shape[0]):
        for group in range(out.shape[1]):
            out[row, group] = -np.inf
        for column in range(values.shape[1]):
            group = groups[column]
            if not values[row, column] <= out[row, group]:  # no number stays none
                out[row, group] = values[row, column]
    return out


@compiled
def sums(values, groups, out):  # type: ignore[no-untyped-def]
    """The sum of each group of columns, `(B, groups)`, in `out`."""
    out[:] = 0.0
    for row in range(values.shape[0]):
        for column in range(values.shape[1]):
            out[row, groups[column]] += values[row, column]
    return out


@compiled
def subtract(values, amounts, groups):  # type: ignore[no-untyped-def]
    """Takes from each column what its group is given, `(B, groups)`."""
    for row in range(values.shape[0]):
        for column in range(values.shape[1]):
            values[row, column] -= amounts[row, groups[column]]


@compiled
def place(scores, columns, parents, is_down, nodes):  # type: ignore[no-untyped-def]
    """Gives each node its score, 0 without one; plus its parent's value if `is_down`.

    Args:
        scores: `(B, scored)`.
        columns: Column of each node, -1 without one, `(N,)`.
        parents: Parent of each node, before it, -1 at the top, `(N,)`.
        is_down: Whether to add the parent's value.
        nodes: What is filled, `(B, N)`.
    """
    for row in range(nodes.shape[0]):
        for node in range(nodes.shape[1]):
            column, parent = columns[node], parents[node]
            own = scores[row, column] if column >= 0 else np.float32(0.0)
            above = nodes[row, parent] if is_down and parent >= 0 else np.float32(0.0)
            nodes[row, node] = own + above


@compiled
def subtract_peaks(values, edges):  # type: ignore[no-untyped-def]
    """Takes from columns that follow one another, a group, the largest of them.

    A group of `-inf` alone stays as it is.

    Args:
        values: `(B, N)`.
        edges: First column of each group, and `N`, `(groups + 1,)`.
    """
    for row in range(values.shape[0]):
        for group in range(len(edges) - 1):
            peak = values[row, edges[group]]
            for column in range(edges[group] + 1, edges[group + 1]):
                if values[row, column] > peak:
                    peak = values[row, column]
            if peak > -np.inf:
                for column in range(edges[group], edges[group + 1]):
                    values[row, column] -= peak
