"""Rows from one order into another, as compiled loops."""

from __future__ import annotations

from han.kernels.compiled import add, compiled


@compiled
def put_side_by_side(states, rows, column, out):  # type: ignore[no-untyped-def]
    """Writes row `rows[i]` of the states into row `i` of `out`, from a column on."""
    units = states.shape[1]
    for i in range(len(rows)):
        out[i, column : column + units] = states[rows[i]]


@compiled
def take_columns(values, rows, column, out):  # type: ignore[no-untyped-def]
    """Writes some columns of row `rows[i]` of the values into row `i` of `out`."""
    units = out.shape[1]
    for i in range(len(rows)):
        out[i] = values[rows[i], column : column + units]


@compiled
def sum_by_source(  # type: ignore[no-untyped-def]
    values, rows, sort, ends, low, high, column, out
):
    """Sums rows of the same source, for the sources from `low` to `high`.

    Args:
        values: `(3, M, units)`.
        rows: Row of each element, `(M,)`.
        sort: Elements sorted by source, `(M,)`.
        ends: Where the elements of each source end in `sort`, `(u,)`.
        low: First source.
        high: Source after the last one.
        column: First column of `out` to write.
        out: `(u, columns)`.
    """
    gates, _, units = values.shape
    for source in range(low, high):
        out[source, column : column + gates * units] = 0.0
        for k in range(ends[source - 1] if source else 0, ends[source]):
            row = rows[sort[k]]
            for gate in range(gates):
                first = column + gate * units
                add(out[source, first : first + units], values[gate, row])
