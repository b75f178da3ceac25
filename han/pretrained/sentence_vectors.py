"""`SentenceVectors`: vectors of the sentences of documents, each encoded once."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

import numpy as np

from han.errors import count_of
from han.pretrained.sentence_encoder import FloatArray, SentenceEncoder
from han.pretrained.sentence_texts import (
    Places,
    distinct_sentences,
    nearest_sentences,
    numbered,
)
from han.pretrained.vector_memory import HALF, Halves, LatestVectors, StoredVectors
from han.text.encoded_texts import EncodedTexts

logger = logging.getLogger(__name__)

MEMORY = 1 << 25  # numbers that stay in memory: 64 MB, 65,536 sentences of 512
BLOCK = 2048  # sentences encoded between two steps of the bar
PREPARED = 1 << 16  # sentences looked up at once where their vectors are not wanted yet


class SentenceVectors:
    """Vectors of sentences, from a pretrained encoder; zeros where there is no word.

    Distinct sentences are encoded once: those of the cache never again, those of the
    last blocks of a prediction not again.

    Args:
        encoder: What encodes.
        vocabulary_words: Words of the vocabulary, the first of them with number 2.
        cache: Folder of `data.cache`; without it nothing is written.
        progress: Name of the progress bar; none without it.
        memory: Numbers that stay in memory.

    Raises:
        InputError: If the folder cannot be made.

    Example:
        >>> from han.pretrained.use_encoder import UseEncoder
        >>> vectors = SentenceVectors(UseEncoder(), ["pan", "dulce"])
        >>> vectors.of_words(["pan", "dulce", "pan"]).shape
        (3, 512)
    """

    def __init__(
        self,
        encoder: SentenceEncoder,
        vocabulary_words: Sequence[str],
        cache: Path | None = None,
        *,
        progress: str | None = None,
        memory: int = MEMORY,
    ) -> None:
        self.encoder, self.words = encoder, tuple(vocabulary_words)
        self.progress, self.memory = progress, memory
        self._cache, self._lock = cache, Lock()
        self._memories: list[LatestVectors | StoredVectors] | None = None
        self._num_made = self._num_missing = 0
        self._last: list[tuple[EncodedTexts, tuple[FloatArray, Places]]] = []

    @property
    def width(self) -> int:
        """Numbers of a vector."""
        return self.encoder.width

    @property
    def missing_share(self) -> float:
        """Share of the distinct sentences asked for so far that have no vector."""
        return self._num_missing / max(1, self._num_made)

    def __call__(self, texts: EncodedTexts) -> FloatArray:
        """Vectors of all sentences of documents, `(sentences, width)`."""
        vectors, places = self.distinct(texts)
        return vectors[places]

    def distinct(self, texts: EncodedTexts) -> tuple[FloatArray, Places]:
        """The same in little memory: each distinct vector once, and which one it is.

        Returns:
            `(distinct, width)` and the place of each sentence in it, `(sentences,)`.
        """
        for known, found in self._last:  # linear model and network ask one by one
            if known is texts:
                return found
        sentences, places = distinct_sentences(texts, self.words)
        found = self._encoded(sentences).astype(np.float32), places
        self._last = [(texts, found)]
        return found

    def prepare(self, texts: EncodedTexts) -> None:
        """Encodes all sentences of documents at once, for whoever will ask for some."""
        sentences = distinct_sentences(texts, self.words)[0]
        for first in range(0, len(sentences), PREPARED):
            self._encoded(sentences[first : first + PREPARED])

    def rest(self) -> None:
        """Frees what encodes, until there is something new to encode."""
        self.encoder.rest()

    def stand_in(self, noisy: EncodedTexts, clean: EncodedTexts) -> None:
        """Documents with noise get the vectors of the sentences they were made of.

        Each epoch misspells other words: to encode these would take as long, every few
        epochs, as to encode all texts. It holds until other documents are asked for.

        Args:
            noisy: Documents, `(n,)`.
            clean: The same ones as they were written, `(n,)`.
        """
        vectors, places = self.distinct(clean)
        self._last = [(noisy, (vectors, places[nearest_sentences(noisy, clean)]))]

    def of_words(self, words: Sequence[str]) -> FloatArray:
        """Vectors of words or other texts, cleaned as sentences are, `(n, width)`."""
        sentences, places = numbered(words)
        return self._encoded(sentences).astype(np.float32)[places]

    def _encoded(self, sentences: list[str]) -> Halves:
        """Vectors of distinct sentences: remembered, stored, or made now."""
        with self._lock:  # batches are made in a thread of their own
            return self._looked_up(sentences)

    def _looked_up(self, sentences: list[str]) -> Halves:
        vectors = np.zeros((len(sentences), self.encoder.width), HALF)
        missing = np.flatnonzero([bool(sentence) for sentence in sentences])
        unknown_to = []
        for memory in self._open_memories():
            wanted = [sentences[place] for place in missing]
            missing = missing[~memory.fill(wanted, vectors, missing)]
            unknown_to.append((memory, missing))
        self._make(sentences, vectors, missing)
        for memory, places in unknown_to:
            memory.keep([sentences[place] for place in places], vectors[places])
        return vectors

    def _open_memories(self) -> list[LatestVectors | StoredVectors]:
        if self._memories is None:
            width = self.encoder.width
            self._memories = [LatestVectors(width, max(1, self.memory // width))]
            if self._cache is not None and self.encoder.is_cached:
                self._memories.append(StoredVectors(self._cache, self.encoder.identity))
        return self._memories

    def _make(self, sentences: list[str], vectors: Halves, places: Places) -> None:
        """Encodes the sentences at some places, and writes their vectors there."""
        if not len(places):
            return
        if self.progress is not None:  # else each block of a prediction would say it
            what = count_of(len(places), "distinct sentence")
            logger.info("%s: %s to encode", self.encoder.name, what)
        from tqdm import tqdm  # who loads a run shows no bar

        bar = tqdm(
            total=len(places),
            desc=self.progress,
            disable=self.progress is None,
            unit="sentence",
            delay=3,
        )
        with bar:
            missing = 0
            for first in range(0, len(places), BLOCK):
                block = places[first : first + BLOCK]
                made = self.encoder.encode([sentences[k] for k in block]).astype(HALF)
                vectors[block] = made
                missing += int((~made.any(axis=1)).sum())
                bar.update(len(block))
        self._count(len(places), missing)

    def _count(self, made: int, missing: int) -> None:
        self._num_made += made
        self._num_missing += missing
        if missing:
            share, name = missing / made, self.encoder.name
            logger.info("%s has no vector for %.1f %% of them", name, 100 * share)
