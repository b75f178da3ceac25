"""Random numbers that depend only on seed, epoch, document and position.

A generator would give a document other numbers as soon as another one before it
changes or is left out; these are counted, not drawn one after the other.
"""

from __future__ import annotations

from zlib import crc32

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]

# The golden ratio as a step, and the constants of SplitMix64 (Steele et al. 2014).
_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


class Draws:
    """Random numbers of an epoch, one for each purpose, document and place in it.

    Args:
        seed: Seed of the run.
        epoch: Number of the epoch.
        count: Number of documents.

    Example:
        >>> few, many = Draws(7, 0, 2), Draws(7, 0, 1000)
        >>> bool((few.of_documents("a") == many.of_documents("a")[:2]).all())
        True
    """

    def __init__(self, seed: int, epoch: int, count: int) -> None:
        self.seed, self.epoch, self.count = seed, epoch, count

    def of_documents(self, purpose: str) -> Floats:
        """A number of at least 0 and below 1 for each document, `(count,)`."""
        return _floats(self._states(purpose))

    def within(
        self, purpose: str, documents: npt.ArrayLike, places: npt.ArrayLike
    ) -> Floats:
        """The same for places within documents: words, or fields.

        Args:
            purpose: What the numbers are for: each purpose has numbers of its own.
            documents: Document of each place, of any shape.
            places: Number of the place in its document, of a shape that fits.
        """
        return _floats(self.integers(purpose, documents, places))

    def integers(
        self, purpose: str, documents: npt.ArrayLike, places: npt.ArrayLike
    ) -> Numbers:
        """The same as whole numbers of 64 random bits."""
        states = self._states(purpose)[np.asarray(documents)]
        return _mixed(states, np.asarray(places, np.uint64))

    def _states(self, purpose: str) -> Numbers:
        state = np.zeros(1, np.uint64)
        for key in (self.seed, self.epoch, crc32(purpose.encode())):
            state = _mixed(state, np.uint64(key))
        return _mixed(state, np.arange(self.count, dtype=np.uint64))


def _mixed(state: Numbers, key: Numbers | np.uint64) -> Numbers:
    """The state after a key: every bit of both moves about half of the bits."""
    with np.errstate(over="ignore"):  # only scalars warn, and going over is meant
        bits = state + (key + np.uint64(1)) * _STEP
    bits = (bits ^ (bits >> np.uint64(30))) * _FIRST
    bits = (bits ^ (bits >> np.uint64(27))) * _SECOND
    return np.asarray(bits ^ (bits >> np.uint64(31)))


def _floats(bits: Numbers) -> Floats:
    return np.asarray((bits >> np.uint64(11)) * 2.0**-53, np.float64)
