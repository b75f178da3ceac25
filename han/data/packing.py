"""Batches without padding: rows of all sequences, time step after time step.

Sequences (the sentences of a batch, or its documents) are sorted by length. Step `t`
holds one row for each sequence longer than `t`, so the sequences alive at a step are
the first ones of the step before: a recurrent state shrinks from the end and no row is
ever padding. The reversed sequences have the same lengths, hence the same steps.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from han.taxonomy import IntArray
from han.text.encoding import EncodedTexts, starts
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


def packed_inputs(texts: EncodedTexts) -> dict[str, IntArray]:
    """One batch as the packed network reads it.

    A last sentence of one unknown word, in a last document of its own, is added: so
    there is always a sentence, and no document after the last one that has any. The
    network leaves that document out of its result.

    Returns:
        * `words` `(u,)`: the distinct word ids of the batch.
        * `word_source` `(M,)`: position in `words` of each word, in reading order.
        * `word_sort` `(M,)`: the words, sorted by `word_source`.
        * `word_rows`, `word_order` `(2, M)`: see `packed_rows`, for words in sentences.
        * `word_steps` `(T,)`: number of sentences longer than each step.
        * `word_segments` `(M,)`: sentence of each word.
        * `field_ids` `(n,)`: field of each sentence.
        * `sentence_rows`, `sentence_order`, `sentence_steps`, `sentence_segments`: the
          same for sentences in documents.
        * `document_sentences` `(B,)`: number of sentences of each document.
    """
    ids = np.append(texts.word_ids, np.int32(UNKNOWN_ID))
    lengths = np.append(texts.sentence_lengths, np.int32(1))
    counts = np.append(texts.document_sentences, np.int32(1))
    words, source = np.unique(ids, return_inverse=True)
    return {
        "words": words.astype(np.int32),
        "word_source": source.astype(np.int32),
        "word_sort": np.argsort(source, kind="stable").astype(np.int32),
        **_named("word", lengths),
        "field_ids": np.append(texts.sentence_fields, np.int32(0)),
        **_named("sentence", counts),
        "document_sentences": texts.document_sentences,
    }


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


def packed_rows(lengths: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Where each element of each sequence stands when rows go step by step.

    Args:
        lengths: Number of elements of each sequence, `(n,)`; 0 is allowed.

    Returns:
        * rows `(2, M)`: row of each element, in reading order; first read forward, then
          read from the end of its sequence.
        * order `(2, M)`: the element that stands in each row; the inverse of `rows`.
        * steps `(T,)`: number of rows of each step, never growing.

    Example:
        >>> rows, _, steps = packed_rows(np.array([1, 2], np.int32))
        >>> rows.tolist(), steps.tolist()
        ([[1, 0, 2], [1, 2, 0]], [2, 1])
    """
    ranks = np.empty(len(lengths), np.int64)
    ranks[np.argsort(-lengths, kind="stable")] = np.arange(len(lengths))
    longest = int(lengths.max(initial=0))
    # Number of sequences longer than t: those that have not ended by then.
    steps = len(lengths) - np.cumsum(np.bincount(lengths, minlength=longest + 1))
    steps = steps[:longest]
    offsets = np.cumsum(steps) - steps
    place = np.arange(int(lengths.sum())) - np.repeat(starts(lengths), lengths)
    from_end = np.repeat(lengths, lengths) - 1 - place
    rank = np.repeat(ranks, lengths)
    rows = np.stack([offsets[place] + rank, offsets[from_end] + rank])
    return rows.astype(np.int32), _inverse(rows), steps.astype(np.int32)


def _inverse(permutations: npt.NDArray[np.int64]) -> IntArray:
    inverse = np.empty(permutations.shape, np.int32)
    np.put_along_axis(
        inverse, permutations, np.arange(permutations.shape[1], dtype=np.int32)[None], 1
    )
    return inverse
