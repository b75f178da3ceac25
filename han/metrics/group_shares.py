"""Shares of small groups, with intervals that hold for few records."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from han.metrics.pairs import FloatArray

QUANTILE = 1.959963984540054  # of the normal distribution, two sides, 95 %


@dataclass(frozen=True)
class Shares:
    """A share in each group.

    Attributes:
        rows: Number of records, `(g,)`.
        share: Weighted share, `(g,)`; nan without weight.
        low: Lower end of the 95 % interval, `(g,)`.
        high: Upper end, `(g,)`.
    """

    rows: npt.NDArray[np.int64]
    share: FloatArray
    low: FloatArray
    high: FloatArray


def shares_by_group(
    groups: npt.ArrayLike,
    hits: npt.ArrayLike,
    weights: npt.ArrayLike,
    num_groups: int,
    clusters: npt.NDArray[np.int64] | None = None,
) -> Shares:
    """Weighted share of hits in each group, with Wilson's interval.

    A bootstrap of three right codes in three says that nothing is ever wrong; Wilson's
    interval does not. Records count as Kish's effective number in each group,
    `(sum w)^2 / sum over clusters (sum w)^2`: as if all of a cluster were right or
    wrong together.

    Args:
        groups: Number of the group of each record, from 0, `(n,)`.
        hits: Whether each record counts as a hit, `(n,)`.
        weights: Weight of each record, `(n,)`.
        num_groups: Number of groups `g`.
        clusters: Number of what each record was drawn with, `(n,)`; records by
            themselves if None.

    References:
        Wilson (1927), Probable inference. Kish (1965), Survey Sampling.

    Example:
        >>> found = shares_by_group([0, 0, 0], [True] * 3, [1.0] * 3, 1)
        >>> found.share.tolist(), found.low.round(2).tolist(), found.high.tolist()
        ([1.0], [0.44], [1.0])
    """
    place, share_of = np.asarray(groups, np.int64), np.asarray(weights, np.float64)
    right = np.asarray(hits, np.float64)

    def total(values: FloatArray) -> FloatArray:
        return np.bincount(place, values, num_groups).astype(np.float64)

    rows = np.bincount(place, minlength=num_groups)
    weight = total(share_of)
    squares = _squares(place, share_of, num_groups, clusters)
    share = np.full(num_groups, np.nan)
    np.divide(total(share_of * right), weight, out=share, where=weight > 0)
    size = np.ones(num_groups)
    np.divide(weight**2, squares, out=size, where=squares > 0)
    z2 = QUANTILE**2
    middle = (share + z2 / (2 * size)) / (1 + z2 / size)
    half = QUANTILE / (1 + z2 / size)
    half *= np.sqrt(share * (1 - share) / size + z2 / (4 * size**2))
    low, high = np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0)
    # Rounding must not push the ends past the share itself.
    return Shares(rows, share, np.minimum(low, share), np.maximum(high, share))


def _squares(
    groups: npt.NDArray[np.int64],
    weights: FloatArray,
    num_groups: int,
    clusters: npt.NDArray[np.int64] | None,
) -> FloatArray:
    """Sum of the squared weights of the clusters in each group, `(g,)`."""
    if clusters is not None:
        size = int(clusters.max(initial=0)) + 1
        known, place = np.unique(groups * size + clusters, return_inverse=True)
        groups = known // size
        weights = np.bincount(place, weights, len(known)).astype(np.float64)
    return np.bincount(groups, weights**2, num_groups).astype(np.float64)
