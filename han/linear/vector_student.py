"""A student of a pretrained encoder: sentence vectors as sums over n-grams.

What the encoder says of the sentences, words and groups of words of some texts is
learnt by ridge regression from their n-grams. The student needs no package, knows
words that it has not seen by their letters, and takes a few additions for a sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from han.linear.ngram_features import Floats, NgramFeatures
from han.pretrained.distillation_texts import distillation_texts, distinct_ones
from han.tables.array_files import read_finite_arrays
from han.text.text_encoder import EncodedTexts

Places = npt.NDArray[np.int64]
WIDTH = 256  # numbers of a vector: the first principal components
RIDGE = 0.3
STEPS = 15  # of conjugate gradients: further ones change no code


@dataclass(frozen=True)
class VectorStudent:
    """Sentence vectors from n-grams, learnt from a pretrained encoder.

    Attributes:
        features: N-grams of sentences.
        weights: What each of them adds, `(features, D)`.
    """

    features: NgramFeatures
    weights: npt.NDArray[np.float16]
    _last: list[tuple[EncodedTexts, tuple[Floats, Places]]] = field(
        default_factory=list
    )

    @classmethod
    def learn(
        cls,
        texts: EncodedTexts,
        vocabulary: tuple[str, ...],
        teacher: Callable[[EncodedTexts], tuple[Floats, Places]],
        seed: int = 0,
    ) -> VectorStudent:
        """Learns from a teacher.

        Args:
            texts: Documents.
            vocabulary: Words of the encoder that has made them.
            teacher: Vectors of the distinct sentences of documents, and which of them
                each sentence has.
            seed: Seed of the draws.
        """
        given = distillation_texts(texts, len(vocabulary) + 2, seed).compact()
        vectors, places = teacher(given)
        targets = _components(vectors[places])
        features = NgramFeatures.learn(given, vocabulary)
        weights = _ridge(features.matrix(given), targets)
        return cls(features, weights.astype(np.float16))

    @property
    def width(self) -> int:
        """Numbers of a vector."""
        return int(self.weights.shape[1])

    def distinct(self, texts: EncodedTexts) -> tuple[Floats, Places]:
        """Vectors of the distinct sentences, of length 1, and which each one is."""
        for known, found in self._last[-1:]:
            if known is texts:
                return found
        sentences, places = distinct_ones(texts)
        vectors = self.features.matrix(sentences.compact()) @ self._weights
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors /= np.where(lengths > 0, lengths, 1)
        found = vectors, places.astype(np.int64)
        self._last[:] = [(texts, found)]
        return found

    @cached_property
    def _weights(self) -> Floats:
        return self.weights.astype(np.float32)

    def save(self, file: Path) -> None:
        """Writes arrays alone: no word, and no letters."""
        arrays = {name: getattr(self.features, name) for name in _FEATURES}
        with file.open("wb") as stream:
            np.savez(stream, weights=self.weights, **arrays)

    @classmethod
    def load(cls, file: Path, vocabulary: tuple[str, ...]) -> VectorStudent:
        """Reads what `save` wrote.

        Raises:
            ValueError: If it is damaged, or a number is not finite.
        """
        saved = read_finite_arrays(file)
        learnt: dict[str, Any] = {name: saved[name] for name in _FEATURES}
        features = NgramFeatures(vocabulary, **learnt)
        features.check()
        weights = saved["weights"]
        if weights.ndim != 2 or len(weights) != len(features):
            raise ValueError("weights of other features")
        return cls(features, weights)


_FEATURES = ("words", "letters", "idf")


def _components(vectors: Floats) -> Floats:
    """Centred vectors of length 1 on their principal components, `(n, D)`."""
    centred = vectors - vectors.mean(axis=0)
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    centred /= np.where(lengths > 0, lengths, 1)
    _, directions = np.linalg.eigh(centred.T @ centred)
    return np.asarray(centred @ directions[:, ::-1][:, :WIDTH], np.float32)


def _ridge(features: Any, targets: Floats) -> Floats:
    """Ridge regression by conjugate gradients, `(features, D)`.

    All targets at once: one by one, as scikit-learn does it, takes many times as long.
    """
    weights = np.zeros((features.shape[1], targets.shape[1]), np.float32)
    turned = features.T.tocsr()
    rest = turned @ targets
    way, size = rest.copy(), (rest**2).sum(axis=0)
    for _ in range(STEPS):
        pushed = turned @ (features @ way) + RIDGE * way
        step = size / np.maximum((way * pushed).sum(axis=0), 1e-12)
        weights += step * way
        rest -= step * pushed
        now = (rest**2).sum(axis=0)
        way = rest + now / np.maximum(size, 1e-12) * way
        size = now
    return weights
