"""One new code for each record: the largest share, or one drawn by shares."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from han.errors import InputError, listing
from han.revision.crosswalk_rows import OldToNew
from han.revision.old_records import FloatArray, IntArray, OldRecords

NO_OLD_CODE, UNKNOWN, NO_TARGET = "no_old_code", "unknown_old_code", "no_target"
ONLY, BEST, TIE, RANDOM = "only", "best", "best_tie", "random"
UNCODED = (NO_OLD_CODE, UNKNOWN, NO_TARGET)
AUTO, REVIEW = "auto", "review"
_SAME = 1e-9


@dataclass(frozen=True)
class Choices:
    """What each of `n` records gets.

    Attributes:
        new: New code, `(n,)`; "" where there is none.
        method: How it was found, or why there is none, `(n,)`.
        probability: Its share or probability among the targets, `(n,)`; NaN where there
            is no code.
        num_targets: Number of targets of the old code, `(n,)`.
        route: `auto` or `review`, `(n,)`.
    """

    new: npt.NDArray[np.object_]
    method: npt.NDArray[np.object_]
    probability: FloatArray
    num_targets: IntArray
    route: npt.NDArray[np.object_]

    def put(
        self,
        rows: IntArray,
        targets: Sequence[str],
        chosen: IntArray,
        shares: FloatArray,
        method: str,
    ) -> None:
        """Gives rows one of the targets each.

        Args:
            rows: Places of records, `(k,)`.
            targets: Codes.
            chosen: Place of each record's code in `targets`, `(k,)`.
            shares: Share or probability of the chosen ones, `(k,)`.
            method: How they were found.
        """
        self.new[rows] = np.array(targets, object)[chosen]
        self.probability[rows] = shares
        self.method[rows] = method


def only_targets(records: OldRecords, walk: OldToNew) -> Choices:
    """Codes of records whose old code has one target; others are left open."""
    count = len(records.code)
    choices = Choices(
        np.full(count, "", object),
        np.full(count, "", object),
        np.full(count, np.nan),
        np.zeros(count, np.int64),
        np.full(count, AUTO, object),
    )
    for old, rows in rows_by_code(records):
        targets = walk.targets.get(old, ())
        choices.num_targets[rows] = len(targets)
        if len(targets) == 1:
            nothing = np.zeros(len(rows), np.int64)
            choices.put(rows, targets, nothing, np.ones(len(rows)), ONLY)
        elif not targets:
            known = NO_TARGET if old in walk.targets else UNKNOWN
            choices.method[rows] = known if old else NO_OLD_CODE
            choices.route[rows] = REVIEW
    return choices


def rows_by_code(records: OldRecords) -> Iterator[tuple[str, IntArray]]:
    """Each old code, and the places of its records."""
    order = np.argsort(records.code, kind="stable")
    ends = np.bincount(records.code, minlength=len(records.old)).cumsum()
    yield from zip(records.old, np.split(order, ends[:-1]), strict=True)


def open_rows(
    records: OldRecords, walk: OldToNew
) -> Iterator[tuple[str, IntArray, tuple[str, ...], FloatArray]]:
    """Old codes with several targets: records, targets and their shares."""
    for old, rows in rows_by_code(records):
        targets = walk.targets.get(old, ())
        if len(targets) > 1:
            yield old, rows, targets, np.array(walk.shares[old])


def best_targets(
    records: OldRecords, walk: OldToNew, *, ties: str = "error"
) -> Choices:
    """The target of the largest share.

    Args:
        records: The records.
        walk: What became of the old codes.
        ties: `error` refuses old codes whose largest share two targets have; `first`
            takes that which stands first when sorted as text, and says `best_tie`.

    Raises:
        InputError: For ties of old codes that occur, unless `first` is asked for.
    """
    choices, tied = only_targets(records, walk), []
    for old, rows, targets, shares in open_rows(records, walk):
        is_tie = bool((shares > shares.max() - _SAME).sum() > 1)
        put_best(choices, rows, targets, shares, TIE if is_tie else BEST)
        tied += [old] if is_tie else []
    if tied and ties == "error":
        why = "" if walk.has_shares else " The crosswalk has no column of shares."
        raise InputError(
            f"the largest share of {listing(map(repr, sorted(tied)), 5)} belongs to "
            f"two targets and more.{why} Correct the shares, take --ties first, or "
            "another --mode."
        )
    return choices


def put_best(
    choices: Choices,
    rows: IntArray,
    targets: Sequence[str],
    shares: FloatArray,
    method: str,
) -> None:
    """Gives rows the first target with the largest share."""
    first = int(np.flatnonzero(shares > shares.max() - _SAME)[0])
    chosen = np.full(len(rows), first)
    choices.put(rows, targets, chosen, shares[chosen], method)


def random_targets(records: OldRecords, walk: OldToNew, *, seed: int) -> Choices:
    """A target drawn by shares; the same for the same seed, key, old code and shares.

    Raises:
        InputError: Without key columns.
    """
    choices, draws = only_targets(records, walk), records.draws(seed)
    for _, rows, targets, shares in open_rows(records, walk):
        put_random(choices, rows, targets, shares, draws[rows])
    return choices


def put_random(
    choices: Choices,
    rows: IntArray,
    targets: Sequence[str],
    shares: FloatArray,
    draws: FloatArray,
    method: str = RANDOM,
) -> None:
    """Gives rows the target in whose part of 0 to 1 their draws fall."""
    ends = shares.cumsum()
    last = int(np.flatnonzero(shares)[-1])  # sums are not exact: never beyond it
    chosen = np.minimum(np.searchsorted(ends, draws, side="right"), last)
    choices.put(rows, targets, chosen, shares[chosen], method)
