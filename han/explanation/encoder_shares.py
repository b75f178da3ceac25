"""What a score owes to each word by way of the encoder, of a network in NumPy.

A sentence's vector is a sum over its words: their annotations, weighed by attention. So
each word has an exact part of it, and only the way from sentence vectors to a document
vector is to be shared out. There the sentence vectors grow from nothing to what they
are, and gradients are added up on the way. As sentences are few, that is a small part
of what gradients of the word vectors cost.

Reference:
    Sundararajan, Taly and Yan 2017, Axiomatic Attribution for Deep Networks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property

import numpy as np

from han.explanation.deleted_shares import Rows, Shares, deleted_shares
from han.kernels.bidirectional_gru import (
    PackedRows,
    Weights,
    annotate,
    annotate_gradient,
)
from han.kernels.gru import Floats, Integers
from han.kernels.packed_rows import packed_rows
from han.kernels.ragged_sequences import pooled
from han.layers.convolutional_encoder_numpy import NumpyConvolutionalEncoder
from han.layers.recurrent_encoder_numpy import NumpyRecurrentEncoder
from han.layers.sequence_pooling_numpy import Encoder, NumpySequencePooling
from han.network.numpy_network import NumpyNetwork
from han.text.text_encoder import EncodedTexts

POINTS = 6  # of the way, by Gauss and Legendre: sums are exact to 0.01
Back = Callable[[Floats], Floats]


class EncoderWay:
    """The way from nothing to the document vectors of an encoder.

    Args:
        network: The network.
        texts: The documents, `(n,)`.
    """

    def __init__(self, network: NumpyNetwork, texts: EncodedTexts) -> None:
        self.network, self.texts = network, texts
        states, weights = network.annotated(texts)
        # Of each question, the part of each word in the vector of its sentence.
        self.words = [weights[:, [q]] * states for q in range(weights.shape[1])]
        lengths = texts.sentence_lengths
        ones = np.ones(len(states), np.float32)
        self.sentences = [pooled(part, ones, lengths) for part in self.words]
        self.fields = np.zeros_like(self.sentences[0])
        if network.fields is not None:
            network.fields.add_to(self.fields, texts.sentence_fields)
        if network.pretrained_width:
            known = network.known_vectors(texts, slice(None))
            self.sentences = [np.append(own, known, axis=1) for own in self.sentences]
            self.fields = np.append(self.fields, np.zeros_like(known), axis=1)

    @cached_property
    def documents(self) -> Floats:
        """Document vectors, `(n, [L,] features)`."""
        return self._at(1.0)

    @cached_property
    def nothing(self) -> Floats:
        """The same if all sentence vectors were nothing, and their fields alone."""
        return self._at(0.0)

    def _at(self, share: float) -> Floats:
        found = [self._pooling(q, share).vectors for q in range(len(self.words))]
        return found[0] if len(found) == 1 else np.stack(found, axis=1)

    def _pooling(self, question: int, share: float) -> _PooledSentences:
        sentences = self.network.sentences
        pooling = NumpySequencePooling(
            sentences.encoder, sentences.attention.of_level(question)
        )
        begin, whole = self._tables[question]
        table = begin + np.float32(share) * (whole - begin)
        beside = None
        if self.network.pretrained_width:
            beside = np.float32(share) * self.sentences[question] + self.fields
        counts = self.texts.document_sentences
        return _PooledSentences(pooling, table, counts, beside)

    @cached_property
    def _tables(self) -> list[tuple[Floats, Floats]]:
        """Projected sentences at both ends of the way: in between they are straight."""
        project = self.network.sentences.encoder.project
        begin = project(self.fields)
        return [(begin, project(each + self.fields)) for each in self.sentences]

    def shares(self, directions: Floats, question: int = 0) -> Floats:
        """What products of document vectors owe to each word, `(words, k)`.

        Args:
            directions: What the vectors are multiplied by, `(k, n, features)`.
            question: Which of the document vectors, if each level has its own.
        """
        points, parts = np.polynomial.legendre.leggauss(POINTS)
        total = self.gradients(directions, question, (points + 1) / 2, parts / 2)
        lengths = self.texts.sentence_lengths
        own, known = np.split(total, [self.words[question].shape[1]], axis=2)
        owed = np.repeat(own, lengths, axis=1) * self.words[question]
        found: Floats = owed.sum(axis=2).T
        if known.shape[2]:
            found += self._of_knowledge(known)
        return found

    def gradients(
        self, directions: Floats, question: int, points: Shares, parts: Shares
    ) -> Floats:
        """Sum of gradients on the way, at the sentences, `(k, sentences, features)`.

        Args:
            directions: As for `shares`.
            question: As for `shares`.
            points: Where on the way, `(p,)`.
            parts: What each point counts, `(p,)`.
        """
        sentences, table = self.sentences[question], self._tables[question][0]
        at_tables = np.zeros((len(directions), *table.shape), np.float32)
        found = np.zeros((len(directions), *sentences.shape), np.float32)
        chosen = np.flatnonzero(directions.any(axis=(1, 2)))
        for point, part in zip(points, parts.astype(np.float32), strict=True):
            here = self._pooling(question, point)
            for i in chosen:
                at_table, beside = here.gradient(directions[i])
                at_tables[i] += part * at_table
                if beside.shape[1]:
                    found[i] += part * beside
        kernel = _projection(self.network.sentences.encoder)
        for i in chosen:
            found[i] += at_tables[i] @ kernel.T
        return found

    def _of_knowledge(self, directions: Floats) -> Shares:
        """What products of pretrained vectors owe to each word, `(words, k)`.

        Args:
            directions: What the vectors are multiplied by, `(k, sentences, D)`.
        """

        def value(part: EncodedTexts, sentences: Rows) -> Floats:
            found = np.zeros((len(part), len(directions)), np.float32)
            there = part.document_sentences > 0
            at = directions[:, sentences[there]]
            found[there] = np.einsum(
                "ksd,sd->sk", at, self.network.known_vectors(part, slice(None))
            )
            return found

        return deleted_shares(value, _as_documents(self.texts), alone=True)


def _as_documents(texts: EncodedTexts) -> EncodedTexts:
    """Each sentence as a document."""
    ones = np.ones_like(texts.sentence_lengths)
    return replace(
        texts,
        document_sentences=ones,
        cut=ones > 1,
        side=np.zeros((len(ones), 0), np.float32),
    )


class _PooledSentences:
    """Sentence vectors made into document vectors, and the gradient of that.

    Args:
        pooling: The sentence encoder and its attention.
        table: Projected sentence vectors, `(sentences, width)`.
        counts: Sentences of each document, `(n,)`.
        beside: What stands beside the annotations, `(sentences, E)`, if anything.
    """

    def __init__(
        self,
        pooling: NumpySequencePooling,
        table: Floats,
        counts: Integers,
        beside: Floats | None,
    ) -> None:
        self.attention, self.width = pooling.attention, pooling.encoder.features
        self.owner = np.repeat(np.arange(len(counts)), counts)
        self.states, self.back = _annotated(pooling.encoder, table, counts)
        if beside is not None:
            self.states = np.append(self.states, beside, axis=1)
        self.weights = np.zeros(len(table), np.float32)
        if len(table):
            with_any = counts[counts > 0]
            self.weights = self.attention.weights(self.states, with_any)[0]
        self.vectors = pooled(self.states, self.weights, counts)

    @cached_property
    def _slopes(self) -> Floats:
        """How attention's scores follow its projection, `(sentences, units)`."""
        attention = self.attention
        hidden = np.tanh(self.states @ attention.kernel + attention.bias)
        return np.asarray(attention.context[:, 0] * (1 - hidden**2))

    def _weighed(self, at: Floats, direction: Floats) -> Floats:
        """Gradients at sentences that share the attention of their document."""
        attention = self.attention
        said = (self.states * at).sum(axis=1)
        mean = (self.vectors * direction).sum(axis=1)[self.owner]
        at_scores = self.weights * (said - mean)
        at_hidden = at_scores[:, None] * self._slopes
        found: Floats = self.weights[:, None] * at + at_hidden @ attention.kernel.T
        return found

    def gradient(self, direction: Floats) -> tuple[Floats, Floats]:
        """Of the products of document vectors and `(n, features)`.

        Returns:
            At the table, and at what stands beside the annotations.
        """
        found = direction[self.owner]
        if (np.diff(self.owner) == 0).any():
            found = self._weighed(found, direction)
        at_states, beside = np.split(found, [self.width], axis=1)
        return self.back(np.ascontiguousarray(at_states)), beside


