"""A GRU over packed rows in both directions: annotations, and their gradient."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_array

from han.kernels.gru import (
    Floats,
    Gates,
    Integers,
    Layout,
    Trace,
    gru_backward,
    gru_forward,
)
from han.kernels.parallel import empty, num_threads, run_all

DIRECTIONS, GATES = 2, 3


@dataclass(frozen=True)
class PackedRows:
    """Where the elements of a batch stand; see `han.data.packing.packed_rows`.

    Attributes:
        source: Row of the table of each element in reading order, `(M,)`.
        rows: Row of each element for both directions, `(2, M)`.
        order: Element in each row, `(2, M)`.
        steps: Number of rows of each time step, `(T,)`.
    """

    source: Integers
    rows: Integers
    order: Integers
    steps: Integers

    def layout(self, direction: int) -> Layout:
        """All sequences in one direction."""
        # A table is read as (u * 6, units): z, r, c forward, then z, r, c backward.
        columns = self.source[self.order[direction]].astype(np.intp)
        columns *= DIRECTIONS * GATES
        return Layout(columns, self.steps.tolist(), 0, int(self.steps.max(initial=0)))

    def layouts(self, direction: int) -> list[Layout]:
        """Shares of the sequences, of about as many rows each."""
        edges = _edges(self.steps, max(1, num_threads() // DIRECTIONS))
        whole = self.layout(direction)
        return [replace(whole, low=a, high=b) for a, b in pairwise(edges)]


def _edges(steps: Integers, shares: int) -> list[int]:
    """First rank of each share of the sequences, and their number."""
    count = int(steps.max(initial=0))
    lengths = np.searchsorted(-steps, -np.arange(count))  # of each rank, never growing
    ends = np.cumsum(lengths)
    cuts = np.searchsorted(ends, np.arange(1, shares) / shares * lengths.sum())
    return sorted({0, count, *cuts.tolist()})


@dataclass(frozen=True)
class Weights:
    """Weights of a bidirectional GRU, halved where a tanh stands for a sigmoid.

    Attributes:
        table: Projected inputs with their bias, z and r halved, `(u, 6 * units)`: z, r
            and c forward, then z, r and c backward.
        recurrent: Of the state in z, r and c, halved, `(2, 3, units, units)`.
        bias: Of the state in c, halved, `(2, units)`.
    """

    table: Floats
    recurrent: Floats
    bias: Floats

    def gates(self, direction: int) -> Gates:
        """The weights of one direction."""
        flat = self.table.reshape(-1, self.bias.shape[1])
        first = direction * GATES
        return Gates(
            (flat[first:], flat[first + 1 :], flat[first + 2 :]),
            self.recurrent[direction],
            self.bias[direction],
        )


def annotate(weights: Weights, packed: PackedRows) -> tuple[Floats, Floats]:
    """Annotations of all elements.

    Returns:
        Annotations in reading order, `(M, 2 * units)`, forward and backward side by
        side, and what `annotate_gradient` wants to know, `(2, 5, M, units)`.
    """
    count, units = len(packed.source), weights.bias.shape[1]
    traces = empty(DIRECTIONS, 5, count, units)
    run_all(
        partial(
            gru_forward, weights.gates(direction), layout, Trace(*traces[direction])
        )
        for direction in range(DIRECTIONS)
        for layout in packed.layouts(direction)
    )
    return _in_reading_order(traces[:, 0], packed), traces


def annotations_only(weights: Weights, packed: PackedRows) -> Floats:
    """The annotations of `annotate`, on one thread and in little memory."""
    states = np.empty((DIRECTIONS, len(packed.source), weights.bias.shape[1]), "f4")
    width = int(packed.steps.max(initial=0))
    for direction, kept in enumerate(states):
        layout = packed.layout(direction)
        trace = Trace.of_states(kept, width)
        gru_forward(weights.gates(direction), layout, trace)
    return _in_reading_order(states, packed)


def _in_reading_order(states: Floats, packed: PackedRows) -> Floats:
    """States of both directions, `(2, M, units)`, side by side for each element."""
    annotations = empty(len(packed.source), DIRECTIONS * states.shape[2])
    halves = np.split(annotations, DIRECTIONS, axis=1)
    for half, rows, of_rows in zip(halves, packed.rows, states, strict=True):
        half[:] = of_rows.take(rows, axis=0)
    return annotations


def annotate_gradient(
    upstream: Floats,
    weights: Weights,
    packed: PackedRows,
    sort: Integers,
    traces: Floats,
) -> tuple[Floats, Floats, Floats]:
    """The exact gradient of `annotate`.

    Args:
        upstream: Gradient at the annotations, `(M, 2 * units)`.
        weights: As in `annotate`.
        packed: As in `annotate`.
        sort: Elements sorted by `packed.source`, `(M,)`.
        traces: What `annotate` returned.

    Returns:
        Gradients of `Weights.table`, `Weights.recurrent` and `Weights.bias`.
    """
    at_inputs = np.empty((DIRECTIONS, GATES, *traces.shape[2:]), np.float32)
    halves = np.split(upstream, DIRECTIONS, axis=1)
    tasks: list[Callable[[], tuple[Floats, Floats]]] = []
    for d, (half, order) in enumerate(zip(halves, packed.order, strict=True)):
        gates, trace = weights.gates(d), Trace(*traces[d])
        at_states = half.take(order, axis=0)
        tasks += [
            partial(gru_backward, gates, layout, trace, at_states, at_inputs[d])
            for layout in packed.layouts(d)
        ]
    parts = [
        np.reshape(np.array(part), (DIRECTIONS, -1, *part[0].shape)).sum(axis=1)
        for part in zip(*run_all(tasks), strict=True)
    ]
    at_table = _by_source(at_inputs, packed, sort, len(weights.table))
    return at_table, parts[0], parts[1]


def _by_source(
    at_inputs: Floats, packed: PackedRows, sort: Integers, count: int
) -> Floats:
    """Sums of the rows that read the same row of the table, `(u, 6 * units)`."""
    units = at_inputs.shape[-1]
    summed = empty(count, DIRECTIONS * GATES * units)
    ends = np.cumsum(np.bincount(packed.source, minlength=count))
    ones = np.ones(len(sort), np.float32)

    def fill(direction: int, gate: int) -> None:
        rows = packed.rows[direction][sort]
        by_source = csr_array((ones, rows, np.append(0, ends)), (count, len(sort)))
        first = (direction * GATES + gate) * units
        summed[:, first : first + units] = by_source @ at_inputs[direction, gate]

    run_all(partial(fill, d, g) for d in range(DIRECTIONS) for g in range(GATES))
    return summed
