"""The network's predictions in NumPy: no TensorFlow, and faster on a CPU.

The weights are those of `han.network.model.HierarchicalAttentionNetwork`, and the
numbers are the same to 1e-5. Whatever repeats is computed once: each word of the
vocabulary is projected when it is first met and kept, and equal sentences are one
sentence.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from han.batching.network_inputs import NO_AUXILIARY_INPUTS
from han.errors import InputError
from han.kernels.gru import Floats, Integers
from han.kernels.ragged_sequences import distinct
from han.kernels.sequence_pooling import Level
from han.kernels.tree_head import TreeHead
from han.network.stored_weights import head_weights, level_of, stored_layers
from han.text.subwords import Subwords
from han.text.text_encoder import EncodedTexts, ranges, starts
from han.text.vocabulary import UNKNOWN_ID

ENCODERS = ("gru", "cnn", "mean")
# Words computed together: the more, the more sentences are equal. About 300 MB.
CHUNK = 1_000_000
BAG_SCALE = np.float32(3.0)  # that of `han.layers.NgramBag`
GROUP = 256  # neighbours of the vocabulary that are projected together
Weights = Mapping[str, list[Floats]]


class UnknownEncoder(InputError):
    """The network has an encoder that only TensorFlow can compute."""


class NumpyNetwork:
    """A trained network that only predicts.

    Args:
        config: `HierarchicalAttentionNetwork.get_config()`; its encoder must be one of
            `ENCODERS`.
        weights: Weights of each layer by its name, in the layer's order.

    Attributes:
        reading: Letter sequences and margins, for a network that reads them; whoever
            loads one sets it.

    Raises:
        UnknownEncoder: If the encoder is another one.

    Reference:
        Yang et al. 2016, Hierarchical Attention Networks for Document Classification.
    """

    def __init__(self, config: Mapping[str, Any], weights: Weights) -> None:
        if config["encoder"] not in ENCODERS:
            raise UnknownEncoder(
                f"The numpy engine knows the encoders {', '.join(ENCODERS)}, and this "
                f"network has {config['encoder']}. Use the tensorflow engine."
            )
        self.words = level_of(weights["word_encoder"], weights["word_attention"])
        self.sentences = level_of(
            weights["sentence_encoder"], weights["sentence_attention"]
        )
        bag = config["bag_units"]
        head = head_weights(weights["tree_softmax"])
        self.head = TreeHead(config["parents"], config["head"], *head, bag=bag)
        self.auxiliary = NO_AUXILIARY_INPUTS
        self.subword_buckets = config["subword_buckets"]
        self.bag_units, self.wide = bag, config["wide"]
        self._embedding = weights["word_embedding"][0]
        self._subwords = weights.get("subword_embedding", [None])[0]
        self._bag_rows = weights.get("ngram_bag", [None])[0]
        self.bag_rows = config["bag_rows"]
        self.side_features = config.get("side_features", 0)
        self._fields = weights.get("field_embedding", [None])[0]
        self._table: Floats = np.empty(0, np.float32)
        self._is_projected = np.zeros(-(-len(self._embedding) // GROUP), bool)

    @classmethod
    def load(cls, file: Path) -> NumpyNetwork:
        """Reads the `.keras` file of a network."""
        with zipfile.ZipFile(file) as archive:
            config = json.loads(archive.read("config.json"))["config"]
            with archive.open("model.weights.h5") as stored, h5py.File(stored) as tree:
                return cls(config, stored_layers(tree))

    @classmethod
    def of(cls, network: Any) -> NumpyNetwork:
        """The same network as one of `han.network.model`, in its present state."""
        weights = {layer.name: layer.get_weights() for layer in network.layers}
        made = cls(network.get_config(), weights)
        made.auxiliary = network.auxiliary
        return made

    def with_levels(self, words: Level, sentences: Level) -> NumpyNetwork:
        """The same network with other encoders and attentions."""
        other = copy(self)
        other.words, other.sentences = words, sentences
        other._table = np.empty(0, np.float32)
        other._is_projected = np.zeros_like(self._is_projected)
        return other

    def log_probabilities(self, texts: EncodedTexts) -> npt.NDArray[np.float32]:
        """Coherent log-probabilities of all nodes for encoded texts, `(n, N)`."""
        result = np.empty((len(texts), len(self.head.parents)), np.float32)
        for rows, part in _chunks(texts):
            documents, margins = self._read(part)
            result[rows] = self.head(_joined(documents), margins)
        return result

    def attention(self, texts: EncodedTexts) -> tuple[Floats, Floats]:
        """What the encoder attends to.

        Returns:
            * Weight of each word in its sentence, `(words,)`.
            * Weight of each sentence in its document, `(sentences,)`.

            With an attention for each level of the code list, `(words, L)` and
            `(sentences, L)`.
        """
        words, sentences = [], []
        for _, part in _chunks(texts):
            _, (weights, begin), across = self._encode(part)
            words.append(weights[ranges(begin, part.sentence_lengths)])
            sentences.append(across)
        return np.concatenate(words), np.concatenate(sentences)

    def score_parts(self, texts: EncodedTexts) -> Floats:
        """What adds up to the score of each node, `(4, n, N)`.

        Of the encoder, the linear model, the bag of n-grams, and of all else: side
        features and what the network says of any text. Each is the distance to the mean
        of the nodes that the same softmax chooses among; where there is no choice it
        is 0.
        """
        result = np.zeros((4, len(texts), len(self.head.parents)), np.float32)
        for rows, part in _chunks(texts):
            (encoder, side, *bag), margins = self._read(part)
            result[:, rows] = self.head.parts(encoder, side, bag, margins)
        return result

    def _read(self, texts: EncodedTexts) -> tuple[list[Floats], Floats | None]:
        """What the head reads: parts of the document vectors, and margins."""
        margins = self.auxiliary.margins(texts) if self.auxiliary.margins else None
        encoder = self._encode(texts)[0]
        return [encoder, self.auxiliary.side(texts), *self._bags(texts)], margins

    def _bags(self, texts: EncodedTexts) -> list[Floats]:
        """Vectors of bags of n-grams, `(n, units)`, if the network has them."""
        if self._bag_rows is None:
            return []
        if self.auxiliary.bag is None:
            raise ValueError("Set `reading`: this network has a bag of n-grams.")
        return [BAG_SCALE * (self.auxiliary.bag(texts) @ self._bag_rows)]

    def _encode(
        self, texts: EncodedTexts
    ) -> tuple[Floats, tuple[Floats, Integers], Floats]:
        """Document vectors `(n, [L,] features)`, and what they are weighed with.

        That is weights of the words of the distinct sentences, with the place among
        them where each sentence begins; and weights of the sentences.
        """
        lengths, fields = texts.sentence_lengths, texts.sentence_fields
        ids = self._ids(texts)
        first, same = distinct(ids, lengths, fields)
        begin, size = starts(lengths)[first], lengths[first]
        ids = ids[ranges(begin, size)]
        table = self.table_of(ids, texts.unknown)
        vectors, weights = self.words.attend(table, ids, size)
        if self._fields is not None:
            added = self._fields[fields[first]]
            vectors += added if vectors.ndim == 2 else added[:, None]
        counts = texts.document_sentences
        documents, sentences = self._pool_sentences(vectors, same, counts)
        return documents, (weights, starts(size)[same]), sentences

    def _pool_sentences(
        self, vectors: Floats, same: Integers, counts: Integers
    ) -> tuple[Floats, Floats]:
        """Document vectors and weights of sentences; each level has its own vectors."""
        project = self.sentences.encoder.project
        if vectors.ndim == 2:
            return self.sentences.attend(project(vectors), same, counts)
        found = [
            self.sentences.asking(i).attend(project(vectors[:, i]), same, counts)
            for i in range(vectors.shape[1])
        ]
        documents, weights = zip(*found, strict=True)
        return np.stack(documents, axis=1), np.stack(weights, axis=1)

    def _ids(self, texts: EncodedTexts) -> Integers:
        """Word ids; unknown words count on from the vocabulary where letters count."""
        if self._subwords is None:
            return texts.vocabulary_ids
        return texts.spelled_ids(len(self._embedding))

    def _vectors(self, ids: Integers, unknown: Sequence[str] = ()) -> Floats:
        """Vectors of words, `(u, E)`."""
        known = np.where(ids < len(self._embedding), ids, UNKNOWN_ID)
        vectors: Floats = self._embedding[known]
        if self._subwords is None:
            return vectors
        letters = self._letters.rows(ids, unknown)
        ends = np.append(0, np.cumsum(letters.lengths))
        shares = np.repeat(1 / letters.lengths, letters.lengths).astype(np.float32)
        shape = (len(ids), len(self._subwords))
        vectors += csr_array((shares, letters.values, ends), shape) @ self._subwords
        return vectors

    @property
    def _letters(self) -> Subwords:
        if self.auxiliary.subwords is None:
            raise ValueError("Set `reading`: this network looks into words.")
        return self.auxiliary.subwords

    def table_of(self, ids: Integers, unknown: Sequence[str] = ()) -> Floats:
        """The projected vocabulary, with at least these words filled in.

        Unknown words, where they have vectors of their own, come after it.
        """
        table = self._known_table(ids[ids < len(self._embedding)])
        if self._subwords is None or not unknown:
            return table
        more = np.arange(len(unknown)) + len(self._embedding)
        projected = self.words.encoder.project(self._vectors(more, unknown))
        return np.concatenate([table, projected])

    def _known_table(self, ids: Integers) -> Floats:
        # Always in the same groups: a row must not depend on the words that came with
        # it, or on what was asked before.
        is_used = np.zeros(len(self._is_projected), bool)
        is_used[ids // GROUP] = True
        project = self.words.encoder.project
        if not len(self._table):
            width = project(self._embedding[:0]).shape[1]
            self._table = np.zeros((len(self._embedding), width), np.float32)
        for group in np.flatnonzero(is_used & ~self._is_projected):
            rows = np.arange(len(self._table))[group * GROUP : (group + 1) * GROUP]
            self._table[rows] = project(self._vectors(rows))
        self._is_projected |= is_used
        return self._table


def _chunks(texts: EncodedTexts) -> Iterator[tuple[Integers, EncodedTexts]]:
    """Documents in parts of about `CHUNK` words, and their numbers; at least one."""
    words = np.cumsum(texts.document_words, dtype=np.int64)
    edges = np.searchsorted(words, np.arange(CHUNK, words.max(initial=0), CHUNK))
    for rows in np.split(np.arange(len(texts)), edges):
        yield rows, texts.take(rows).compact()


def _joined(parts: list[Floats]) -> Floats:
    """Encoder's vectors with those that stand beside them, on each level the same."""
    encoder, *beside = parts
    if encoder.ndim > 2:
        levels = encoder.shape[1]
        beside = [np.repeat(part[:, None], levels, axis=1) for part in beside]
    return np.concatenate([encoder, *beside], axis=-1)
