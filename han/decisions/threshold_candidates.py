"""Which thresholds are tested, and how much of delta each may spend.

All of it is fixed by reference records, before the records that test are looked at.
Whatever is chosen here, the promise holds; a good choice makes it cheap.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from han.decisions.binomial_bounds import records_needed

FloatArray = npt.NDArray[np.floating]

# Of a level above others: what these may spend is divided by its choices.
MOST_ABOVE, MOST_CANDIDATES = 20, 100
ROWS_OF_A_CANDIDATE = 25  # fewer rows apart, two candidates say the same
FEW_REFERENCES = 20
FIXED_GRID = (0.99, 0.95, 0.9, 0.8, 0.7, 0.5, 0.3)
# A chain of tests starts where the p-value is likely to be so many times delta: surely
# early enough, and so late that much is not wasted before.
LIKELY = (1e-1, 1e-2, 1e-3, 1e-4)
EVEN_STARTS, EVEN_SHARE = 4, 0.25  # for when the reference has been misleading
SPREAD = 0.15  # of what will be chosen, as a share of the candidates


def candidates(
    reference: FloatArray,
    rows: int,
    target: float,
    delta: float,
    *,
    is_last: bool,
    largest: float = 1.0,
) -> FloatArray:
    """Thresholds to test, strict ones first.

    They lie evenly in the number of accepted records, from about the smallest for which
    the test could succeed. The last one accepts every reference record, and nothing
    that is less sure: of such records the calibration has shown nothing.

    Args:
        reference: Confidences of other records, `(m,)`.
        rows: About how many records will be tested.
        target: The accuracy asked for.
        delta: What may be spent on all candidates.
        is_last: Whether no deeper level depends on the choice.
        largest: Weight of the largest unit, that of a mean record being 1.

    Example:
        >>> sure = np.linspace(0.25, 0.99, 75)
        >>> candidates(sure, 75, 0.9, 0.1, is_last=True).round(2).tolist()
        [0.78, 0.51, 0.25]
    """
    limit = MOST_CANDIDATES if is_last else MOST_ABOVE
    most = max(1, min(limit, rows // ROWS_OF_A_CANDIDATE))
    if len(reference) < FEW_REFERENCES:
        least = min(reference.min(initial=1.0), FIXED_GRID[-1])
        grid = [*FIXED_GRID, float(least)] if least < FIXED_GRID[-1] else FIXED_GRID
        return np.array(grid[-min(most, len(grid)) :])
    first = records_needed(target, delta, largest) / max(rows, 1)
    shares = np.linspace(min(first, 1.0), 1.0, most)[:-1]
    ordered = np.sort(reference)[::-1]
    places = np.ceil(shares * len(ordered)).astype(int) - 1
    return np.unique(np.append(ordered[places], ordered[-1]))[::-1]


def starts(likely: FloatArray, delta: float) -> FloatArray:
    """Share of delta that each candidate has of its own, `(k,)`, of sum 1.

    Few candidates have any, so that each has much: the chains of tests start there,
    and go on to more lenient ones with what they started with.

    Args:
        likely: What `likely_test` gave.
        delta: What may be spent on all candidates.
    """
    places = np.linspace(0, len(likely), EVEN_STARTS, endpoint=False).astype(int)
    even = _on(np.unique(places).tolist(), len(likely))
    passing = [np.flatnonzero(likely <= share * delta) for share in LIKELY]
    last = [int(found[-1]) for found in passing if len(found)]
    if not last:
        return even
    return (1 - EVEN_SHARE) * _on(last, len(likely)) + EVEN_SHARE * even


def _on(places: list[int], size: int) -> FloatArray:
    return np.bincount(places, minlength=size) / len(places)


def choice_shares(likely: FloatArray, delta: float) -> FloatArray:
    """Share of delta that deeper levels have if a candidate is chosen, `(k,)`, sum 1.

    Most near the most lenient one that is likely to be rejected; all the same if none
    is.
    """
    passing = np.flatnonzero(likely <= delta / 2)
    if not len(passing):
        return np.full(len(likely), 1 / len(likely))
    distance = np.abs(np.arange(len(likely)) - passing[-1])
    weights = np.exp(-distance / (SPREAD * len(likely)))
    return np.asarray(weights / weights.sum())
