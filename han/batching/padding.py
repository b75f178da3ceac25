"""Batches as rectangles: each sentence as long as the longest of the batch."""

from __future__ import annotations

import numpy as np

from han.batching.packing import word_inputs
from han.code_list.taxonomy import IntArray
from han.text.subwords import Subwords
from han.text.text_encoder import EncodedTexts

PADDED_SHAPES: dict[str, tuple[None, ...]] = {
    "words": (None,),
    "word_index": (None, None),
    "field_ids": (None,),
    "sentence_index": (None, None),
}


def padded_inputs(
    texts: EncodedTexts, subwords: Subwords | None = None
) -> dict[str, IntArray]:
    """One batch as the padded network reads it.

    A last sentence of one unknown word, which is in no document, is added: so there is
    always a sentence, and the rows are those of `han.batching.packing.packed_inputs`.

    Args:
        texts: The documents.
        subwords: As for `han.batching.packing.packed_inputs`.

    Returns:
        * `words` `(u,)`: the distinct word ids of the batch; and what
          `han.batching.packing.word_inputs` has.
        * `word_index` `(n, T)`: which of them each word is, -1 where padded.
        * `field_ids` `(n,)`: field of each sentence.
        * `sentence_index` `(B, S)`: row of each sentence of each document, -1 where it
          has no more.
    """
    words, source = word_inputs(texts, subwords)
    lengths = np.append(texts.sentence_lengths, np.int32(1))
    counts = texts.document_sentences
    num_sentences = np.arange(len(texts.sentence_lengths))
    return {
        **words,
        "word_index": _rectangle(source, lengths),
        "field_ids": np.append(texts.sentence_fields, np.int32(0)),
        "sentence_index": _rectangle(num_sentences, counts),
    }


def _rectangle(values: np.ndarray, lengths: IntArray) -> IntArray:
    """Values row by row, `lengths[i]` in row i, -1 after them; at least one wide."""
    width = int(lengths.max(initial=1))
    rows = np.full((len(lengths), width), -1, np.int32)
    rows[np.arange(width) < lengths[:, None]] = values
    return rows