def _projection(encoder: Encoder) -> Floats:
    """What `encoder.project` multiplies vectors by."""
    if isinstance(encoder, NumpyRecurrentEncoder):
        return encoder.kernel
    return np.concatenate(list(encoder.kernel), axis=1)


def _annotated(
    encoder: Encoder, table: Floats, lengths: Integers
) -> tuple[Floats, Back]:
    """Annotations of projected vectors, and how their gradient goes back to these."""
    if isinstance(encoder, NumpyRecurrentEncoder):
        return _recurrent(encoder, table, lengths)
    return _convolved(encoder, table, lengths)


def _recurrent(
    encoder: NumpyRecurrentEncoder, table: Floats, lengths: Integers
) -> tuple[Floats, Back]:
    weights = Weights(table, encoder.recurrent, encoder.state_bias)
    each = np.arange(len(table), dtype=np.int32)
    packed = PackedRows(each, *packed_rows(lengths.astype(np.int32)))
    states, traces = annotate(weights, packed)

    def back(at_states: Floats) -> Floats:
        return annotate_gradient(at_states, weights, packed, each, traces)[0]

    return states, back


def _convolved(
    encoder: NumpyConvolutionalEncoder, table: Floats, lengths: Integers
) -> tuple[Floats, Back]:
    each, width = np.arange(len(table)), len(encoder.kernel)
    counts = lengths[lengths > 0]
    states = encoder.annotate(table, each, counts)
    owner = np.repeat(np.arange(len(counts)), counts)

    def back(at_states: Floats) -> Floats:
        at_sums, found = at_states * (1 - states**2), np.zeros_like(table)
        for tap, at_tap in enumerate(np.split(found, width, axis=1)):
            offset = tap - width // 2
            inside = each[(each + offset >= 0) & (each + offset < len(each))]
            inside = inside[owner[inside] == owner[inside + offset]]
            at_tap[inside + offset] += at_sums[inside]
        return found

    return states, back
