"""`SentenceEncoder`: what every source of sentence vectors can do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]


class SentenceEncoder(Protocol):
    """Turns sentences into vectors of length 1. Opening one loads no weights.

    Attributes:
        name: What the experiment file calls it: `use`, or a path.
        source: What kind it is: a key of `pretrained.json`.
        languages: Codes of the languages that it knows; None if nobody says.
        is_cached: Whether its vectors are worth a place in `data.cache`.
    """

    name: str
    source: str
    languages: frozenset[str] | None
    is_cached: bool

    @property
    def identity(self) -> str:
        """Fingerprint of all that its vectors depend on: equal ones, equal vectors."""

    @property
    def width(self) -> int:
        """Numbers of a vector."""

    def encode(self, sentences: Sequence[str]) -> FloatArray:
        """Vectors `(n, width)` of length 1; zeros where a sentence has none."""

    def rest(self) -> None:
        """Frees the weights; the next sentence loads them again."""


def unit_length(vectors: npt.ArrayLike) -> FloatArray:
    """Vectors of length 1; zeros stay zeros.

    Example:
        >>> unit_length([[3.0, 4.0], [0.0, 0.0]]).tolist()
        [[0.6000000238418579, 0.800000011920929], [0.0, 0.0]]
    """
    given = np.asarray(vectors, np.float32)
    lengths = np.linalg.norm(given, axis=1, keepdims=True)
    return (given / np.where(lengths > 0, lengths, 1)).astype(np.float32)
