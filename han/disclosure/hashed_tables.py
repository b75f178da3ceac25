"""Hashed tables of a run: nobody reads them, but guesses can be tried."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from han.disclosure.artefact_texts import Artefact, Hashes
from han.disclosure.findings import Finding
from han.disclosure.respondent_texts import Document, RespondentTexts
from han.linear.ngram_features import LONGEST, SHORTEST
from han.runs.run_files import SEEN_TEXTS_FILE
from han.text.light_stems import light_stem
from han.text.ngrams import EDGE, letter_ngrams, pair_hashes, word_hashes

Thing = TypeVar("Thing")


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
        yield Finding(file, "rare_short_words", len(hits), hits)


def _of_words(
    file: str, known: RespondentTexts, hash_of: dict[str, np.uint64], table: Hashes
) -> Iterator[Finding]:
    """Words and pairs, as they are or without endings, and texts made of them."""
    words, pairs = list(hash_of), list(known.pairs)
    first, second = (
        np.array([hash_of[pair[side]] for pair in pairs], np.uint64) for side in (0, 1)
    )
    own, paired = np.array(list(hash_of.values())), pair_hashes(first, second)
    has_word = dict(zip(words, _in(table, own).tolist(), strict=True))
    has_pair = dict(zip(pairs, _in(table, paired).tolist(), strict=True))
    few = _few(own, list(known.words.values()), known.least)
    rare_words = {w for w in _where(words, few) if has_word[w]} & known.rare
    few = _few(paired, list(known.pairs.values()), known.least)
    rare_pairs = {
        pair
        for pair in _where(pairs, few)
        if has_pair[pair] and not known.public.issuperset(pair)
    }
    texts = {
        text
        for text in known.rare_texts
        if _is_chain(text, has_word, has_pair)
        and not rare_pairs.isdisjoint(pairwise(text))
    }
    for kind, hits in (
        ("rare_hashed_words", sorted(rare_words)),
        ("rare_hashed_pairs", sorted(map(" ".join, rare_pairs))),
        ("rebuilt_texts", sorted(map(" ".join, texts))),
    ):
        if hits:
            yield Finding(file, kind, len(hits), tuple(hits))


def _few(hashes: Hashes, counts: list[int], least: int) -> list[bool]:
    """Whether few records have a hash: forms of a word that share one are added."""
    _, place = np.unique(hashes, return_inverse=True)
    few = np.bincount(place, counts)[place] < least
    return [bool(is_rare) for is_rare in few]


def _where(things: list[Thing], chosen: list[bool]) -> set[Thing]:
    return {thing for thing, is_it in zip(things, chosen, strict=True) if is_it}


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
