"""How much of each old code goes to each target, so that margins are met (HiGHS)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, hstack

from han.errors import InputError, listing
from han.revision.old_records import FloatArray, IntArray

SLACK = 1e-6  # of a record: what the solver calls equal
_NUMBER = 1e-9


@dataclass(frozen=True)
class Flows:
    """Pairs of a cell of records and a target, `P` of them, in `C` cells, `G` groups.

    Attributes:
        cell: Cell of records, an old code in a domain, of each pair, `(P,)`.
        totals: Weight of each cell's records, `(C,)`.
        expected: What shares of the crosswalk give each pair, `(P,)`.
        group: Group of each pair, `(P,)`, of which the sum is bounded.
        asked: What each group should get, `(G,)`.
        names: What messages call each group, `(G,)`.
        part: Number of a part of the problem that shares nothing with others, `(P,)`.
        is_bound: Whether each pair must be what is expected, too.
    """

    cell: IntArray
    totals: FloatArray
    expected: FloatArray
    group: IntArray
    asked: FloatArray
    names: Sequence[str]
    part: IntArray
    is_bound: bool


def solved_flows(flows: Flows, *, whole: bool) -> FloatArray:
    """Amount of each pair, `(P,)`: as near to `expected` as groups allow.

    Nearest by the sum of absolute differences: a transport problem, solved by HiGHS.

    Args:
        flows: The problem.
        whole: Whether all amounts are whole numbers; then groups, and pairs that are
            bound, get what is asked for rounded up or down. Else groups get what is
            asked for; and pairs that are bound what is expected.

    Raises:
        InputError: If no amounts meet all groups: which of them, and by how much.
    """
    if flows.is_bound and not whole:
        return flows.expected
    amounts = np.zeros(len(flows.cell))
    for part in range(int(flows.part.max(initial=-1)) + 1):
        pairs = np.flatnonzero(flows.part == part)
        amounts[pairs] = _solved(_of_part(flows, pairs), whole)
    return amounts


def _of_part(flows: Flows, pairs: IntArray) -> Flows:
    cells, cell = np.unique(flows.cell[pairs], return_inverse=True)
    groups, group = np.unique(flows.group[pairs], return_inverse=True)
    return replace(
        flows,
        cell=cell,
        totals=flows.totals[cells],
        expected=flows.expected[pairs],
        group=group,
        asked=flows.asked[groups],
        names=[flows.names[place] for place in groups],
        part=flows.part[pairs],
    )


def _solved(flows: Flows, whole: bool) -> FloatArray:
    """A pair's amount is its base, less a, more b (up to 1), more c."""
    count = len(flows.cell)
    base = np.floor(flows.expected + _NUMBER) if whole else flows.expected
    rest = np.clip(flows.expected - base, 0, 1)
    free = 0.0 if flows.is_bound else np.inf
    upper = np.concatenate(
        [
            np.minimum(base, free),
            np.where(rest > _NUMBER, 1.0, 0) if whole else 0 * rest,
        ]
    )
    upper = np.concatenate([upper, np.full(count, free)])
    cost = np.concatenate([np.ones(count), 1 - 2 * rest, np.ones(count)])
    found = milp(
        cost,
        integrality=np.full(3 * count, int(whole)),
        bounds=Bounds(0, upper),
        constraints=_constraints(flows, base, whole),
    )
    if found.x is None:
        raise _infeasible(flows, whole)
    less, one, more = np.split(found.x, 3)
    amounts: FloatArray = np.maximum(base - less + one + more, 0)
    return np.round(amounts) if whole else amounts


def _constraints(flows: Flows, base: FloatArray, whole: bool) -> list[LinearConstraint]:
    cells = _sums(flows.cell, len(flows.totals))
    groups = _sums(flows.group, len(flows.asked))
    left = flows.totals - cells @ base
    low, high = _bounds(flows.asked, whole)
    done = groups @ base
    return [
        LinearConstraint(hstack([-cells, cells, cells]), left, left),
        LinearConstraint(hstack([-groups, groups, groups]), low - done, high - done),
    ]


def _sums(place: IntArray, count: int) -> csr_array:
    shape = (count, len(place))
    return csr_array((np.ones(len(place)), (place, np.arange(len(place)))), shape=shape)


def _bounds(asked: FloatArray, whole: bool) -> tuple[FloatArray, FloatArray]:
    if whole:
        return np.floor(asked + _NUMBER), np.ceil(asked - _NUMBER)
    return asked - SLACK, asked + SLACK


def _infeasible(flows: Flows, whole: bool) -> InputError:
    """Which groups cannot be met, found with the least that they miss in all."""
    count, groups = len(flows.cell), len(flows.asked)
    sums = _sums(flows.group, groups)
    low, high = _bounds(flows.asked, whole)
    eye = csr_array(np.eye(groups))
    cells = hstack(
        [
            _sums(flows.cell, len(flows.totals)),
            csr_array((len(flows.totals), 2 * groups)),
        ]
    )
    found = milp(
        np.repeat([0.0, 1.0], [count, 2 * groups]),
        constraints=[
            LinearConstraint(cells, flows.totals, flows.totals),
            LinearConstraint(hstack([sums, eye, -eye]), low, high),
        ],
    )
    amounts = sums @ found.x[:count]
    wrong = np.flatnonzero((amounts < low - SLACK) | (amounts > high + SLACK))
    said = (
        f"{flows.names[k]} (asked {flows.asked[k]:.6g}, possible {amounts[k]:.6g})"
        for k in wrong.tolist()
    )
    return InputError(
        f"no choice of targets meets the proportions: {listing(said, 5)}. Old codes "
        "that the crosswalk takes there have too few records, or no other target. "
        "Correct the proportions, or add pairs to the crosswalk."
    )
