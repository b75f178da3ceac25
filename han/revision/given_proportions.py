"""Targets by given proportions: each cell gets its records, within one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from han.errors import InputError, listing
from han.revision.chosen_targets import Choices, only_targets, rows_by_code
from han.revision.crosswalk_rows import OldToNew
from han.revision.old_records import FloatArray, IntArray, OldRecords
from han.revision.record_flows import Flows, solved_flows

PROPORTIONS = "proportions"
Margins = Mapping[tuple[tuple[str, ...], str], float]
Cell = tuple[str, int, IntArray]


@dataclass(frozen=True)
class Proportioned:
    """What records get, and how well proportions are met.

    Attributes:
        choices: What each record gets.
        worst_cell: Largest distance of a cell (old code, domain, target) from what was
            computed for it, in weights.
        worst_margin: The same of a new code in a domain, where proportions of new codes
            are given; else of an old code and target over all domains.
        largest_weight: Of a record with several targets; 1 without weights.
    """

    choices: Choices
    worst_cell: float
    worst_margin: float
    largest_weight: float


def proportional_targets(
    records: OldRecords, walk: OldToNew, *, seed: int, margins: Margins | None = None
) -> Proportioned:
    """Targets so that numbers of records are those of given proportions.

    Without `margins`, records of an old code go to its targets by the crosswalk's
    shares, in each domain and over all. With them, each new code gets its proportion
    of a domain's weight, by the pairs that the crosswalk allows, and as near to its
    shares as can be. Which records of a cell get which target is drawn by their keys.

    Args:
        records: The records.
        walk: What became of the old codes.
        seed: Another number, another draw.
        margins: Proportion of each domain and new code; sums to 1 in each domain.

    Raises:
        InputError: Without key columns, for proportions of unknown domains or codes, or
            if the allowed pairs cannot meet the proportions: which, and by how much.
    """
    choices, draws = only_targets(records, walk), records.draws(seed)
    cells = _cells(records, walk)
    flows = _flows(cells, records, walk, margins)
    amounts = solved_flows(flows, whole=bool((records.weights == 1).all()))
    given = np.zeros(len(amounts))
    largest = 0.0
    starts = np.searchsorted(flows.cell, np.arange(len(cells) + 1))
    for k, (old, _, rows) in enumerate(cells):
        pairs = slice(starts[k], starts[k + 1])
        order = rows[np.lexsort((rows, draws[rows]))]
        weights, amount = records.weights[order], amounts[pairs]
        chosen = in_turn(weights, amount)
        given[pairs] = np.bincount(chosen, weights, minlength=len(amount))
        if len(amount) > 1:
            part = (amount / max(amount.sum(), 1e-300))[chosen]
            choices.put(order, walk.targets[old], chosen, part, PROPORTIONS)
            largest = max(largest, float(weights.max()))
    cell_off = given - (flows.expected if margins is None else amounts)
    off = np.bincount(flows.group, given, minlength=len(flows.asked)) - flows.asked
    worst = [float(np.abs(part).max(initial=0)) for part in (cell_off, off)]
    return Proportioned(choices, worst[0], worst[1], largest)


def _cells(records: OldRecords, walk: OldToNew) -> list[Cell]:
    """Old code, domain and records of each cell that has targets."""
    cells: list[Cell] = []
    for old, rows in rows_by_code(records):
        if not walk.targets.get(old) or not len(rows):
            continue
        rows = rows[np.argsort(records.domain[rows], kind="stable")]
        domains, starts = np.unique(records.domain[rows], return_index=True)
        parts = np.split(rows, starts[1:])
        cells += [(old, int(d), part) for d, part in zip(domains, parts, strict=True)]
    return cells


def _flows(
    cells: Sequence[Cell],
    records: OldRecords,
    walk: OldToNew,
    margins: Margins | None,
) -> Flows:
    """The transport problem; without margins each old code is a problem of its own."""
    totals = np.array([records.weights[rows].sum() for _, _, rows in cells])
    sizes = [len(walk.targets[old]) for old, _, _ in cells]
    cell = np.repeat(np.arange(len(cells)), sizes)
    shares = [share for old, _, _ in cells for share in walk.shares[old]]
    expected = np.array(shares) * totals[cell]
    pairs = [(old, d, new) for old, d, _ in cells for new in walk.targets[old]]
    keys = [(old if margins is None else d, new) for old, d, new in pairs]
    groups = {key: place for place, key in enumerate(dict.fromkeys(keys))}
    group = np.array([groups[key] for key in keys], np.int64)
    parts = {key: place for place, key in enumerate(dict.fromkeys(k for k, _ in keys))}
    part = np.array([parts[key] for key, _ in keys], np.int64)
    asked = np.bincount(group, expected, minlength=len(groups)).astype(float)
    names = [f"new code {new!r}" for _, new in groups]
    if margins is not None:
        places = [(records.domains[int(d)], new) for d, new in groups]
        weight = np.bincount([d for _, d, _ in cells], totals)
        whole = [float(weight[int(d)]) for d, _ in groups]
        asked = np.array(_proportions(margins, places)) * whole
        names = [_named(domain, new) for domain, new in places]
    return Flows(cell, totals, expected, group, asked, names, part, margins is None)


def _named(domain: tuple[str, ...], new: str) -> str:
    return f"new code {new!r}" + (f" in {'/'.join(domain)}" if domain else "")


def _proportions(
    margins: Margins, places: Sequence[tuple[tuple[str, ...], str]]
) -> list[float]:
    """Proportion of each domain and new code that records may get.

    Raises:
        InputError: If one is not given, or one is given that no record may get.
    """
    if missing := [_named(*place) for place in places if place not in margins]:
        raise InputError(
            f"the proportions lack {listing(missing, 5)}. Expected each new code that "
            "a record may get, in each domain; 0 if none should."
        )
    known = set(places)
    extra = [_named(*p) for p, given in margins.items() if given and p not in known]
    if extra:
        raise InputError(
            f"the proportions have {listing(extra, 5)}, which no record may get by the "
            "crosswalk. Add pairs to the crosswalk, or correct the proportions."
        )
    return [margins[place] for place in places]


def in_turn(weights: FloatArray, amounts: FloatArray) -> IntArray:
    """Which target each record gets, so that each gets its amount within one record.

    Records stand in a row, as long as their weights; targets too, as long as their
    amounts. A record gets the target in which its middle lies.

    Args:
        weights: Of the records, `(n,)`.
        amounts: Of the targets, `(k,)`, with the sum of the weights.

    Returns:
        Places of targets, `(n,)`.

    Example:
        >>> in_turn(np.ones(5), np.array([2.0, 0.0, 3.0])).tolist()
        [0, 0, 2, 2, 2]
    """
    middles = weights.cumsum() - weights / 2
    last = int(np.flatnonzero(amounts)[-1]) if amounts.any() else 0
    found = np.searchsorted(amounts.cumsum(), middles, side="right")
    return np.minimum(found, last)
