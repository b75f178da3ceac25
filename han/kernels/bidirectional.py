"""Both directions of a GRU over packed rows: annotations, and their gradient."""

from __future__ import annotations

from dataclasses import dataclass
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

GATES = 3
COLUMNS = 2 * GATES  # of a table, in units: z, r, c of each direction


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

    def layouts(self) -> list[list[Layout]]:
        """For each direction, shares of the sequences with rows in like number."""
        edges = _edges(self.steps, max(1, num_threads() // 2))
        steps = tuple(self.steps.tolist())
        # Rows of a table seen as (u * COLUMNS, units).
        indices = [self.source[order].astype(np.intp) * COLUMNS for order in self.order]
        return [
            [Layout(index, steps, low, high) for low, high in pairwise(edges)]
            for index in indices
        ]


def _edges(steps: Integers, shares: int) -> list[int]:
    """First rank of each share of the sequences, and the number of sequences."""
    lengths = np.searchsorted(-steps, -np.arange(int(steps[0])), side="left")
    ends = np.cumsum(lengths)
    cuts = ends[-1] * np.arange(1, shares) / shares
    return sorted({0, *np.searchsorted(ends, cuts).tolist(), len(lengths)})


def annotate(
    table: Floats, recurrent: Floats, bias: Floats, packed: PackedRows
) -> tuple[Floats, Floats]:
    """Annotations of all elements by a GRU in both directions.

    Args:
        table: Projected inputs, z and r halved, `(u, 6 * units)`: z, r and c forward,
            then z, r and c backward.
        recurrent: Weights of the state, halved, `(2, 3, units, units)`.
        bias: Of the state in c, halved, `(2, units)`.
        packed: Where the elements stand.

    Returns:
        Annotations in reading order, `(M, 2 * units)`, and what `annotate_gradient`
        wants to know, `(2, 5, M, units)`.
    """
    count, units = len(packed.source), bias.shape[1]
    traces = empty(2, 5, count, units)
    tasks = [
        lambda layout=layout, gates=gates, trace=trace: gru_forward(
            gates, layout, Trace(*trace)
        )
        for layouts, gates, trace in zip(
            packed.layouts(), _gates(table, recurrent, bias), traces, strict=True
        )
        for layout in layouts
    ]
    run_all(tasks)
    annotations = empty(count, 2 * units)
    for half, rows, trace in zip(_halves(annotations), packed.rows, traces, strict=True):
        half[:] = trace[0].take(rows, 0)
    return annotations, traces


def annotate_gradient(
    upstream: Floats,
    table: Floats,
    recurrent: Floats,
    bias: Floats,
    packed: PackedRows,
    sort: Integers,
    traces: Floats,
) -> tuple[Floats, Floats, Floats]:
    """The exact gradient of `annotate`.

    Args:
        upstream: Gradient at the annotations, `(M, 2 * units)`.
        table: As in the forward pass, as are `recurrent`, `bias` and `packed`.
        recurrent: See there.
        bias: See there.
        packed: See there.
        sort: Elements sorted by `packed.source`, `(M,)`.
        traces: What `annotate` returned.

    Returns:
        Gradients of `table`, `recurrent` and `bias`.
    """
    gates = _gates(table, recurrent, bias)
    d_inputs = np.empty((2, *traces.shape[2:], GATES), np.float32)
    d_inputs = np.empty((2, GATES, *traces.shape[2:]), np.float32)
    at_rows = [
        half.take(order, 0)
        for half, order in zip(_halves(upstream), packed.order, strict=True)
    ]
    layouts = packed.layouts()
    tasks = [
        lambda d=d, layout=layout: gru_backward(
            gates[d], layout, Trace(*traces[d]), at_rows[d], d_inputs[d]
        )
        for d in (0, 1)
        for layout in layouts[d]
    ]
    done = run_all(tasks)
    per = len(layouts[0])
    d_recurrent = np.stack([sum(w for w, _ in done[d * per : (d + 1) * per]) for d in (0, 1)])
    d_bias = np.stack([sum(b for _, b in done[d * per : (d + 1) * per]) for d in (0, 1)])
    ends = np.cumsum(np.bincount(packed.source, minlength=len(table)))
    d_table = empty(*table.shape)
    units = bias.shape[1]
    for d in (0, 1):
        summed = csr_array(
            (np.ones(len(sort), np.float32), packed.rows[d][sort], np.append(0, ends)),
            shape=(len(table), len(sort)),
        )
        for gate in range(GATES):
            first = (d * GATES + gate) * units
            d_table[:, first : first + units] = summed @ d_inputs[d, gate]
    return d_table, d_recurrent, d_bias


def _halves(annotations: Floats) -> list[Floats]:
    """The columns of each direction."""
    return np.split(annotations, 2, axis=1)


def _gates(table: Floats, recurrent: Floats, bias: Floats) -> list[Gates]:
    units = bias.shape[1]
    flat = table.reshape(-1, units)
    # The rows of a gate are every sixth one, from its own first.
    return [
        Gates(tuple(flat[d * GATES + g :] for g in range(GATES)), tuple(recurrent[d]), bias[d])
        for d in (0, 1)
    ]
