"""A GRU over packed rows, forward and backward, in NumPy.

Rows go time step after time step, longest sequence first, as `packed_rows` lays them
out: the sequences alive at a step are the first ones of the step before. Each step
works on a block that fits the cache, writes into arrays made beforehand, and leaves
Python's lock while it computes, so that directions and shares of the sequences run side
by side.

Gates are kept as `s = tanh(p / 2)`, of which `sigmoid(p)` is `(1 + s) / 2`: half the
weights, and one pass over the data less for each gate.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.integer]


@dataclass(frozen=True)
class Gates:
    """Weights of one direction of a GRU (`reset_after`), halved where a tanh wants it.

    Attributes:
        tables: Projected inputs of z, r and c, `(u, units)` each; z and r halved.
        recurrent: Weights of the state in z, r and c, `(3, units, units)`, halved.
        bias: Of the state in c, `(units,)`, halved.
    """

    tables: tuple[Floats, Floats, Floats]
    recurrent: Floats
    bias: Floats


@dataclass(frozen=True)
class Trace:
    """What the backward pass needs of each row, `(M, units)` each.

    Where there is no backward pass, only the states are of all rows, and the others
    have room for one step.

    Attributes:
        states: The new state.
        z: `tanh` of the halved argument of the update gate.
        r: The same of the reset gate.
        c: The candidate state.
        q: Half of what the reset gate scales.
    """

    states: Floats
    z: Floats
    r: Floats
    c: Floats
    q: Floats

    @classmethod
    def of_states(cls, states: Floats, width: int) -> Trace:
        """A trace that keeps the states alone, of `width` sequences."""
        return cls(states, *np.empty((4, width, states.shape[1]), np.float32))

    def at(self, block: slice) -> tuple[Floats, ...]:
        """States, z, r, c and q of the rows of a step."""
        is_kept = len(self.z) == len(self.states)
        here = block if is_kept else slice(block.stop - block.start)
        return (
            self.states[block],
            self.z[here],
            self.r[here],
            self.c[here],
            self.q[here],
        )


@dataclass(frozen=True)
class Layout:
    """Where rows stand, for the share of sequences with ranks `low` to `high`.

    Attributes:
        index: Row of the tables for each row, `(M,)`.
        steps: Number of rows of each time step.
        low: First rank of the share.
        high: Rank after its last one.
    """

    index: Integers
    steps: list[int]
    low: int
    high: int

    @property
    def width(self) -> int:
        """Number of sequences of the share."""
        return self.high - self.low

    def blocks(self) -> list[slice]:
        """Rows of the share in each time step, as long as there are any."""
        return list(self._blocks())

    def _blocks(self) -> Iterator[slice]:
        first = 0
        for alive in self.steps:
            if alive <= self.low:
                return
            yield slice(first + self.low, first + min(alive, self.high))
            first += alive


def gru_forward(gates: Gates, layout: Layout, trace: Trace) -> None:
    """Fills the trace: the new state of each row, and what led to it.

    With `x` the projected input and `h` the state before: `z = sigmoid(x_z + h U_z)`,
    `r = sigmoid(x_r + h U_r)`, `q = h U_c + b_c`, `c = tanh(x_c + r q)`, and the new
    state `z h + (1 - z) c`.

    Reference:
        Cho et al. 2014; the gates as in cuDNN and Keras with `reset_after=True`.
    """
    work = np.empty((layout.width, len(gates.bias)), np.float32)
    before = np.zeros_like(work)
    for block in layout.blocks():
        index = layout.index[block]
        before, t = before[: len(index)], work[: len(index)]
        states, z, r, c, q = trace.at(block)
        for gate, here in enumerate((z, r)):
            gates.tables[gate].take(index, 0, here, "clip")
            here += np.matmul(before, gates.recurrent[gate], out=t)
            np.tanh(here, out=here)
        np.matmul(before, gates.recurrent[2], out=q)
        q += gates.bias
        gates.tables[2].take(index, 0, c, "clip")
        c += np.multiply(r, q, out=t)
        c += q
        np.tanh(c, out=c)
        np.subtract(before, c, out=t)
        t *= z
        np.add(before, c, out=states)
        states += t
        states *= 0.5
        before = states


def gru_backward(
    gates: Gates, layout: Layout, trace: Trace, upstream: Floats, inputs: Floats
) -> tuple[Floats, Floats]:
    """The exact gradient of `gru_forward`.

    Args:
        gates: As in the forward pass.
        layout: As in the forward pass.
        trace: What the forward pass filled.
        upstream: Gradient at the states of the rows, `(M, units)`; overwritten.
        inputs: Room for the gradient at the rows of the tables of z, r and c,
            `(3, M, units)`, to be added up by table row.

    Returns:
        Gradients of `Gates.recurrent`, `(3, units, units)`, and of `Gates.bias`.
    """
    units = len(gates.bias)
    work = np.empty((5, layout.width, units), np.float32)
    nothing = np.zeros((layout.width, units), np.float32)
    back = [np.ascontiguousarray(weight.T) for weight in gates.recurrent]
    d_recurrent = np.zeros((3, units, units), np.float32)
    d_bias = np.zeros(units, np.float32)
    product, carried = np.empty((units, units), np.float32), nothing[:0]
    blocks = layout.blocks()
    for step in reversed(range(len(blocks))):
        block = blocks[step]
        t, d_q, d_before, half, u = work[:, : block.stop - block.start]
        before = (trace.states[blocks[step - 1]] if step else nothing)[: len(t)]
        d_state = upstream[block]
        d_state[: len(carried)] += carried
        _, z, r, c, q = trace.at(block)
        d_z, d_r, d_c = (part[block] for part in inputs)
        np.multiply(d_state, 0.5, out=half)
        np.multiply(half, z, out=t)
        # The state passes on (1 + s_z) / 2 of it, the candidate gets the rest.
        np.subtract(half, t, out=d_c)
        np.add(half, t, out=d_before)
        d_c *= _slope(c, t)
        np.subtract(before, c, out=d_z)
        d_z *= half
        d_z *= _slope(z, t)
        np.multiply(d_c, q, out=d_r)
        d_r *= _slope(r, t)
        np.add(r, 1.0, out=d_q)
        d_q *= d_c
        d_bias += d_q.sum(axis=0)
        for gate, d in enumerate((d_z, d_r, d_q)):
            d_before += np.matmul(d, back[gate], out=u)
            if step:
                d_recurrent[gate] += np.matmul(before.T, d, out=product)
        carried = d_before
    return d_recurrent, d_bias


def _slope(values: Floats, out: Floats) -> Floats:
    """The derivative of tanh where its value is given."""
    np.multiply(values, values, out=out)
    return np.subtract(1.0, out, out=out)
