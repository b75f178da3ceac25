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

from han.batching.network_inputs import pretrained_scale
from han.layers import (
    AttentionPooling,
    ConvolutionalEncoder,
    DistinctWords,
    DropLast,
    FieldEmbedding,
    LevelAttentionPooling,
    NgramBag,
    PackedAttentionPooling,
    PackedConvolutionalEncoder,
    PackedLevelAttentionPooling,
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

    With `attentions` above 1 (`attention: per_level`) each level of the code list has a
    document vector of its own, `(B, L, 2U)`, that its heads alone read. Words are
    annotated once, which is most of the work; then each level asks its own question of
    them (`LevelAttentionPooling`), and goes on by itself: its sentence vectors, the
    sentence encoder on these, its question to the sentences. Encoders, projections and
    fields are shared, so that a level adds two context vectors and no more. Attention
    of a level is then evidence for that level and for no other: were sentence vectors
    shared, word attention would serve parent and child at once, and could not tell
    which of the two a word is for; and a document of one sentence, which a sentence
    attention of any kind weighs 1, would have one attention whatever the level. A
    question for each code (Mullenbach et al. 2018) would have few records for most.

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
    attentions: int = 1
    pretrained_width: int = 0

    def joined(self, document: Any, inputs: Mapping[str, Any]) -> Any:
        """Document vectors with side features and the bag of n-grams beside them."""
        parts = [document]
        if "side" in inputs:
            parts.append(self._on_levels(inputs["side"], "side_levels"))
        if self.bag_units:
            bag = NgramBag(
                self.bag_units, self.bag_rows, dtype="float32", name="ngram_bag"
            )
            values = self._dropped(inputs["bag_values"], "bag_value_dropout")
            vectors = bag(document, *(inputs[n] for n in BAG[:-1]), values)
            vectors = self._dropped(vectors, "bag_dropout")
            parts.append(self._on_levels(vectors, "bag_levels"))
        if len(parts) == 1:
            return document
        return keras.layers.Concatenate(name="document_join")(parts)

    def _on_levels(self, vectors: Any, name: str) -> Any:
        """Vectors `(B, features)` for each level, where levels have their own."""
        if self.attentions == 1:
            return vectors
        return keras.layers.RepeatVector(self.attentions, name=name)(vectors)

    def padded(self, inputs: Mapping[str, Any]) -> Any:
        """Document vectors of `han.batching.padding.padded_inputs`, `(B, 2U)`."""
        distinct = self._words(inputs)  # (u, E)
        words, mask = DistinctWords(name="distinct_words")(
            distinct, inputs["word_index"]
        )  # (n, T, E), (n, T)
        sentences = self._pooled("word", self.word_units, words, mask)  # (n, 2U)
        sentences = self._sentences(sentences, inputs)
        vectors, mask = UnfoldSentences(name="unfold_sentences")(
            sentences, inputs["sentence_index"]
        )  # (B, S, 2U), (B, S)
        document = self._pooled("sentence", self.sentence_units, vectors, mask)
        return self._dropped(document, "document_dropout")

    def packed(self, inputs: Mapping[str, Any]) -> Any:
        """Document vectors of `han.batching.packing.packed_inputs`, `(B, 2U)`."""
        distinct = self._words(inputs)  # (u, E)
        sentences = self._pooled_packed(
            "word",
            self.word_units,
            distinct,
            inputs,
            (inputs["word_source"], inputs["word_sort"]),
        )  # (n, 2U)
        sentences = self._sentences(sentences, inputs)
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
        attention = self._attention(
            AttentionPooling, LevelAttentionPooling, level, units
        )
        pooled, _ = attention(self._annotated(level, layer, vectors, mask), mask)
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
            reads = [segments, *sources]
        else:
            layer = PackedRecurrentEncoder(
                units, self.encoder, dtype="float32", name=name
            )
            rows = [inputs[f"{level}_{part}"] for part in ("rows", "order", "steps")]
            reads = [*rows, *sources]
        attention = self._attention(
            PackedAttentionPooling, PackedLevelAttentionPooling, level, units
        )
        pooled, _ = attention(self._annotated(level, layer, vectors, *reads), segments)
        return pooled

    def _annotated(self, level: str, layer: Any, vectors: Any, *reads: Any) -> Any:
        """Annotations; of sentences, each level has its own where it has attention.

        Sentences with pretrained vectors keep what they are beside their annotations.
        """
        if level == "word":
            return layer(vectors, *reads)
        if self.attentions == 1:
            states = layer(vectors, *reads)
        else:
            own = [layer(vectors[..., i, :], *reads) for i in range(self.attentions)]
            states = keras.ops.stack(own, axis=-2)
        if not self.pretrained_width:
            return states
        return keras.layers.Concatenate(name="sentence_join")([states, vectors])

    def _attention(self, shared: Any, per_level: Any, level: str, units: int) -> Any:
        name, width = f"{level}_attention", 2 * units
        if self.attentions > 1:
            return per_level(width, self.attentions, name=name)
        return shared(None if self.encoder == "mean" else width, name=name)

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

    def _sentences(self, sentences: Any, inputs: Mapping[str, Any]) -> Any:
        """Sentence vectors, with those of fields and pretrained ones, and dropout."""
        if self.num_fields > 1:
            field = FieldEmbedding(self.num_fields, name="field_embedding")
            sentences = field(sentences, inputs["field_ids"])
        if self.pretrained_width:
            known = keras.layers.Rescaling(
                pretrained_scale(self.pretrained_width), name="pretrained_scale"
            )(inputs["pretrained"])
            known = self._on_levels(known, "pretrained_levels")
            join = keras.layers.Concatenate(name="pretrained_join")
            sentences = join([sentences, known])
        return self._dropped(sentences, "sentence_dropout")

    def _dropped(self, vectors: Any, name: str) -> Any:
        return keras.layers.Dropout(self.dropout, name=name)(vectors)
