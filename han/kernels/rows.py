"""Rows from one order into another, as compiled loops."""

from __future__ import annotations

from han.kernels.compiled import compiled


@compiled
def put_side_by_side(states, rows, column, out):  # type: ignore[no-untyped-def]
    """Writes row `rows[i]` of the states into row `i` of `out`, from a column on."""
    for i in range(len(rows)):
        for j in range(states.shape[1]):
            out[i, column + j] = states[rows[i], j]


@compiled
def take_columns(values, rows, column, out):  # type: ignore[no-untyped-def]
    """Writes some columns of row `rows[i]` of the values into row `i` of `out`."""
    for i in range(len(rows)):
        for j in range(out.shape[1]):
            out[i, j] = values[rows[i], column + j]


@compiled
def sum_by_source(values, rows, sort, ends, low, high, out):  # type: ignore[no-untyped-def]
    """Sums rows of the same source, for the sources from `low` to `high`.

    Args:
        values: `(3, M, units)`.
        rows: Row of each element, `(M,)`.
        sort: Elements sorted by source, `(M,)`.
        ends: Where the elements of each source end in `sort`, `(u,)`.
        low: First source.
        high: Source after the last one.
        out: `(u, 3 * units)`.
    """
    gates, _, units = values.shape
    for source in range(low, high):
        out[source] = 0.0
        for k in range(ends[source - 1] if source else 0, ends[source]):
            row = rows[sort[k]]
            for gate in range(gates):
                for j in range(units):
                    out[source, gate * units + j] += values[gate, row, j]
