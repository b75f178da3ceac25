"""Batches without padding, as the packed network reads them.

How their rows are laid out: `han.kernels.packed_rows`.
"""

from __future__ import annotations

import numpy as np

from han.code_list.taxonomy import IntArray
from han.kernels.packed_rows import packed_rows, sorted_order
from han.text.subwords import Subwords
from han.text.text_encoder import EncodedTexts
from han.text.vocabulary import UNKNOWN_ID

PACKED_SHAPES: dict[str, tuple[int | None, ...]] = {
    "words": (None,),
    "word_source": (None,),
    "word_sort": (None,),
    "word_rows": (2, None),
    "word_order": (2, None),
    "word_steps": (None,),
    "word_segments": (None,),
    "field_ids": (None,),
    "sentence_rows": (2, None),
    "sentence_order": (2, None),
    "sentence_steps": (None,),
    "sentence_segments": (None,),
    "document_sentences": (None,),
}
SUBWORD_SHAPES: dict[str, tuple[None]] = {
    "word_places": (None,),
    "subwords": (None,),
    "subword_places": (None,),
    "subword_words": (None,),
}


def packed_inputs(
    texts: EncodedTexts, subwords: Subwords | None = None
) -> dict[str, IntArray]:
    """One batch as the packed network reads it.

    A last sentence of one unknown word, in a last document of its own, is added: so
    there is always a sentence, and no document after the last one that has any. The
    network leaves that document out of its result.

    Args:
        texts: The documents.
        subwords: Rows of letter sequences, for a network that looks into words: then
            unknown words are as distinct as others.

    Returns:
        * `words` `(u,)`: the distinct word ids of the batch; and what `word_inputs`
          has.
        * `word_source` `(M,)`: which of them each word is, in reading order.
        * `word_sort` `(M,)`: the words, sorted by `word_source`.
        * `word_rows`, `word_order` `(2, M)`: see `packed_rows`, for words in sentences.
        * `word_steps` `(T,)`: number of sentences longer than each step.
        * `word_segments` `(M,)`: sentence of each word.
        * `field_ids` `(n,)`: field of each sentence.
        * `sentence_rows`, `sentence_order`, `sentence_steps`, `sentence_segments`: the
          same for sentences in documents.
        * `document_sentences` `(B,)`: number of sentences of each document.
    """
    lengths = np.append(texts.sentence_lengths, np.int32(1))
    counts = np.append(texts.document_sentences, np.int32(1))
    words, source = word_inputs(texts, subwords)
    return {
        **words,
        "word_source": source,
        "word_sort": sorted_order(source, int(source.max())).astype(np.int32),
        **_named("word", lengths),
        "field_ids": np.append(texts.sentence_fields, np.int32(0)),
        **_named("sentence", counts),
        "document_sentences": texts.document_sentences,
    }


def word_inputs(
    texts: EncodedTexts, subwords: Subwords | None
) -> tuple[dict[str, IntArray], IntArray]:
    """The distinct words of a batch, and which of them each word is.

    One unknown word is added at the end.

    Returns:
        * `words`, the distinct word ids. With subwords it holds the unknown word once,
          however it is spelled, and there are `word_places` `(u,)`: place in it of each
          distinct word, and their letter sequences: `subwords` `(r,)`, the distinct
          rows; `subword_places` `(k,)`, place in these of each sequence of each word;
          `subword_words` `(k,)`, its word, never falling.
        * Number of each word among the distinct ones, `(M + 1,)`.
    """
    if subwords is None:
        words, source = distinct(np.append(texts.vocabulary_ids, np.int32(UNKNOWN_ID)))
        return {"words": words}, source
    texts = texts.compact()
    ids = np.append(texts.spelled_ids(subwords.num_ids), np.int32(UNKNOWN_ID))
    spelled, source = distinct(ids)
    is_known = spelled < subwords.num_ids
    words, places = distinct(np.where(is_known, spelled, np.int32(UNKNOWN_ID)))
    letters = subwords.rows(spelled, texts.unknown)
    rows, row_places = distinct(letters.values)
    return {
        "words": words,
        "word_places": places,
        "subwords": rows,
        "subword_places": row_places,
        "subword_words": np.repeat(
            np.arange(len(spelled), dtype=np.int32), letters.lengths
        ),
    }, source


def _named(level: str, lengths: IntArray) -> dict[str, IntArray]:
    rows, order, steps = packed_rows(lengths)
    return {
        f"{level}_rows": rows,
        f"{level}_order": order,
        f"{level}_steps": steps,
        f"{level}_segments": np.repeat(
            np.arange(len(lengths), dtype=np.int32), lengths
        ),
    }


def distinct(ids: IntArray) -> tuple[IntArray, IntArray]:
    """What `np.unique(ids, return_inverse=True)` gives, without sorting.

    Args:
        ids: Word ids, at least one; none below 0.

    Example:
        >>> distinct(np.array([7, 2, 7], np.int32))
        (array([2, 7], dtype=int32), array([1, 0, 1], dtype=int32))
    """
    is_there = np.zeros(int(ids.max()) + 1, bool)
    is_there[ids] = True
    found = np.flatnonzero(is_there).astype(np.int32)
    place = np.empty(len(is_there), np.int32)
    place[found] = np.arange(len(found), dtype=np.int32)
    return found, place[ids]
