"""The linear model beside the network: what n-grams say of each node."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from han.late_packages import sparse
from han.linear.class_means import ClassMeans, document_vectors
from han.linear.linear_tree import LinearTree
from han.linear.naive_bayes import ComplementBayes
from han.linear.ngram_features import Floats, NgramFeatures
from han.tables.array_files import read_finite_arrays
from han.text.text_encoder import EncodedTexts

# Vectors of the distinct sentences of documents, `(distinct, D)`, and which of them
# each sentence has, `(sentences,)`.
SentenceKnowledge = Callable[[EncodedTexts], tuple[Floats, npt.NDArray[np.int64]]]


@dataclass(frozen=True)
class Margins:
    """Planes that tell nodes from their siblings, and what helps them.

    Attributes:
        planes: The planes.
        bayes: Its scores are added to the distances from the planes.
        means: So are those of class means of pretrained vectors.
    """

    planes: LinearTree
    bayes: ComplementBayes | None = None
    means: ClassMeans | None = None

    def of(self, features: sparse.csr_array, vectors: Floats | None = None) -> Floats:
        """Margin of each document for each node, `(n, N)`; above 0: in.

        Args:
            features: N-grams of the documents, `(n, features)`.
            vectors: Their pretrained vectors, `(n, D)`, where there are class means.
        """
        margins = self.planes.margins(features)
        if self.bayes:
            margins += self.bayes.scores(features)
        if self.means:
            if vectors is None:
                raise ValueError("Class means need vectors of the documents.")
            margins += self.means.scores(vectors)
        return margins


@dataclass(frozen=True)
class LinearModel:
    """Features of documents, and what tells nodes from their siblings by them.

    Attributes:
        features: Makes features of documents.
        evidence: What they say of each node.
        knowledge: Pretrained vectors of sentences, where there are class means.
    """

    features: NgramFeatures
    evidence: Margins
    knowledge: SentenceKnowledge | None = None
    _last: list[tuple[EncodedTexts, sparse.csr_array]] = field(default_factory=list)

    def matrix(self, texts: EncodedTexts) -> sparse.csr_array:
        """Features of documents, `(n, features)`; those of the last ones are kept.

        The margins and the bag of a batch are asked for one after the other.
        """
        for known, matrix in self._last[-1:]:
            if known is texts:
                return matrix
        matrix = self.features.matrix(texts.compact())
        self._last[:] = [(texts, matrix)]
        return matrix

    def margins(self, texts: EncodedTexts) -> Floats:
        """Margin of each document for each node, `(n, N)`."""
        return self.evidence.of(self.matrix(texts), self.vectors(texts))

    def vectors(self, texts: EncodedTexts) -> Floats | None:
        """Pretrained vectors of documents, `(n, D)`; None where nothing reads them."""
        if self.knowledge is None or self.evidence.means is None:
            return None
        return document_vectors(*self.knowledge(texts), texts)

    def bag(self, texts: EncodedTexts, rows: int) -> sparse.csr_array:
        """Features of documents folded onto so many rows of a table, `(n, rows)`."""
        matrix = self.matrix(texts)
        folded = (matrix.data, matrix.indices % rows, matrix.indptr)
        return sparse.csr_array(folded, shape=(len(texts), rows))

    def save(self, file: Path) -> None:
        """Writes arrays alone: no word, and no letters."""
        arrays = {name: getattr(self.features, name) for name in _FEATURES}
        arrays["stems"] = np.array(self.features.stems)
        for part in fields(Margins):
            machine = getattr(self.evidence, part.name)
            for one in fields(machine) if machine else ():
                arrays[f"{part.name}_{one.name}"] = getattr(machine, one.name)
        with file.open("wb") as stream:
            np.savez(stream, **arrays)

    @classmethod
    def load(
        cls,
        file: Path,
        vocabulary: tuple[str, ...],
        knowledge: SentenceKnowledge | None = None,
    ) -> LinearModel:
        """Reads what `save` wrote.

        Args:
            file: The file.
            vocabulary: Words of the text encoder.
            knowledge: Pretrained vectors of sentences, if it has learnt from such.

        Raises:
            ValueError: If it is damaged, or a number is not finite.
        """
        saved = read_finite_arrays(file)
        learnt: dict[str, Any] = {name: saved[name] for name in _FEATURES}
        learnt["stems"] = bool(saved.get("stems", False))  # older ones have none
        features = NgramFeatures(vocabulary, **learnt)
        features.check()
        planes = LinearTree(*_stored(saved, "planes", LinearTree))
        _check_inside(planes, len(features), len(planes.biases))
        bayes = means = None
        if "bayes_first" in saved:
            bayes = ComplementBayes(*_stored(saved, "bayes", ComplementBayes))
            _check_inside(bayes, len(features), len(planes.biases))
        if "means_weights" in saved:
            means = ClassMeans(*_stored(saved, "means", ClassMeans))
            means.check(planes.parents)
            if knowledge is None:
                raise ValueError("class means, and no vectors of texts to compare")
        return cls(features, Margins(planes, bayes, means), knowledge)


def _check_inside(
    machine: LinearTree | ComplementBayes, num_features: int, num_nodes: int
) -> None:
    """Raises ValueError if places lie outside: compiled loops would not look."""
    first, nodes = machine.first, machine.nodes
    edges = np.append(first, len(nodes))
    fits = first.shape == (num_features + 1,) and machine.weights.shape == nodes.shape
    if not fits or first[0] != 0 or (np.diff(edges) < 0).any():
        raise ValueError("features of another model")
    if not ((nodes >= 0) & (nodes < num_nodes)).all():
        raise ValueError("nodes of another code list")


def _stored(saved: Mapping[str, Any], name: str, kind: type) -> list[Any]:
    names = [f"{name}_{one.name}" for one in fields(kind)]
    old = {"planes_cost": np.array(1.0)}  # what all had before it was chosen
    return [saved[name] if name in saved else old[name] for name in names]


_FEATURES = ("words", "letters", "idf")
