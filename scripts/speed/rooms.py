"""What a contestant is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from speed.corpora import Corpus

# Documents that one call of a public `predict` gets: enough for its largest chunks.
SLICE = {"long": 2048, "short": 20_000}


@dataclass(frozen=True)
class Sizes:
    """Sizes of the network and of the work, equal for all contestants of a run.

    Attributes:
        corpus: `long` or `short`.
        documents: Documents of the corpus; 0 for its own number.
        vocabulary: Word ids, padding and unknown included.
        embedding: Width of a word vector.
        units: Width of each direction of both GRUs.
        batch: Documents of a training batch.
    """

    corpus: str = "long"
    documents: int = 0
    vocabulary: int = 50_000
    embedding: int = 200
    units: int = 50
    batch: int = 64


@dataclass
class Contestant:
    """A model, built and ready to work.

    Attributes:
        tasks: Work by name; each call does one whole unit of it (a step, a chunk) and
            returns the number of documents of mean length that it did.
        traces: Number of graphs built for the training step so far.
        stepwise: Whether `train` is one step, and not a whole training.
    """

    tasks: dict[str, Callable[[], float]]
    traces: Callable[[], int] = field(default=lambda: 0)
    stepwise: bool = True


def cycle(items: list[Any], work: Callable[..., Any]) -> Callable[[], float]:
    """A task that does `work` on one item after the other, for ever.

    Args:
        items: Pairs of a number of documents and the arguments of `work`.
        work: Called with the arguments.
    """
    place = 0

    def task() -> float:
        nonlocal place
        documents, arguments = items[place % len(items)]
        place += 1
        work(*arguments)
        return float(documents)

    return task


def random_batches(corpus: Corpus, size: int) -> list[npt.NDArray[np.int64]]:
    """Documents of whole batches in random order, `(size,)` each."""
    order = np.random.default_rng(7).permutation(len(corpus))
    size = min(size, len(corpus))
    whole = len(corpus) // size * size
    return np.split(order[:whole], whole // size)


def mean_documents(corpus: Corpus, rows: npt.NDArray[np.int64]) -> float:
    """So many documents of mean length have the words of these documents.

    Batches of documents of like length differ in words; without this, a round would
    be fast because its documents happen to be short.
    """
    words = int(corpus.texts.document_words[rows].sum())
    return words / corpus.words_per_document
