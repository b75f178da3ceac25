"""Which documents an epoch has, and in which order, the same for equal seeds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from han.text.encoded_texts import EncodedTexts

# Documents are sorted by length inside windows of this many batches: wide enough to
# save padding, small enough that the order stays random.
WINDOW = 50


def by_length(texts: EncodedTexts) -> npt.NDArray[np.int64]:
    """Documents from short to long: by longest sentence, then number of sentences."""
    longest = np.zeros(len(texts), np.int64)
    np.maximum.at(longest, texts.sentence_documents, texts.sentence_lengths)
    return np.lexsort((texts.document_sentences, longest))


def epoch_order(
    ranks: npt.NDArray[np.int64], batch_size: int, seed: int, epoch: int
) -> list[npt.NDArray[np.int64]]:
    """Documents of each batch of an epoch, with documents of like length together.

    Args:
        ranks: Place of each document from short to long, `(n,)`.
        batch_size: Documents in a batch; the last one of the shuffle may be smaller.
        seed: Seed of the run.
        epoch: Number of the epoch: each has an order of its own, which depends on
            nothing else, so that a resumed run sees what an uninterrupted one sees.
    """
    generator = np.random.default_rng((seed, epoch))
    shuffled = generator.permutation(len(ranks))
    batches = []
    for first in range(0, len(ranks), WINDOW * batch_size):
        window = shuffled[first : first + WINDOW * batch_size]
        window = window[np.argsort(ranks[window], kind="stable")]
        batches += [
            window[i : i + batch_size] for i in range(0, len(window), batch_size)
        ]
    return [batches[i] for i in generator.permutation(len(batches))]


@dataclass(frozen=True)
class EpochDocuments:
    """Documents of each epoch.

    Attributes:
        seed: Seed of the order.
        shuffle: Whether to shuffle; otherwise documents go from short to long.
        augment: Makes the documents of an epoch from its number: as many, in the same
            order. It depends on nothing else, so that a resumed run sees what an
            uninterrupted one sees. Without it the documents are always the same.
        draw: Documents of an epoch by its number, as many as there are; each once if
            not given. For shuffled batches.
    """

    seed: int = 0
    shuffle: bool = True
    augment: Callable[[int], EncodedTexts] | None = None
    draw: Callable[[int], npt.NDArray[np.int64]] | None = None

    def order(
        self, documents: npt.NDArray[np.int64], batch_size: int, epoch: int
    ) -> list[npt.NDArray[np.int64]]:
        """Documents of each batch of an epoch.

        Args:
            documents: All documents from short to long, `(n,)`.
            batch_size: Documents in a batch.
            epoch: Number of the epoch.
        """
        if not self.shuffle:
            edges = range(batch_size, len(documents), batch_size)
            return np.split(documents, list(edges))
        ranks = np.argsort(documents)
        if self.draw is None:
            return epoch_order(ranks, batch_size, self.seed, epoch)
        drawn = self.draw(epoch)
        order = epoch_order(ranks[drawn], batch_size, self.seed, epoch)
        return [drawn[places] for places in order]


IN_NEW_ORDER = EpochDocuments()
