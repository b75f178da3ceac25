"""Hashed tables of a run: nobody reads them, but guesses can be tried."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from han.disclosure.artefact_texts import Artefact, Hashes
from han.disclosure.findings import Finding
from han.disclosure.respondent_texts import Document, RespondentTexts
from han.runs.run_files import SEEN_TEXTS_FILE
from han.text.light_stems import light_stem
from han.linear.ngram_features import LONGEST, SHORTEST
from han.text.ngrams import EDGE, letter_ngrams, pair_hashes, word_hashes


def hashed_findings(artefact: Artefact, known: RespondentTexts) -> Iterator[Finding]:
    """Rare words and pairs whose hashes a file holds, and texts that follow from them.

    Hashes of n-grams have no key, so that whoever guesses a word can see whether it is
    there; of words in the clear all pairs can be tried.

    Args:
        artefact: The file.
        known: The records of the training.
    """
    if artefact.name.endswith(SEEN_TEXTS_FILE):
        number = sum(map(len, artefact.hashes))
        yield Finding(artefact.name, "guessed_texts", number)
        return
    words = list(known.words)
    letters = np.unique(letter_ngrams(words, SHORTEST, LONGEST).values)
    for table in artefact.hashes:
        forms = {stems: _hashes(words, stems) for stems in (False, True)}
        hits = {stems: int(_in(table, own).sum()) for stems, own in forms.items()}
        # Words and letter sequences share a few hashes by chance.
        if _in(table, letters).sum() > max(hits.values()):
            yield from _of_letters(artefact.name, known, table)
        elif max(hits.values()):
            own = forms[hits[True] > hits[False]]
            hash_of = dict(zip(words, own, strict=True))
            yield from _of_words(artefact.name, known, hash_of, table)


def _of_letters(file: str, known: RespondentTexts, table: Hashes) -> Iterator[Finding]:
    """Words so short that a letter sequence goes from edge to edge of them."""
    short = sorted(w for w in known.rare if len(w) + 2 * len(EDGE) <= LONGEST)
    found = letter_ngrams(short, SHORTEST, LONGEST)
    whole = found.values[np.cumsum(found.lengths) - 1]  # the longest is the last one
    there = _in(table, whole).tolist()
    hits = tuple(word for word, is_there in zip(short, there, strict=True) if is_there)
    if hits:
        yield Finding(file, "rare_hashed_words", len(hits), hits)


def _of_words(
    file: str, known: RespondentTexts, hash_of: dict[str, np.uint64], table: Hashes
) -> Iterator[Finding]:
    """Words and pairs, as they are or without endings."""
    pairs = list(known.pairs)
    first, second = (
        np.array([hash_of[pair[side]] for pair in pairs], np.uint64) for side in (0, 1)
    )
    words = np.array(list(hash_of.values()), np.uint64)
    has_word = dict(zip(hash_of, _in(table, words).tolist(), strict=True))
    there = _in(table, pair_hashes(first, second)).tolist()
    yield from _of_table(file, known, has_word, dict(zip(pairs, there, strict=True)))


def _of_table(
    file: str,
    known: RespondentTexts,
    has_word: dict[str, bool],
    has_pair: dict[tuple[str, str], bool],
) -> Iterator[Finding]:
    words = sorted(word for word in known.rare if has_word[word])
    rare = {pair for pair, times in known.pairs.items() if times < known.least}
    pairs = {p for p in rare if has_pair[p] and not known.public.issuperset(p)}
    texts = sorted(
        " ".join(text)
        for text in known.rare_texts
        if _is_chain(text, has_word, has_pair) and not pairs.isdisjoint(pairwise(text))
    )
    for kind, hits in (
        ("rare_hashed_words", words),
        ("rare_hashed_pairs", sorted(map(" ".join, pairs))),
        ("rebuilt_texts", texts),
    ):
        if hits:
            yield Finding(file, kind, len(hits), tuple(hits))


def _is_chain(
    text: Document,
    has_word: dict[str, bool],
    has_pair: dict[tuple[str, str], bool],
) -> bool:
    """Whether all words of a text, and all its pairs, are in the table."""
    return all(map(has_word.__getitem__, text)) and all(
        has_pair[pair] for pair in pairwise(text)
    )


def _hashes(words: Sequence[str], stems: bool) -> Hashes:
    return word_hashes([*map(light_stem, words)] if stems else words)


def _in(table: Hashes, asked: Hashes) -> npt.NDArray[np.bool_]:
    """Whether each hash is in a sorted table."""
    if not len(table):
        return np.zeros(len(asked), bool)
    places = np.minimum(np.searchsorted(table, asked), len(table) - 1)
    return np.asarray(table[places] == asked)
