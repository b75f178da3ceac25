"""Ragged sequences: the distinct ones, and a softmax within each."""

from __future__ import annotations

import numpy as np

from han.kernels.gru import Floats, Integers
from han.late_packages import sparse

# Any odd numbers would do: equal hashes are compared word by word.
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)


def distinct(
    values: Integers, lengths: Integers, kinds: Integers
) -> tuple[Integers, Integers]:
    """Which sequences are the first of their kind, and which of these each one equals.

    Args:
        values: Elements of all sequences, one sequence after the other, `(M,)`.
        lengths: Number of elements of each, at least 1, `(n,)`.
        kinds: Sequences of different kinds are different, `(n,)`.

    Returns:
        * Positions of the distinct sequences, `(u,)`.
        * For each sequence its place among them, `(n,)`.

    Example:
        >>> first, same = distinct(
        ...     np.array([5, 7, 5, 7]), np.array([2, 2]), np.array([0, 0])
        ... )
        >>> first.tolist(), same.tolist()
        ([0], [0, 0])
    """
    starts = np.cumsum(lengths) - lengths
    place = np.arange(len(values)) - np.repeat(starts, lengths)
    hashed = _scramble(values.astype(np.uint64) + (place.astype(np.uint64) << 32))
    totals = np.add.reduceat(hashed, starts) if len(starts) else hashed[:0]
    totals = totals + _scramble(kinds.astype(np.uint64))
    _, first, same = np.unique(totals, return_index=True, return_inverse=True)
    if not _are_equal(values, lengths, starts, kinds, first[same]):
        return np.arange(len(lengths)), np.arange(len(lengths))
    return first, same


def _scramble(values: Integers) -> Integers:
    """A hash of each 64-bit number (the finaliser of SplitMix64, shortened)."""
    mixed = (values + _GOLDEN) * _MIX
    mixed ^= mixed >> np.uint64(31)
    mixed *= _GOLDEN
    return mixed ^ (mixed >> np.uint64(29))


def _are_equal(
    values: Integers,
    lengths: Integers,
    starts: Integers,
    kinds: Integers,
    others: Integers,
) -> bool:
    """Whether each sequence is the same as the one at the position given for it."""
    if (lengths != lengths[others]).any() or (kinds != kinds[others]).any():
        return False
    shift = np.repeat(starts[others] - starts, lengths)
    return bool((values == values[np.arange(len(values)) + shift]).all())


def softmax(scores: Floats, lengths: Integers) -> Floats:
    """A softmax of the scores within each sequence, `(M,)`.

    Args:
        scores: One for each element, `(M,)`.
        lengths: Number of elements of each sequence, at least 1, `(n,)`.
    """
    starts = np.cumsum(lengths) - lengths
    weights: Floats = np.exp(
        scores - np.repeat(np.maximum.reduceat(scores, starts), lengths)
    )
    weights /= np.repeat(np.add.reduceat(weights, starts), lengths)
    return weights


def pooled(vectors: Floats, weights: Floats, lengths: Integers) -> Floats:
    """Weighted sums of the vectors of each sequence.

    Args:
        vectors: Of all elements, `(M, features)`.
        weights: One for each element, `(M,)`.
        lengths: Number of elements of each sequence, `(n,)`.

    Returns:
        `(n, features)`.
    """
    rows = (weights, np.arange(len(weights)), np.append(0, np.cumsum(lengths)))
    means: Floats = sparse.csr_array(rows, (len(lengths), len(weights))) @ vectors
    return means
