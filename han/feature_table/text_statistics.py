"""Numbers that say how a text is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from han.text.text_encoder import TextEncoder
from han.text.tokenised_texts import TokenisedTexts

Columns: TypeAlias = Mapping[str, Sequence[str]]
STATISTICS = {
    "character_count": "characters of all fields",
    "word_count": "words, those beyond the limits of the fields included",
    "sentence_count": "sentences that are read",
    "avg_sentence_length": "words that are read by sentence",
    "avg_word_length": "letters by word that is read",
    "unique_word_ratio": "different words by word that is read",
    "digit_ratio": "digits by character",
    "capital_ratio": "capitals by letter",
}


def text_statistics(
    columns: Columns,
    documents: TokenisedTexts,
    names: Sequence[str],
) -> dict[str, npt.NDArray[np.float64]]:
    """The numbers of `STATISTICS`, `(n,)` each; 0 where a text has no word.

    Args:
        columns: Texts by field name.
        documents: The same, tokenised.
        names: The fields, in order.
    """
    rows = list(zip(*(columns[name] for name in names), strict=True))
    texts = documents.texts
    words = texts.document_words.astype(float)
    sentences = texts.document_sentences.astype(float)
    number = np.repeat(np.arange(len(texts)), texts.document_words)
    lengths = np.array([len(word) for word in documents.words] or [0], float)
    letters = np.bincount(number, lengths[texts.word_ids], len(texts)).astype(float)
    size = max(len(documents.words), 1)
    different = np.unique(number * size + texts.word_ids) // size
    unique = np.bincount(different.astype(np.int64), minlength=len(texts)).astype(float)
    characters = np.array([sum(map(len, row)) for row in rows], float)
    digits, capitals, alphas = (
        np.array([sum(map(test, "".join(row))) for row in rows], float)
        for test in (str.isdigit, str.isupper, str.isalpha)
    )
    values = (
        *(characters, documents.num_words.astype(float), sentences),
        *(_by(words, sentences), _by(letters, words), _by(unique, words)),
        *(_by(digits, characters), _by(capitals, alphas)),
    )
    return dict(zip(STATISTICS, values, strict=True))


def text_flags(
    columns: Columns,
    documents: TokenisedTexts,
    encoder: TextEncoder,
) -> dict[str, npt.NDArray[np.float64]]:
    """Shares and flags of unknown words and blanks, `(n,)` each."""
    texts = encoder.look_up(documents)
    words = texts.document_words.astype(float)
    said = encoder.flags(columns, texts)
    flags = {f"is_{name}": (said == name).astype(float) for name in FLAGS}
    return {"unknown_word_ratio": _by(words - texts.known_words, words), **flags}


FLAGS = {
    "blank": "nothing is written",
    "non_answer": "what is written is no answer",
    "unknown_words": "no word is in the vocabulary",
    "other_language": "words of another language",
    "odd_characters": "characters as no training text has them",
    "cut": "words beyond the limits of the fields were not read",
}


def _by(
    part: npt.NDArray[np.float64], whole: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    found: npt.NDArray[np.float64] = np.divide(
        part, whole, out=np.zeros(len(whole)), where=whole > 0
    )
    return found
