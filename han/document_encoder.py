"""Words to sentences to a document vector, wired in the two forms of computation.

Both forms have the same layers, weights and dropout, and give the same numbers: the
padded one is stock Keras, readable, and the one for a GPU; the packed one computes real
words only, and is the one for a CPU.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import keras

from han.layers import (
    AttentionPooling,
    ConvolutionalEncoder,
    DistinctWords,
    DropLast,
    FieldEmbedding,
    NgramBag,
    PackedAttentionPooling,
    PackedConvolutionalEncoder,
    PackedRecurrentEncoder,
    RecurrentEncoder,
    SubwordEmbedding,
    UnfoldSentences,
    WordEmbedding,
)

# Number of words that an annotation is made of; the recurrent encoders read all.
WIDTHS = {"cnn": 3, "mean": 1}
# What `NgramBag` reads, in its order.
BAG = ("bag_rows", "bag_places", "bag_documents", "bag_values")
# What `SubwordEmbedding` reads, in its order.
SUBWORDS = ("word_places", "subwords", "subword_places", "subword_words")


@dataclass(frozen=True)
class DocumentEncoder:
    """Sizes of the layers below the heads, named as in the network.

    With `subword_buckets` above 0 the letters of a word are part of its vector; see
    `SubwordEmbedding`.

    `encoder` annotates words in their sentence, and sentences in their document:

    * `gru`, `lstm`: both directions, as in the paper.
    * `cnn`: each with its two neighbours.
    * `mean`: each by itself, all of the same weight: for research into what context and
      attention bring. The paper's HN-AVE has equal weights, too, but keeps the GRU.

    An annotation has `2 * units` components, whichever it is.

    Under a mixed precision tables and the packed encoders, whose kernels know nothing
    else, stay in float32.
    """

    vocabulary_size: int
    num_fields: int
    embedding_dimension: int
    word_units: int
    sentence_units: int
    encoder: str
    dropout: float
    subword_buckets: int = 0
    bag_units: int = 0
    bag_rows: int = 1

    def joined(self, document: Any, inputs: Mapping[str, Any]) -> Any:
        """Document vectors with side features and the bag of n-grams beside them."""
        parts = [document]
        if "side" in inputs:
            parts.append(inputs["side"])
        if self.bag_units:
            bag = NgramBag(
                self.bag_units, self.bag_rows, dtype="float32", name="ngram_bag"
            )
            values = self._dropped(inputs["bag_values"], "bag_value_dropout")
            vectors = bag(document, *(inputs[n] for n in BAG[:-1]), values)
            parts.append(self._dropped(vectors, "bag_dropout"))
        if len(parts) == 1:
            return document
        return keras.layers.Concatenate(name="document_join")(parts)

    def padded(self, inputs: Mapping[str, Any]) -> Any:
        """Document vectors `(B, 2U)` of `han.data.padding.padded_inputs`."""
        distinct = self._words(inputs)  # (u, E)
        words, mask = DistinctWords(name="distinct_words")(
            distinct, inputs["word_index"]
        )  # (n, T, E), (n, T)
        sentences = self._pooled("word", self.word_units, words, mask)  # (n, 2U)
        sentences = self._sentences(sentences, inputs["field_ids"])
        vectors, mask = UnfoldSentences(name="unfold_sentences")(
            sentences, inputs["sentence_index"]
        )  # (B, S, 2U), (B, S)
        document = self._pooled("sentence", self.sentence_units, vectors, mask)
        return self._dropped(document, "document_dropout")

    def packed(self, inputs: Mapping[str, Any]) -> Any:
        """Document vectors `(B, 2U)` of `han.data.packing.packed_inputs`."""
        distinct = self._words(inputs)  # (u, E)
        sentences = self._pooled_packed(
            "word",
            self.word_units,
            distinct,
            inputs,
            (inputs["word_source"], inputs["word_sort"]),
        )  # (n, 2U)
        sentences = self._sentences(sentences, inputs["field_ids"])
        document = self._pooled_packed(
            "sentence", self.sentence_units, sentences, inputs
        )
        # The last document is the batcher's own.
        document = DropLast(name="drop_last")(document, inputs["document_sentences"])
        return self._dropped(document, "document_dropout")

    def _pooled(self, level: str, units: int, vectors: Any, mask: Any) -> Any:
        """Annotates padded sequences and pools each into a vector."""
        name = f"{level}_encoder"
        layer = (
            ConvolutionalEncoder(units, WIDTHS[self.encoder], name=name)
            if self.encoder in WIDTHS
            else RecurrentEncoder(units, self.encoder, name=name)
        )
        attention = AttentionPooling(
            self._attention_units(units), name=f"{level}_attention"
        )
        pooled, _ = attention(layer(vectors, mask), mask)
        return pooled

    def _pooled_packed(
        self,
        level: str,
        units: int,
        vectors: Any,
        inputs: Mapping[str, Any],
        sources: tuple[Any, ...] = (),
    ) -> Any:
        """The same for packed sequences, whose inputs are named after the level."""
        name, segments = f"{level}_encoder", inputs[f"{level}_segments"]
        if self.encoder in WIDTHS:
            layer = PackedConvolutionalEncoder(
                units, WIDTHS[self.encoder], dtype="float32", name=name
            )
            states = layer(vectors, segments, *sources)
        else:
            layer = PackedRecurrentEncoder(
                units, self.encoder, dtype="float32", name=name
            )
            rows = [inputs[f"{level}_{part}"] for part in ("rows", "order", "steps")]
            states = layer(vectors, *rows, *sources)
        attention = PackedAttentionPooling(
            self._attention_units(units), name=f"{level}_attention"
        )
        pooled, _ = attention(states, segments)
        return pooled

    def _attention_units(self, units: int) -> int | None:
        return None if self.encoder == "mean" else 2 * units

    def _words(self, inputs: Mapping[str, Any]) -> Any:
        """Vectors of the distinct words, one draw of dropout for each."""
        embedding = WordEmbedding(
            self.vocabulary_size,
            self.embedding_dimension,
            # Keras' default (0.05) is so small that the gates hardly open for epochs.
            embeddings_initializer=keras.initializers.RandomNormal(stddev=0.5),
            dtype="float32",  # whose rows are read one by one
            name="word_embedding",
        )
        vectors = embedding(inputs["words"])
        if self.subword_buckets:
            letters = SubwordEmbedding(
                self.subword_buckets, dtype="float32", name="subword_embedding"
            )
            vectors = letters(vectors, *(inputs[name] for name in SUBWORDS))
        return self._dropped(vectors, "word_dropout")

    def _sentences(self, sentences: Any, field_ids: Any) -> Any:
        """Sentence vectors with their field's vector, and dropout."""
        if self.num_fields > 1:
            field = FieldEmbedding(self.num_fields, name="field_embedding")
            sentences = field(sentences, field_ids)
        return self._dropped(sentences, "sentence_dropout")

    def _dropped(self, vectors: Any, name: str) -> Any:
        return keras.layers.Dropout(self.dropout, name=name)(vectors)
