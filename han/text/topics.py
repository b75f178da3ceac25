"""What texts are about: topics learnt from texts alone, as numbers for each document.

gensim learns them, once; what it found is a table of words and topics, and a document
is placed by that table alone. So a run needs no gensim to code, and a document gets the
same numbers whatever stands beside it.

References:
    Deerwester et al. 1990, Indexing by Latent Semantic Analysis; Blei, Ng and Jordan
    2003, Latent Dirichlet Allocation; Hoffman, Blei and Bach 2010, Online Learning for
    Latent Dirichlet Allocation.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from han.late_packages import sparse, special
from han.tables.array_files import read_finite_arrays
from han.text.encoded_texts import EncodedTexts

Method = Literal["lsa", "lda"]
Floats = npt.NDArray[np.float32]

ROUNDS = 50  # of LDA for one document
BLOCK = 4096  # documents placed at once: bounds the memory, not the result
FARTHEST = 4.0  # standard deviations; numbers beyond count as that far
_ARRAYS = ("weights", "table", "mean", "deviation")


@dataclass(frozen=True)
class Topics:
    """Topics of a corpus, and where a document stands among them.

    Attributes:
        method: How they were found.
        weights: Weight of each word id in a document, `(ids,)`; 0 for one that says
            nothing of the topic: a function word, padding, an unknown word.
        table: What each word says of each topic, `(ids, K)`: of `lsa` the right
            singular vectors, of `lda` the parameters of the topics' Dirichlet
            distributions over words.
        mean: Mean of each topic in the training texts, `(K,)`.
        deviation: Standard deviation of the same; 1 where all are equal.

    Example:
        >>> from han.text.cleaning import Cleaner
        >>> from han.text.text_encoder import FieldLimits, TextEncoder
        >>> from han.text.splitting import Splitter
        >>> from han.text.topic_learning import learn_topics
        >>> from han.text.vocabulary import Vocabulary
        >>> encoder = TextEncoder(
        ...     {"text": FieldLimits(9, 9)}, Splitter(), Cleaner(),
        ...     Vocabulary(["pan", "queso", "clavo", "martillo"]),
        ... )
        >>> texts = ["pan queso", "queso y pan", "clavo martillo", "martillo"]
        >>> learnt = learn_topics(encoder, encoder.encode({"text": texts}), "lsa", 2)
        >>> placed = learnt.encode(encoder.encode({"text": ["un queso", "otra cosa"]}))
        >>> placed.shape, placed[1].tolist()
        ((2, 3), [0.0, 0.0, 1.0])
    """

    method: Method
    weights: Floats
    table: Floats
    mean: Floats
    deviation: Floats

    def __len__(self) -> int:
        """Number of topics."""
        return int(self.table.shape[1])

    @property
    def width(self) -> int:
        """Number of columns that `encode` gives."""
        return len(self) + 1

    def counts(self, texts: EncodedTexts) -> sparse.csr_array:
        """How often each document holds each word that counts, `(n, ids)`."""
        documents = np.repeat(texts.sentence_documents, texts.sentence_lengths)
        ids = texts.vocabulary_ids
        kept = self.weights[ids] > 0
        ones = np.ones(int(kept.sum()), np.float32)
        # The constructor adds up what stands twice.
        return sparse.csr_array(
            (ones, (documents[kept], ids[kept])), (len(texts), len(self.weights))
        )

    def shares(self, texts: EncodedTexts) -> Floats:
        """How much each document holds of each topic, `(n, K)`.

        Of `lsa` the projection of its TF-IDF row (of length 1) on the topics, which
        may be below 0; of `lda` the expected shares of the topics, of sum 1.
        """
        return self.placed(self.counts(texts))

    def placed(self, counts: sparse.csr_array) -> Floats:
        """The same for documents as `counts` gives them, `(n, ids)`."""
        place = self._projected if self.method == "lsa" else self._mixed
        starts = range(0, counts.shape[0], BLOCK)
        blocks = [place(counts[first : first + BLOCK]) for first in starts]
        none = np.zeros((0, len(self)), np.float32)
        return np.concatenate([none, *blocks]).astype(np.float32)

    def encode(self, texts: EncodedTexts) -> Floats:
        """The same as numbers for a network, `(n, K + 1)`.

        Standardised as the training texts were; the last column is 1 where no word of
        the document counts, and all others are 0 there.
        """
        counts = self.counts(texts)
        has_words = np.diff(counts.indptr) > 0
        far = (self.placed(counts) - self.mean) / self.deviation
        far = np.where(has_words[:, None], np.clip(far, -FARTHEST, FARTHEST), 0.0)
        return np.column_stack([far, ~has_words]).astype(np.float32)

    def _projected(self, counts: sparse.csr_array) -> Floats:
        found: Floats = self.tfidf(counts) @ self.table
        return found

    def tfidf(self, counts: sparse.csr_array) -> sparse.csr_array:
        """Counts times weights, each row of length 1, `(n, ids)`."""
        values = counts.data * self.weights[counts.indices]
        rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
        squares = np.bincount(rows, values**2, minlength=counts.shape[0])
        values = (values / np.sqrt(squares)[rows]).astype(np.float32)
        return sparse.csr_array((values, counts.indices, counts.indptr), counts.shape)

    def _mixed(self, counts: sparse.csr_array) -> Floats:
        """The fixed point of Hoffman et al. 2010, equations 2 and 3, from even shares.

        Always as many rounds: what one document needs must not depend on others.
        """
        words, num_topics = self._expected, len(self)
        rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
        prior, found = 1 / num_topics, words[counts.indices]
        sizes = counts.sum(axis=1)[:, None]
        gamma = prior + np.repeat(sizes / num_topics, num_topics, axis=1)
        digamma = special.digamma
        for _ in range(ROUNDS):
            theta = np.exp(digamma(gamma) - digamma(gamma.sum(axis=1, keepdims=True)))
            chances = np.einsum("tk,tk->t", theta[rows], found)
            ratios = counts.data / np.maximum(chances, 1e-30)
            parts = ratios, counts.indices, counts.indptr
            gamma = prior + theta * (sparse.csr_array(parts, counts.shape) @ words)
        shares: Floats = gamma / gamma.sum(axis=1, keepdims=True)
        return shares

    @cached_property
    def _expected(self) -> npt.NDArray[np.float64]:
        """Of `lda`: the exponential of the expected log-chance of each word."""
        table = self.table.astype(np.float64)
        digamma = special.digamma
        found = np.exp(digamma(np.maximum(table, 1e-30)) - digamma(table.sum(axis=0)))
        return np.where(self.weights[:, None] > 0, found, 0.0)

    def save(self, file: Path) -> None:
        """Writes everything as `.npz`."""
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        np.savez_compressed(file, method=np.array(self.method), **arrays)

    @classmethod
    def load(cls, file: Path, num_ids: int) -> Topics:
        """Reads what `save` wrote.

        Args:
            file: The file.
            num_ids: Number of word ids of the text encoder.

        Raises:
            ValueError: If they are topics of another number of words, or a number is
                not finite.
        """
        arrays = read_finite_arrays(file)
        method = str(arrays.pop("method"))
        found = cls(method, **arrays)  # type: ignore[arg-type]
        if len(found.weights) != num_ids:
            raise ValueError("topics of another vocabulary")
        if not (found.deviation > 0).all():
            raise ValueError("a deviation must be above 0")
        return found
