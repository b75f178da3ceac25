"""Linear support vector machines, eight side by side, as a compiled loop.

What takes time in a sparse machine is to find the weights of a document's words. Eight
machines that lie side by side, a number of each in one vector, are found at once. They
learn apart: what one of them sees or when it stops changes no other.

Import this when there is something to learn: it imports numba.
"""

# mypy: disable-error-code="no-untyped-def, untyped-decorator"

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

from han.kernels.compiled import compiled
from han.kernels.svm import LANES

_VECTOR = ir.VectorType(ir.FloatType(), LANES)
_LOOSE = ("contract", "nsz")


@compiled
def train_svms(
    indptr,
    indices,
    values,
    squares,
    signs,
    weights,
    learners,
    costs,
    limits,
    orders,
    planes,
):
    """Trains linear machines with squared hinge loss by dual coordinate descent.

    Each minimises `(|w|^2 + b^2) / 2 + sum_i C_i max(0, 1 - y_i (w x_i + b))^2`, as
    scikit-learn's `LinearSVC` does, one example after the other in orders that change
    from pass to pass; examples far on the right side are left out until the others are
    settled. Orders are of all examples, whoever still looks at them, so that no machine
    depends on what others have seen.

    Args:
        indptr: Where the features of each example end: a matrix compressed by row;
            unsigned, `(m + 1,)`.
        indices: Its columns, unsigned.
        values: Its values.
        squares: `|x|^2` of each example, `(m,)`.
        signs: 1 for those of the class, else -1, `(m,)`.
        weights: Weight of each example, above 0, `(m,)`.
        learners: The machines that learn from each example, as bits, `(m,)`.
        costs: What an error costs each machine, times the weight, `(machines,)`.
        limits: Most passes over the examples, and the largest violation of the optimum
            at which to stop.
        orders: Orders of the examples, which the passes take in turn, `(k, m)`.
        planes: Zeros, `(columns + 1, LANES)` in one row; becomes `w` and, last, `b`.

    Reference:
        Hsieh et al. 2008, A Dual Coordinate Descent Method for Large-scale Linear SVM.
    """
    passes, tolerance = limits
    count, machines = len(signs), len(costs)
    alphas = np.zeros((count, LANES), np.float32)
    active = learners.copy()
    going = (1 << machines) - 1
    aside = np.zeros(machines, np.int64)
    limit = np.full(machines, np.inf, np.float32)
    worst = np.zeros(machines, np.float32)
    moves, scores = np.zeros(LANES, np.float32), np.zeros(LANES, np.float32)
    biases = planes[-LANES:]
    halves = np.float32(0.5) / costs
    turn = 0
    while going and turn < passes:
        turn += 1
        worst[:] = 0.0
        order = orders[turn % len(orders)]
        for place in range(count):
            i = order[place]
            mask = active[i] & going
            if not mask:
                continue
            first, last, sign = indptr[i], indptr[i + 1], signs[i]
            scores[:] = biases
            _add_products(values, indices, first, last, planes, scores)
            inverse, moved = np.float32(1.0) / weights[i], False
            for k in range(machines):
                bit = 1 << k
                moves[k] = 0.0
                if not mask & bit:
                    continue
                half = halves[k] * inverse
                alpha = alphas[i, k]
                slope = sign * scores[k] - np.float32(1.0) + half * alpha
                if alpha == 0.0:
                    if slope > limit[k]:  # set aside
                        active[i] ^= bit
                        aside[k] += 1
                        continue
                    slope = min(slope, np.float32(0.0))
                worst[k] = max(worst[k], abs(slope))
                if slope != 0.0:
                    after = max(
                        alpha - slope / (squares[i] + np.float32(1) + half),
                        np.float32(0.0),
                    )
                    moves[k] = (after - alpha) * sign
                    alphas[i, k] = after
                    moved = True
            if moved:
                biases += moves
                _add_multiples(values, indices, first, last, planes, moves)
        again = 0
        for k in range(machines):
            bit = 1 << k
            limit[k] = worst[k] if worst[k] > 0.0 else np.inf
            if going & bit and worst[k] <= tolerance:
                if aside[k]:
                    again |= bit
                    aside[k], limit[k] = 0, np.inf
                else:
                    going ^= bit
        if again:
            for i in range(count):
                active[i] |= learners[i] & again


@compiled
def square_lengths(indptr, values, out):
    """Squared length of each row of a matrix compressed by row, in `out`, `(m,)`."""
    for row in range(len(out)):
        out[row] = 0.0
        for j in range(indptr[row], indptr[row + 1]):
            out[row] += values[j] * values[j]


