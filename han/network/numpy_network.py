"""The network's predictions in NumPy: no TensorFlow, and faster on a CPU.

The weights are those of `han.network.model.HierarchicalAttentionNetwork`, and the
numbers are the same to 1e-5. Whatever repeats is computed once: each word of the
vocabulary is projected when it is first met and kept, and equal sentences are one
sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from han.batching.network_inputs import NO_AUXILIARY_INPUTS, pretrained_scale
from han.kernels.gru import Floats, Integers
from han.kernels.ragged_ranges import ranges, starts
from han.kernels.ragged_sequences import distinct
from han.layers.attention_pooling_numpy import NumpyAttentionPooling
from han.layers.convolutional_encoder_numpy import NumpyConvolutionalEncoder
from han.layers.field_embedding_numpy import NumpyFieldEmbedding
from han.layers.ngram_bag_numpy import NumpyNgramBag
from han.layers.recurrent_encoder_numpy import NumpyRecurrentEncoder
from han.layers.sequence_pooling_numpy import NumpySequencePooling
from han.layers.subword_embedding_numpy import NumpySubwordEmbedding
from han.layers.tree_groups import MULTI_PATH
from han.layers.tree_sigmoid_numpy import numpy_head
from han.layers.tree_softmax_numpy import joined
from han.layers.word_embedding_numpy import Letters, NumpyWordEmbedding
from han.linear.linear_model import LinearModel
from han.network.stored_weights import (
    UnknownEncoder,
    check_known,
    open_weights,
    stored_layers,
    stored_settings,
)
from han.text.text_encoder import EncodedTexts
from han.text.vocabulary import UNKNOWN_ID

ENCODERS: dict[str, type[NumpyRecurrentEncoder] | type[NumpyConvolutionalEncoder]] = {
    "gru": NumpyRecurrentEncoder,
    "cnn": NumpyConvolutionalEncoder,
    "mean": NumpyConvolutionalEncoder,
}
ATTENTIONS = ("shared", "per_level")
HEADS = ("tree", "leaf", "levels", MULTI_PATH)
LAYERS = (
    "word_embedding subword_embedding word_encoder word_attention field_embedding "
    "sentence_encoder sentence_attention ngram_bag tree_softmax tree_sigmoid"
).split()
# Words computed together: the more, the more sentences are equal. About 300 MB.
CHUNK = 1_000_000
Weights = Mapping[str, list[Floats]]


class NumpyNetwork:
    """A trained network that only predicts.

    Args:
        config: `HierarchicalAttentionNetwork.get_config()`; its encoder must be one of
            `ENCODERS`, its attention one of `ATTENTIONS`, and its head of `HEADS`.
        weights: Weights of each layer by its name, in the layer's order.

    Attributes:
        auxiliary: Letter sequences, margins and n-grams, for a network that reads them;
            whoever loads one sets it.
        linear: The linear model that margins come from, if it is known.

    Raises:
        UnknownEncoder: If encoder, attention or head is another one, or a layer that is
            not of `LAYERS` has weights.

    Reference:
        Yang et al. 2016, Hierarchical Attention Networks for Document Classification.
    """

    def __init__(self, config: Mapping[str, Any], weights: Weights) -> None:
        check_known("encoder", config["encoder"], ENCODERS)
        # Networks of earlier versions have one attention, and do not say so.
        check_known("attention", config.get("attention", "shared"), ATTENTIONS)
        check_known("head", config["head"], HEADS)
        for name in weights:
            if weights[name]:
                check_known("layer", name, LAYERS)
        self.auxiliary = NO_AUXILIARY_INPUTS
        self.linear: LinearModel | None = None
        self.subword_buckets = config["subword_buckets"]
        self.bag_units, self.wide = config["bag_units"], config["wide"]
        self.bag_rows = config["bag_rows"]
        self.side_features = config.get("side_features", 0)
        self.pretrained_width = config.get("pretrained_width", 0)
        self.words = _pooling(config["encoder"], weights, "word")
        beside = self.words.encoder.features + self.pretrained_width
        beside *= self.pretrained_width > 0
        self.sentences = _pooling(config["encoder"], weights, "sentence", beside)
        (vectors,) = weights["word_embedding"]
        letters = _made(NumpySubwordEmbedding, weights, "subword_embedding")
        self.embedding = NumpyWordEmbedding(
            vectors, UNKNOWN_ID, self.words.encoder, letters
        )
        self.fields = _made(NumpyFieldEmbedding, weights, "field_embedding")
        self.bag = _made(NumpyNgramBag, weights, "ngram_bag")
        self.head = numpy_head(config, weights)

    @classmethod
    def load(cls, file: Path) -> NumpyNetwork:
        """Reads the `.keras` file of a network."""
        with open_weights(file) as (tree, memory):
            return cls(stored_settings(file), stored_layers(tree, memory))

    @classmethod
    def of(cls, network: Any) -> NumpyNetwork:
        """The same network as one of `han.network.model`, in its present state."""
        made = cls(network.get_config(), network.layer_weights())
        made.auxiliary = network.auxiliary
        return made

    def with_pooling(
        self, words: NumpySequencePooling, sentences: NumpySequencePooling
    ) -> NumpyNetwork:
        """The same network with other encoders and attentions."""
        other = copy(self)
        other.words, other.sentences = words, sentences
        other.embedding = self.embedding.projected_by(words.encoder)
        return other

    def log_probabilities(self, texts: EncodedTexts) -> npt.NDArray[np.float32]:
        """Coherent log-probabilities of all nodes for encoded texts, `(n, N)`."""
        result = np.empty((len(texts), len(self.head.parents)), np.float32)
        for rows, part in self.chunks(texts):
            margins = self.margins(part) if self.wide else None
            result[rows] = self.head(self.document_vectors(part), margins)
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
        for _, part in self.chunks(texts):
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
        for rows, part in self.chunks(texts):
            margins = self.margins(part) if self.wide else None
            encoder, side, *bag = self._read(part)
            result[:, rows] = self.head.parts(encoder, side, bag, margins)
        return result

    def annotated(self, texts: EncodedTexts) -> tuple[Floats, Floats]:
        """What the word encoder makes of all words, and their weights.

        Returns:
            Annotations `(words, features)`, and weights in their sentences,
            `(words, 1)`; with an attention for each level `(words, L)`.
        """
        has_letters = self.embedding.subwords is not None
        ids = self._ids(texts) if has_letters else texts.vocabulary_ids
        lengths = texts.sentence_lengths
        if not len(ids):
            none = np.zeros((0, self.words.encoder.features), np.float32)
            return none, np.zeros((0, self.words.attention.contexts), np.float32)
        table, ids = self.table_of(ids, texts.unknown)
        states = self.words.encoder.annotate(table, ids, lengths)
        return states, np.stack(self.words.attention.weights(states, lengths), axis=1)

    @staticmethod
    def chunks(texts: EncodedTexts) -> Iterator[tuple[Integers, EncodedTexts]]:
        """Documents in parts of about `CHUNK` words, and their numbers; at least one.

        What the following methods hold grows with the documents that they are given.
        """
        words = np.cumsum(texts.document_words, dtype=np.int64)
        edges = np.searchsorted(words, np.arange(CHUNK, words.max(initial=0), CHUNK))
        for rows in np.split(np.arange(len(texts)), edges):
            yield rows, texts.take(rows).compact()

    def document_vectors(self, texts: EncodedTexts) -> Floats:
        """What the head reads, `(n, features)`; or `(n, L, features)`, by level."""
        return joined(self._read(texts))

    def margins(self, texts: EncodedTexts) -> Floats:
        """Margins of the linear model beside the network, `(n, N)`."""
        if self.auxiliary.margins is None:
            raise ValueError("Set `auxiliary`: this network reads margins.")
        return self.auxiliary.margins(texts)

    def _read(self, texts: EncodedTexts) -> list[Floats]:
        """Parts of the document vectors: of encoder, side features and bag."""
        encoder = self._encode(texts)[0]
        return [encoder, self.auxiliary.side(texts), *self._bags(texts)]

    def _bags(self, texts: EncodedTexts) -> list[Floats]:
        """Vectors of bags of n-grams, `(n, units)`, if the network has them."""
        if self.bag is None:
            return []
        if self.auxiliary.bag is None:
            raise ValueError("Set `auxiliary`: this network has a bag of n-grams.")
        return [self.bag(self.auxiliary.bag(texts))]

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
        if self.embedding.subwords is None:
            ids = np.where(ids < len(self.embedding), ids, UNKNOWN_ID)
        table, ids = self.table_of(ids, texts.unknown)
        vectors, weights = self.words.attend(table, ids, size)
        if self.fields is not None:
            self.fields.add_to(vectors, fields[first])
        keep = self.pretrained_width > 0
        if keep:
            vectors = joined([vectors, self.known_vectors(texts, first)])
        counts = texts.document_sentences
        made, across = self.sentences.attend_own(vectors, same, counts, keep=keep)
        return made, (weights, starts(size)[same]), across

    def known_vectors(
        self, texts: EncodedTexts, sentences: Integers | slice = slice(None)
    ) -> Floats:
        """Pretrained vectors of sentences as the encoder reads them, `(k, D)`."""
        if self.auxiliary.knowledge is None:
            raise ValueError("Set `auxiliary`: this network reads pretrained vectors.")
        known, places = self.auxiliary.knowledge(texts)
        scale = np.float32(pretrained_scale(self.pretrained_width))
        return np.asarray(known[places[sentences]] * scale)

    def _ids(self, texts: EncodedTexts) -> Integers:
        """Word ids; unknown words count on from the vocabulary where they are told."""
        if self.embedding.subwords is None and not self.pretrained_width:
            return texts.vocabulary_ids
        return texts.spelled_ids(len(self.embedding))

    def table_of(
        self, ids: Integers, unknown: Sequence[str] = ()
    ) -> tuple[Floats, Integers]:
        """A table of projected words, and the row of each of these: `rows`."""
        return self.embedding.rows(ids, unknown, self._letters)

    @property
    def _letters(self) -> Letters | None:
        if self.embedding.subwords is None:
            return None
        if self.auxiliary.subwords is None:
            raise ValueError("Set `auxiliary`: this network looks into words.")
        return self.auxiliary.subwords.rows


def _pooling(
    encoder: str, weights: Weights, level: str, beside: int = 0
) -> NumpySequencePooling:
    made = ENCODERS[encoder].of_weights(weights[f"{level}_encoder"])
    attention = weights[f"{level}_attention"]
    if (encoder == "mean") == bool(attention):
        raise UnknownEncoder(
            f"The numpy engine does not know the attention of this network: with the "
            f"encoder {encoder}, {level}_attention has {len(attention)} weights. Use "
            "the tensorflow engine."
        )
    return NumpySequencePooling(
        made, NumpyAttentionPooling.of_weights(attention, made.features + beside)
    )


def _made(form: Callable[..., Any], weights: Weights, layer: str) -> Any:
    """The NumPy form of a layer, if the network has that layer."""
    return form(*weights[layer]) if layer in weights else None
