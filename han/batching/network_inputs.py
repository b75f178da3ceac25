"""What a network reads of a batch of documents, by its kind of computation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt

from han.batching.packing import PACKED_SHAPES, SUBWORD_SHAPES, packed_inputs
from han.batching.padding import PADDED_SHAPES, padded_inputs
from han.late_packages import sparse
from han.text.subwords import Subwords
from han.text.text_encoder import EncodedTexts
from han.text.topics import Topics

Computation = Literal["packed", "padded"]
Floats = npt.NDArray[np.float32]
Arrays = dict[str, npt.NDArray[Any]]
MARGINS, SIDE, PRETRAINED = "margins", "side", "pretrained"
# Pretrained vectors of the distinct sentences of documents, `(distinct, D)`, and which
# of them each sentence has, `(sentences,)`.
SentenceKnowledge = Callable[[EncodedTexts], tuple[Floats, npt.NDArray[np.int64]]]
BAG = ("bag_rows", "bag_places", "bag_documents", "bag_values")


@dataclass(frozen=True)
class AuxiliaryInputs:
    """What a network reads besides the numbers of the words.

    Attributes:
        subwords: Letter sequences of words; None if it does not look into words.
        margins: Margins `(n, N)` of a linear model for documents; None without one.
        bag: Values of n-grams of documents, a matrix compressed by row, `(n, rows)`;
            None for a network without a bag of them.
        topics: Topics that stand beside the text as side features do; None without.
        knowledge: Pretrained vectors of sentences; None for a network that reads none.
        stand_in: Told of documents with noise and of what they were, before they are
            read, where they are to have the vectors of these.
    """

    subwords: Subwords | None = None
    margins: Callable[[EncodedTexts], Floats] | None = None
    bag: Callable[[EncodedTexts], sparse.csr_array] | None = None
    topics: Topics | None = None
    knowledge: SentenceKnowledge | None = None
    stand_in: Callable[[EncodedTexts, EncodedTexts], None] | None = None

    def side(self, texts: EncodedTexts) -> Floats:
        """What stands beside the document vector, side features first, `(n, width)`."""
        if self.topics is None:
            return texts.side.astype(np.float32, copy=False)
        return np.concatenate([texts.side, self.topics.encode(texts)], axis=1)

    def inputs(
        self,
        texts: EncodedTexts,
        computation: Computation,
        margins: Floats | None = None,
    ) -> Arrays:
        """One batch as the network reads it.

        Args:
            texts: The documents, `(B,)`.
            computation: Kind of computation of the network.
            margins: Margins to use, `(B, N)`; those of the linear model if None.
        """
        make = packed_inputs if computation == "packed" else padded_inputs
        arrays: Arrays = dict(make(texts, self.subwords))
        side = self.side(texts)
        if side.shape[1]:
            arrays[SIDE] = side
        if self.knowledge is not None:
            arrays[PRETRAINED] = _sentence_vectors(self.knowledge, texts)
        if self.bag is not None:
            arrays |= bag_inputs(self.bag(texts))
        if self.margins is not None:
            found = self.margins(texts) if margins is None else margins
            arrays[MARGINS] = found.astype(np.float32, copy=False)
        return arrays


class BatchInputs(Protocol):
    """Makes what is read of documents of a corpus: an `InputMaker`, or the like."""

    def arrays(self, texts: EncodedTexts, rows: npt.NDArray[np.int64]) -> Arrays:
        """Inputs of documents `(b,)` that stand at these positions of the corpus."""


NO_AUXILIARY_INPUTS = AuxiliaryInputs()


@dataclass(frozen=True)
class InputMaker:
    """Makes what a network reads of some documents of a corpus.

    Attributes:
        computation: Kind of computation of the network: packed or padded.
        auxiliary: What it reads besides word ids.
        margins: Margins of documents `(b,)` at their positions `(b,)`, `(b, N)`, where
            those of `auxiliary` have been learnt from these documents.
        clean: The corpus as it was written, where documents come with noise.
    """

    computation: Computation = "packed"
    auxiliary: AuxiliaryInputs = NO_AUXILIARY_INPUTS
    margins: Callable[[EncodedTexts, npt.NDArray[np.int64]], Floats] | None = None
    clean: EncodedTexts | None = None

    def arrays(self, texts: EncodedTexts, rows: npt.NDArray[np.int64]) -> Arrays:
        """Inputs of documents `(b,)` that stand at these positions of the corpus."""
        if self.clean is not None and self.auxiliary.stand_in:
            self.auxiliary.stand_in(texts, self.clean.take(rows))
        margins = self.margins(texts, rows) if self.margins else None
        return self.auxiliary.inputs(texts, self.computation, margins)


@dataclass(frozen=True)
class InputSpecs:
    """Names, shapes and types of what a network reads.

    Attributes:
        computation: Kind of computation.
        subwords: Whether it looks into words.
        margins: Number of nodes of the linear model; 0 without one.
        side: Number of columns of side features and topics.
        bag: Whether there is a bag of n-grams.
        pretrained: Width of the pretrained vectors of sentences; 0 without them.

    Example:
        >>> sorted(InputSpecs("padded").shapes)
        ['field_ids', 'sentence_index', 'word_index', 'words']
    """

    computation: Computation
    subwords: bool = False
    margins: int = 0
    side: int = 0
    bag: bool = False
    pretrained: int = 0

    @property
    def shapes(self) -> dict[str, tuple[int | None, ...]]:
        """Shape of each array, None where it varies, in the order of `inputs`."""
        packed = self.computation == "packed"
        shapes = dict(PACKED_SHAPES if packed else PADDED_SHAPES)
        names = list(shapes)
        if self.subwords:  # they come after the words
            rest = {name: shapes.pop(name) for name in names[1:]}
            shapes |= {**SUBWORD_SHAPES, **rest}
        shapes |= {SIDE: (None, self.side)} if self.side else {}
        shapes |= {PRETRAINED: (None, self.pretrained)} if self.pretrained else {}
        shapes |= dict.fromkeys(BAG, (None,)) if self.bag else {}
        return shapes | ({MARGINS: (None, self.margins)} if self.margins else {})

    @staticmethod
    def dtype(name: str) -> str:
        """Type of an array."""
        floats = {MARGINS, SIDE, PRETRAINED, BAG[-1]}
        return "float32" if name in floats else "int32"


def _sentence_vectors(knowledge: SentenceKnowledge, texts: EncodedTexts) -> Floats:
    """Vectors of all sentences, and zeros for the one that every batch has besides."""
    vectors, places = knowledge(texts)
    result = np.zeros((len(places) + 1, vectors.shape[1]), np.float32)
    result[:-1] = vectors[places]
    return result


def bag_inputs(matrix: sparse.csr_array) -> Arrays:
    """Rows of the table that a batch needs, and what each document takes of them."""
    # A mark on each row finds those that are needed sooner than sorting them does.
    needed = np.zeros(max(matrix.shape[1], 1), bool)
    needed[matrix.indices] = True
    needed[0] = True  # so that there is always one
    place = np.cumsum(needed, dtype=np.int32) - 1
    owners = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    whole = (np.flatnonzero(needed), place[matrix.indices], owners)
    arrays = [*(array.astype(np.int32) for array in whole), matrix.data]
    return dict(zip(BAG, arrays, strict=True))


def pretrained_scale(width: int) -> float:
    """By what vectors of length 1 are multiplied: numbers as large as annotations are.

    Example:
        >>> pretrained_scale(400)
        5.0
    """
    return float(width**0.5 / 4)