@compiled
def weighty(plane, share):
    """Places of a plane's weights without the smallest, which hardly say anything.

    Args:
        plane: `(features,)`.
        share: Of the squared length, how much those left out may have together.
    """
    sizes = np.abs(plane).view(np.uint32) >> 16  # to a hundredth; in the same order
    squares = np.zeros(1 << 15)
    for k in range(len(plane)):
        squares[sizes[k]] += np.float64(plane[k]) * np.float64(plane[k])
    most, least, slight = share * squares.sum(), 0, squares[0]
    while slight <= most and least < len(squares) - 1:
        least += 1
        slight += squares[least]
    return np.flatnonzero((sizes >= least) & (plane != 0.0))


def _pointers(context: Any, builder: Any, signature: Any, given: Any) -> list[Any]:
    """Arrays as where their numbers begin; other arguments as they are."""
    return [
        context.make_array(kind)(context, builder, one).data
        if isinstance(kind, types.Array)
        else one
        for kind, one in zip(signature.args, given, strict=True)
    ]


def _feature(builder: Any, row: list[Any], place: Any) -> tuple[Any, Any]:
    """Code for a feature of a row: its value in each lane, and where its lanes are.

    Args:
        builder: Makes the code.
        row: Values, columns, first place, the one after the last, and planes.
        place: Of the feature.
    """
    values, indices, _, _, planes = row
    nothing, wide = ir.Constant(_VECTOR, ir.Undefined), ir.IntType(64)
    same = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
    value = builder.load(builder.gep(values, [place]))
    value = builder.insert_element(nothing, value, ir.IntType(32)(0))
    column = builder.zext(builder.load(builder.gep(indices, [place])), wide)
    lanes = builder.gep(planes, [builder.mul(column, wide(LANES))])
    lanes = builder.bitcast(lanes, _VECTOR.as_pointer())
    return builder.shuffle_vector(value, nothing, same), lanes


def _plus(builder: Any, one: Any, two: Any, three: Any) -> Any:
    """Code for a sum and a product of vectors in one."""
    product = builder.fmul(two, three, flags=_LOOSE)
    return builder.fadd(one, product, flags=_LOOSE)


def _products(context: Any, builder: Any, signature: Any, given: Any) -> Any:
    """Code that adds a row times the planes to the scores.

    Four sums go side by side: one would wait for itself.
    """
    *row, scores = _pointers(context, builder, signature, given)
    _, _, first, last, _ = row
    scores = builder.bitcast(scores, _VECTOR.as_pointer())
    zeros = ir.Constant(_VECTOR, [0.0] * LANES)
    totals = [_kept(builder, builder.load(scores, align=4))]
    totals += [_kept(builder, zeros) for _ in range(3)]
    rest = builder.sub(last, builder.urem(builder.sub(last, first), first.type(4)))
    for begin, end, chosen in ((first, rest, totals), (rest, last, totals[:1])):
        step = first.type(len(chosen))
        with cgutils.for_range_slice(builder, begin, end, step, step.type) as (j, _):
            for number, total in enumerate(chosen):
                place = builder.add(j, first.type(number))
                value, lanes = _feature(builder, row, place)
                here = builder.load(lanes, align=4)
                sum_ = _plus(builder, builder.load(total), value, here)
                builder.store(sum_, total)
    one, two, three, four = (builder.load(total) for total in totals)
    whole = builder.fadd(builder.fadd(one, two), builder.fadd(three, four))
    builder.store(whole, scores, align=4)
    return context.get_dummy_value()


def _multiples(context: Any, builder: Any, signature: Any, given: Any) -> Any:
    """Code that adds a row times the moves to the planes."""
    *row, moves = _pointers(context, builder, signature, given)
    _, _, first, last, _ = row
    moves = builder.load(builder.bitcast(moves, _VECTOR.as_pointer()), align=4)
    step = first.type(1)
    with cgutils.for_range_slice(builder, first, last, step, step.type) as (j, _):
        value, lanes = _feature(builder, row, j)
        here = builder.load(lanes, align=4)
        builder.store(_plus(builder, here, value, moves), lanes, align=4)
    return context.get_dummy_value()


def _kept(builder: Any, value: Any) -> Any:
    """Code for a variable; its place is made once, not in each turn of a loop."""
    kept: Any = cgutils.alloca_once(builder, _VECTOR)  # type: ignore[no-untyped-call]
    builder.store(value, kept)
    return kept


def _vectors(code: Callable[..., Any]) -> Any:
    """What compiled loops call to run the code."""

    def typed(_, values, indices, first, last, planes, numbers):
        return types.void(values, indices, first, last, planes, numbers), code

    return intrinsic(typed)


_add_products, _add_multiples = _vectors(_products), _vectors(_multiples)
