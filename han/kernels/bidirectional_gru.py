"""A GRU over packed rows in both directions: annotations, and their gradient."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

import numpy as np

from han.kernels.array_pool import empty
from han.kernels.gru import (
    Floats,
    Gates,
    Integers,
    Layout,
    Trace,
    gru_backward,
    gru_forward,
)
from han.kernels.row_copies import put_side_by_side, sum_by_source, take_columns
from han.kernels.threads import parts_of, run_all
from han.usable_cores import num_threads

DIRECTIONS, GATES = 2, 3


@dataclass(frozen=True)
class PackedRows:
    """Where the elements of a batch stand; see `han.kernels.packed_rows`.

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
        return Layout(columns, self.steps, 0, int(self.steps.max(initial=0)))

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
        return Gates(
            flat[direction * GATES :],
            np.ascontiguousarray(self.recurrent[direction]),
            np.ascontiguousarray(self.bias[direction]),
        )


def gate_factors(units: int) -> tuple[Floats, Floats]:
    """What `Weights` has of the numbers of z, r and c, `(3 * units,)` each.

    Returns:
        * Factor of each: z and r are halved.
        * 1 where the bias of the state is part of the table: it may as well be added to
          the input of z and r.
    """
    halved, to_input = np.array([[0.5, 0.5, 1.0], [1.0, 1.0, 0.0]], np.float32)
    return np.repeat(halved, units), np.repeat(to_input, units)


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
    annotations = empty(count, DIRECTIONS * units)
    run_all(_place(traces[:, 0], packed, annotations))
    return annotations, traces


def annotations_only(weights: Weights, packed: PackedRows) -> Floats:
    """The annotations of `annotate`, on one thread and in little memory."""
    count, units = len(packed.source), weights.bias.shape[1]
    states = empty(DIRECTIONS, count, units)
    width = int(packed.steps.max(initial=0))
    for direction, kept in enumerate(states):
        layout = packed.layout(direction)
        trace = Trace.of_states(kept, width)
        gru_forward(weights.gates(direction), layout, trace)
    annotations = empty(count, DIRECTIONS * units)
    for task in _place(states, packed, annotations):
        task()
    return annotations


def _place(states: Floats, packed: PackedRows, out: Floats) -> list[partial[None]]:
    """Tasks that put the states of both directions side by side, in reading order."""
    units = states.shape[2]
    return [
        partial(put_side_by_side, states[d], packed.rows[d, p], d * units, out[p])
        for d in range(DIRECTIONS)
        for p in parts_of(len(out))
    ]


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
    count, units = len(packed.source), weights.bias.shape[1]
    at_states = empty(DIRECTIONS, count, units)
    at_inputs = empty(DIRECTIONS, GATES, count, units)
    at_table = empty(*weights.table.shape)
    ends = np.cumsum(np.bincount(packed.source, minlength=len(at_table)))
    run_all(
        partial(
            take_columns, upstream, packed.order[d, part], d * units, at_states[d, part]
        )
        for d in range(DIRECTIONS)
        for part in parts_of(count)
    )
    found = run_all(
        partial(gru_backward, weights.gates(d), part, trace, at_states[d], at_inputs[d])
        for d, trace in enumerate(Trace(*trace) for trace in traces)
        for part in packed.layouts(d)
    )
    run_all(
        partial(sum_by_source, *given, part.start, part.stop, column, at_table)
        for column, given in (
            (d * GATES * units, (at_inputs[d], packed.rows[d], sort, ends))
            for d in range(DIRECTIONS)
        )
        for part in parts_of(len(at_table))
    )
    at_recurrent, at_bias = (
        np.array(shares).reshape(DIRECTIONS, -1, *shares[0].shape).sum(axis=1)
        for shares in zip(*found, strict=True)
    )
    return at_table, at_recurrent, at_bias
