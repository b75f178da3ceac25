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
    DistinctWords,
    DropLast,
    FieldEmbedding,
    PackedAttentionPooling,
    PackedRecurrentEncoder,
    RecurrentEncoder,
    UnfoldSentences,
    WordEmbedding,
)


@dataclass(frozen=True)
class DocumentEncoder:
    """Sizes of the layers below the heads, named as in the network."""

    vocabulary_size: int
    num_fields: int
    embedding_dimension: int
    word_units: int
    sentence_units: int
    encoder: str
    dropout: float

    def padded(self, inputs: Mapping[str, Any]) -> Any:
        """Document vectors `(B, 2U)` of `han.data.padding.padded_inputs`."""
        distinct = self._words(inputs["words"])  # (u, E)
        words, word_mask = DistinctWords(name="distinct_words")(
            distinct, inputs["word_index"]
        )  # (n, T, E), (n, T)
        states = RecurrentEncoder(self.word_units, self.encoder, name="word_encoder")(
            words, word_mask
        )  # (n, T, 2U)
        sentences, _ = AttentionPooling(2 * self.word_units, name="word_attention")(
            states, word_mask
        )  # (n, 2U)
        sentences = self._sentences(sentences, inputs["field_ids"])
        vectors, mask = UnfoldSentences(name="unfold_sentences")(
            sentences, inputs["sentence_index"]
        )  # (B, S, 2U), (B, S)
        states = RecurrentEncoder(
            self.sentence_units, self.encoder, name="sentence_encoder"
        )(vectors, mask)
        document, _ = AttentionPooling(
            2 * self.sentence_units, name="sentence_attention"
        )(states, mask)
        return self._dropped(document, "document_dropout")

    def packed(self, inputs: Mapping[str, Any]) -> Any:
        """Document vectors `(B, 2U)` of `han.data.packing.packed_inputs`."""
        distinct = self._words(inputs["words"])  # (u, E)
        states = PackedRecurrentEncoder(
            self.word_units, self.encoder, name="word_encoder"
        )(
            distinct,
            inputs["word_rows"],
            inputs["word_order"],
            inputs["word_steps"],
            inputs["word_source"],
            inputs["word_sort"],
        )  # (M, 2U)
        sentences, _ = PackedAttentionPooling(
            2 * self.word_units, name="word_attention"
        )(states, inputs["word_segments"])  # (n, 2U)
        sentences = self._sentences(sentences, inputs["field_ids"])
        states = PackedRecurrentEncoder(
            self.sentence_units, self.encoder, name="sentence_encoder"
        )(
            sentences,
            inputs["sentence_rows"],
            inputs["sentence_order"],
            inputs["sentence_steps"],
        )  # (n, 2U)
        document, _ = PackedAttentionPooling(
            2 * self.sentence_units, name="sentence_attention"
        )(states, inputs["sentence_segments"])
        # The last document is the batcher's own.
        document = DropLast(name="drop_last")(document, inputs["document_sentences"])
        return self._dropped(document, "document_dropout")

    def _words(self, word_ids: Any) -> Any:
        """Vectors of the distinct words, one draw of dropout for each."""
        embedding = WordEmbedding(
            self.vocabulary_size,
            self.embedding_dimension,
            # Keras' default (0.05) is so small that the gates hardly open for epochs.
            embeddings_initializer=keras.initializers.RandomNormal(stddev=0.5),
            name="word_embedding",
        )
        return self._dropped(embedding(word_ids), "word_dropout")

    def _sentences(self, sentences: Any, field_ids: Any) -> Any:
        """Sentence vectors with their field's vector, and dropout."""
        if self.num_fields > 1:
            field = FieldEmbedding(self.num_fields, name="field_embedding")
            sentences = field(sentences, field_ids)
        return self._dropped(sentences, "sentence_dropout")

    def _dropped(self, vectors: Any, name: str) -> Any:
        return keras.layers.Dropout(self.dropout, name=name)(vectors)
