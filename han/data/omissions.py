"""Augmentation that leaves out or reorders fields and words.

Each function takes the documents of an epoch, a probability for each and the random
numbers of the epoch; it leaves no document without words that had some.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from han.data.random_draws import Draws, Floats
from han.kernels.ragged_ranges import ranges, starts
from han.text.encoded_texts import EncodedTexts

Mask = npt.NDArray[np.bool_]


def drop_fields(texts: EncodedTexts, chances: Floats, draws: Draws) -> EncodedTexts:
    """Documents with each field blank by chance, but one of those that have words.

    Args:
        texts: The documents, `(n,)`.
        chances: Probability that a field of each document goes, `(n,)`.
        draws: The epoch.
    """
    documents, of_sentence = texts.sentence_documents, texts.sentence_fields
    shape = len(texts), int(of_sentence.max(initial=0)) + 1
    filled = np.zeros(shape, bool)
    filled[documents, of_sentence] = True
    every = np.arange(shape[0])[:, None], np.arange(shape[1])
    luck = np.where(filled, draws.within("field_dropout", *every), -1.0)
    stays = luck >= chances[:, None]
    stays[np.arange(shape[0]), luck.argmax(axis=1)] = True
    stays = stays[documents, of_sentence]
    return kept(texts, np.repeat(stays, texts.sentence_lengths))


def shorten(texts: EncodedTexts, chances: Floats, draws: Draws) -> EncodedTexts:
    """Documents of which some are a part of themselves, without a gap.

    A document of several sentences becomes its first one in half of the cases. Else
    half of its words or more stay: its first ones, or some from anywhere.

    Args:
        texts: The documents, `(n,)`.
        chances: Probability that each is made shorter, `(n,)`.
        draws: The epoch.
    """
    sizes = texts.document_words.astype(np.int64)
    chosen = (draws.of_documents("shorter") < chances) & (sizes > 1)
    least = -(-sizes // 2)
    length = least + draws.of_documents("shorter: length") * (sizes - least)
    length = np.where(chosen, length.astype(np.int64), sizes)
    anywhere = draws.of_documents("shorter: from the middle") < 0.5
    begin = draws.of_documents("shorter: begin") * (sizes - length + 1)
    begin = np.where(anywhere, begin.astype(np.int64), 0)
    one = chosen & (texts.document_sentences > 1)
    one &= draws.of_documents("shorter: first sentence") < 0.5
    begin[one] = 0
    length[one] = texts.sentence_lengths[starts(texts.document_sentences)[one]]
    documents, places = addresses(texts)
    places = places - begin[documents]
    return kept(texts, (places >= 0) & (places < length[documents]))


def drop_words(texts: EncodedTexts, chances: Floats, draws: Draws) -> EncodedTexts:
    """Documents with some words left out, but never all.

    Args:
        texts: The documents, `(n,)`.
        chances: Probability that a word of each document goes, `(n,)`.
        draws: The epoch.
    """
    documents, places = addresses(texts)
    luck = draws.within("word_dropout", documents, places)
    stays = luck >= chances[documents]
    luckiest = np.zeros(len(texts))
    np.maximum.at(luckiest, documents, luck)
    return kept(texts, stays | (luck == luckiest[documents]))


def shuffle_fields(texts: EncodedTexts, chances: Floats, draws: Draws) -> EncodedTexts:
    """Documents of which some have their fields in another order.

    The sentences of a field stay together and in order.

    Args:
        texts: The documents, `(n,)`.
        chances: Probability that each is shuffled, `(n,)`.
        draws: The epoch.
    """
    documents = texts.sentence_documents
    chosen = draws.of_documents("field_shuffle") < chances
    rank = draws.within("field_shuffle: order", documents, texts.sentence_fields)
    order = np.lexsort((np.where(chosen[documents], rank, 0.0), documents))
    lengths = texts.sentence_lengths[order]
    words = ranges(starts(texts.sentence_lengths)[order], lengths)
    return replace(
        texts,
        word_ids=texts.word_ids[words],
        sentence_lengths=lengths,
        sentence_fields=texts.sentence_fields[order],
    )


def addresses(
    texts: EncodedTexts,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Document of each word, `(words,)`, and its place there."""
    sizes = texts.document_words
    documents = np.repeat(np.arange(len(texts)), sizes)
    return documents, np.arange(len(documents)) - starts(sizes)[documents]


def kept(texts: EncodedTexts, words: Mask) -> EncodedTexts:
    """The documents with some of their words; sentences without any are gone."""
    count = len(texts.sentence_lengths)
    sentences = np.repeat(np.arange(count), texts.sentence_lengths)
    lengths = np.bincount(sentences[words], minlength=count)
    filled = lengths > 0
    per_document = np.bincount(texts.sentence_documents[filled], minlength=len(texts))
    return replace(
        texts,
        word_ids=texts.word_ids[words],
        sentence_lengths=lengths[filled].astype(np.int32),
        sentence_fields=texts.sentence_fields[filled],
        document_sentences=per_document.astype(np.int32),
    )
