"""A GRU over packed rows, forward and backward, as compiled loops.

Rows go time step after time step, longest sequence first, as `packed_rows` lays them
out: the sequences alive at a step are the first ones of the step before. Each step
works on rows that fit the cache, and on no padding. The loops hold no lock of Python's,
so that directions and shares of the sequences run side by side.

Gates are kept as `s = tanh(p / 2)`, of which `sigmoid(p)` is `(1 + s) / 2`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from han.kernels.compiled import add, compiled

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.integer]

ONE, HALF = np.float32(1.0), np.float32(0.5)
# tanh(x) is x P(x^2) / Q(x^2) to 3e-7 where |x| is below the limit, and 1 beyond: the
# rational approximation of degrees 13 and 6 that Eigen and XLA have, too.
LIMIT = np.float32(7.998811)
P0, P1, P2, P3, P4, P5, P6 = np.array(
    [
        *(-2.76076847742355e-16, 2.00018790482477e-13, -8.60467152213735e-11),
        *(5.12229709037114e-08, 1.48572235717979e-05, 6.37261928875436e-04),
        4.89352455891786e-03,
    ],
    np.float32,
)
Q0, Q1, Q2, Q3 = np.array(
    [
        1.19825839466702e-06,
        1.18534705686654e-04,
        2.26843463243900e-03,
        4.89352518554385e-03,
    ],
    np.float32,
)


@dataclass(frozen=True)
class Gates:
    """Weights of one direction of a GRU (`reset_after`), halved where a tanh wants it.

    Attributes:
        table: Projected inputs, `(rows, units)`: a row of z, then one of r, both
            halved, then one of c.
        recurrent: Weights of the state in z, r and c, `(3, units, units)`, halved.
        bias: Of the state in c, `(units,)`, halved.
    """

    table: Floats
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


@dataclass(frozen=True)
class Layout:
    """Where rows stand, for the share of sequences with ranks `low` to `high`.

    Attributes:
        index: Row of the table where each row finds its z, `(M,)`.
        steps: Number of rows of each time step, `(T,)`.
        low: First rank of the share.
        high: Rank after its last one.
    """

    index: Integers
    steps: Integers
    low: int
    high: int


def gru_forward(gates: Gates, layout: Layout, trace: Trace) -> None:
    """Fills the trace: the new state of each row, and what led to it.

    With `x` the projected input and `h` the state before: `z = sigmoid(x_z + h U_z)`,
    `r = sigmoid(x_r + h U_r)`, `q = h U_c + b_c`, `c = tanh(x_c + r q)`, and the new
    state `z h + (1 - z) c`.

    Reference:
        Cho et al. 2014; the gates as in cuDNN and Keras with `reset_after=True`.
    """
    _forward(
        *(gates.table, gates.recurrent, gates.bias),
        *(layout.index, layout.steps, layout.low, layout.high),
        *(trace.states, trace.z, trace.r, trace.c, trace.q),
    )


def gru_backward(
    gates: Gates, layout: Layout, trace: Trace, upstream: Floats, inputs: Floats
) -> tuple[Floats, Floats]:
    """The exact gradient of `gru_forward`.

    Args:
        gates: As in the forward pass.
        layout: As in the forward pass.
        trace: What the forward pass filled.
        upstream: Gradient at the states of the rows, `(M, units)`; overwritten.
        inputs: Room for the gradient at the rows of the table of z, r and c,
            `(3, M, units)`, to be added up by row of the table.

    Returns:
        Gradients of `Gates.recurrent`, `(3, units, units)`, and of `Gates.bias`.
    """
    transposed = np.ascontiguousarray(gates.recurrent.transpose(0, 2, 1))
    found: tuple[Floats, Floats] = _backward(
        *(transposed, layout.steps, layout.low, layout.high),
        *(trace.states, trace.z, trace.r, trace.c, trace.q),
        *(upstream, inputs[0], inputs[1], inputs[2]),
    )
    return found


@compiled
def tanh(x):  # type: ignore[no-untyped-def]
    """The hyperbolic tangent; what is no number stays so."""
    x = LIMIT if x > LIMIT else x
    x = -LIMIT if x < -LIMIT else x
    s = x * x
    p = (((((P0 * s + P1) * s + P2) * s + P3) * s + P4) * s + P5) * s + P6
    q = ((Q0 * s + Q1) * s + Q2) * s + Q3
    return x * p / q


@compiled
def _forward(  # type: ignore[no-untyped-def]
    table, recurrent, bias, index, steps, low, high, states, z, r, c, q
):
    units = len(bias)
    is_kept = len(z) == len(states)
    work = np.empty((3, high - low, units), np.float32)
    before = np.zeros((high - low, units), np.float32)
    start = 0
    for alive in steps:
        if alive <= low:
            break
        rows, first = min(alive, high) - low, start + low
        here = first if is_kept else 0
        end = here + rows
        for gate in range(3):
            np.dot(before[:rows], recurrent[gate], work[gate, :rows])
        _add_inputs(
            *(table, bias, index[first : first + rows], work),
            *(z[here:end], r[here:end], c[here:end], q[here:end]),
        )
        now = states[first : first + rows]
        _move(
            *(z[here:end].reshape(-1), r[here:end].reshape(-1)),
            *(c[here:end].reshape(-1), q[here:end].reshape(-1)),
            *(before[:rows].reshape(-1), now.reshape(-1)),
        )
        before = now
        start += alive


@compiled
def _add_inputs(table, bias, index, work, z, r, c, q):  # type: ignore[no-untyped-def]
    """Arguments of the gates: what the input gives and what the state gives."""
    for i in range(len(index)):
        row = index[i]
        for j in range(len(bias)):
            z[i, j] = table[row, j] + work[0, i, j]
            r[i, j] = table[row + 1, j] + work[1, i, j]
            c[i, j] = table[row + 2, j]
            q[i, j] = bias[j] + work[2, i, j]


@compiled
def _move(z, r, c, q, before, now):  # type: ignore[no-untyped-def]
    """From arguments to gates, and from the state before to the new one."""
    for k in range(len(now)):
        z[k] = tanh(z[k])
        r[k] = tanh(r[k])
        c[k] = tanh(c[k] + r[k] * q[k] + q[k])
        now[k] = HALF * ((before[k] + c[k]) + z[k] * (before[k] - c[k]))


@compiled
def _backward(  # type: ignore[no-untyped-def]
    transposed, steps, low, high, states, z, r, c, q, upstream, d_z, d_r, d_c
):
    units, width = upstream.shape[1], high - low
    product = np.empty((units, units), np.float32)
    d_recurrent = np.zeros((3, units, units), np.float32)
    d_bias = np.zeros(units, np.float32)
    d_q = np.empty((width, units), np.float32)
    d_before, work = np.empty_like(d_q), np.empty_like(d_q)
    nothing = np.zeros_like(d_q)
    firsts = np.cumsum(steps) - steps + low
    later = 0
    for step in range(len(steps) - 1, -1, -1):
        rows = min(steps[step], high) - low
        if rows <= 0:
            continue
        a, e = firsts[step], firsts[step] + rows
        previous = states[firsts[step - 1] : firsts[step - 1] + rows]
        before = previous if step else nothing[:rows]
        d_now = upstream[a:e]
        add(d_now[:later].reshape(-1), d_before[:later].reshape(-1))
        _move_back(
            *(z[a:e].reshape(-1), r[a:e].reshape(-1)),
            *(c[a:e].reshape(-1), q[a:e].reshape(-1)),
            *(before.reshape(-1), d_now.reshape(-1)),
            *(d_z[a:e].reshape(-1), d_r[a:e].reshape(-1), d_c[a:e].reshape(-1)),
            *(d_q[:rows].reshape(-1), d_before[:rows].reshape(-1)),
        )
        for i in range(rows):
            add(d_bias, d_q[i])
        for gate in range(3):
            d = d_z[a:e] if gate == 0 else d_r[a:e] if gate == 1 else d_q[:rows]
            np.dot(d, transposed[gate], work[:rows])
            add(d_before[:rows].reshape(-1), work[:rows].reshape(-1))
            if step:
                np.dot(before.T, d, product)
                add(d_recurrent[gate].reshape(-1), product.reshape(-1))
        later = rows
    return d_recurrent, d_bias


@compiled
def _move_back(  # type: ignore[no-untyped-def]
    z, r, c, q, before, d_now, d_z, d_r, d_c, d_q, d_before
):
    """Gradients at the arguments of the gates, and what goes straight to `before`."""
    for k in range(len(d_now)):
        half = HALF * d_now[k]
        kept = half * z[k]
        # The state passes on (1 + s_z) / 2 of it, the candidate gets the rest.
        at_c = (half - kept) * (ONE - c[k] * c[k])
        d_z[k] = (before[k] - c[k]) * half * (ONE - z[k] * z[k])
        d_r[k] = at_c * q[k] * (ONE - r[k] * r[k])
        d_q[k] = at_c * (ONE + r[k])
        d_c[k] = at_c
        d_before[k] = half + kept
