"""Texts unlike those of training: far longer, in odd characters, in another language.

They are marked, never changed. The limits are learnt from the training texts, so that
what is usual there is no outlier later.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from han.code_list.code_spelling import LOOK_LATIN
from han.text.cleaning import ISO_CODES, Cleaner
from han.text.encoded_texts import EncodedTexts

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

LANGUAGES = tuple(ISO_CODES)
QUANTILE = 0.99
TIMES_LONGER = 3  # than all but one in a hundred training texts
TIMES_ODDER = 2
LEAST_ODD_SHARE = 0.1
MORE_FOREIGN_WORDS = 2  # one may be a name
SPOKEN_SHARE = 0.05  # of the training texts, for a language that is no outlier

# The English list has letters and country codes, such as `es` and `de`: of the words
# that other languages have, too, these alone are English.
_ENGLISH = frozenset(
    "a all also am an as come do for has he i in me mine no on or so was will".split()
)

_ODD = re.compile(r"[^\w\s.,;:!?()\[\]\"'«»“”‘’´`/&%+°ºª$€¿¡…–—-]|_")
# What UTF-8 looks like when it is read as Latin-1 ("Ã±"), a character that could not be
# read, and control characters.
_BROKEN = re.compile(
    "[ÂÃ][\x80-\xbf‚ƒ„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œ]|â€|\ufffd|[\x00-\x08\x0e-\x1f\x7f]"
)
# Letters that look Latin inside of a Latin word: it is another word than it seems.
_DISGUISED = re.compile(f"[a-zA-Z][{LOOK_LATIN}]|[{LOOK_LATIN}][a-zA-Z]")
_SUSPECT = re.compile(f"{_ODD.pattern}|[ÂÃâ{LOOK_LATIN}]")
_LAST = 0x10000  # stands for all characters from here on, which are rare


def odd_shares(texts: Sequence[str]) -> FloatArray:
    """Share of odd characters in each text; 1 where an encoding has gone wrong.

    It is 1, too, where a word has letters of another alphabet that look Latin.

    Letters, digits, spaces and the usual marks of writing are not odd.

    Example:
        >>> odd_shares(["pan, leche", "pan ###", "niÃ±o"]).round(2).tolist()
        [0.0, 0.43, 1.0]
    """
    # Hardly any text has a suspect: a table finds them much faster than a pattern.
    joined = "".join(texts).encode("utf-32-le", "surrogatepass")
    characters = np.frombuffer(joined, np.uint32)
    places = np.flatnonzero(_suspects()[np.minimum(characters, _LAST)])
    ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)))
    shares = np.zeros(len(texts))
    for row in np.unique(np.searchsorted(ends, places, side="right")).tolist():
        shares[row] = _odd_share(texts[row])
    return shares


@lru_cache(maxsize=1)
def _suspects() -> BoolArray:
    """Whether a text with a character must be looked into, by code point."""
    return np.array([bool(_SUSPECT.match(chr(c))) for c in range(_LAST)] + [True])


def _odd_share(text: str) -> float:
    if _BROKEN.search(text) or _DISGUISED.search(text):
        return 1.0
    return len(_ODD.findall(text)) / len(text)


def num_characters(columns: Sequence[Sequence[str]]) -> npt.NDArray[np.int64]:
    """Characters of each document in all of its fields."""
    sizes = [np.fromiter(map(len, texts), np.int64, len(texts)) for texts in columns]
    total: npt.NDArray[np.int64] = np.sum(sizes, axis=0, dtype=np.int64)
    return total


@lru_cache(maxsize=8)
def _function_words(cleaner: Cleaner) -> Mapping[str, npt.NDArray[np.int8]]:
    """Languages in which a word, as it is cleaned, has a function: 0 or 1 of each."""
    from stop_words import get_stop_words

    lists = {name: set(get_stop_words(code)) for name, code in ISO_CODES.items()}
    others = set().union(*(lists[name] for name in lists if name != "english"))
    lists["english"] -= others - _ENGLISH
    found: dict[str, npt.NDArray[np.int8]] = {}
    for place, words in enumerate(lists.values()):
        for word in filter(None, map(cleaner.clean, words)):
            found.setdefault(word, np.zeros(len(lists), np.int8))[place] = 1
    return found


def language_table(words: Sequence[str], cleaner: Cleaner) -> npt.NDArray[np.int8]:
    """Whether each word is a function word of each of `LANGUAGES`, `(words, 6)`."""
    known = _function_words(replace(cleaner, remove_stop_words=False))
    table = np.zeros((len(words), len(LANGUAGES)), np.int8)
    for row, word in enumerate(words):
        if word in known:
            table[row] = known[word]
    return table


def language_counts(
    texts: EncodedTexts, vocabulary: npt.NDArray[np.int8], cleaner: Cleaner
) -> FloatArray:
    """Distinct function words of each language in each document, `(n, 6)`.

    Args:
        texts: The documents.
        vocabulary: `language_table` of the words of the vocabulary, by id.
        cleaner: What cleaned the words.
    """
    # Unknown words have the ids -1, -2 and so on: they stand at the end, backwards.
    unknown = language_table(texts.unknown, cleaner)[::-1]
    table = np.concatenate([vocabulary, unknown])
    is_telling: BoolArray = np.any(table, axis=1)
    hits = np.flatnonzero(is_telling[texts.word_ids])
    documents = np.repeat(texts.sentence_documents, texts.sentence_lengths)[hits]
    # A name that is repeated (Van, Per) is no language.
    pairs = np.unique(
        documents * np.int64(len(table)) + texts.word_ids[hits] % len(table)
    )
    documents, words = np.divmod(pairs, len(table))
    return np.stack(
        [np.bincount(documents, c, minlength=len(texts)) for c in table[words].T],
        axis=1,
    )


@dataclass(frozen=True)
class OutlierLimits:
    """From where on a text is an outlier.

    Attributes:
        characters: Most characters of a document that is not `long`.
        odd_share: Largest share of odd characters in a field.
        languages: Languages that are spoken here.
    """

    characters: int
    odd_share: float
    languages: tuple[str, ...]

    @classmethod
    def learn(
        cls, columns: Sequence[Sequence[str]], counts: FloatArray, language: str
    ) -> OutlierLimits:
        """Limits that hardly any training text exceeds.

        Args:
            columns: Training texts of each field.
            counts: Their `language_counts`.
            language: The language that the experiment names; it is always spoken.

        Example:
            >>> OutlierLimits.learn([["pan", "sal"]], np.zeros((2, 6)), "spanish")
            OutlierLimits(characters=9, odd_share=0.1, languages=('spanish',))
        """
        sizes = num_characters(columns)
        odd = np.max([odd_shares(texts) for texts in columns], axis=0)
        usual = np.quantile(odd[odd < 1], QUANTILE) if (odd < 1).any() else 0.0
        return cls(
            TIMES_LONGER * int(np.quantile(sizes, QUANTILE, method="higher")),
            max(LEAST_ODD_SHARE, TIMES_ODDER * float(usual)),
            _spoken(counts, language),
        )

    def long(self, columns: Sequence[Sequence[str]]) -> BoolArray:
        """Documents far longer than those of training, `(n,)`."""
        return num_characters(columns) > self.characters

    def odd(self, columns: Sequence[Sequence[str]]) -> BoolArray:
        """Documents with a field of odd or broken characters, `(n,)`."""
        shares = np.array([odd_shares(texts) for texts in columns])
        is_odd: BoolArray = np.any(shares > min(self.odd_share, 1 - 1e-9), axis=0)
        return is_odd

    def foreign(self, counts: FloatArray) -> BoolArray:
        """Documents with more function words of a language not spoken here, `(n,)`."""
        spoken = np.isin(LANGUAGES, self.languages)
        if spoken.all():
            return np.zeros(len(counts), bool)
        return _exceeds(counts[:, ~spoken].max(axis=1), counts[:, spoken].max(axis=1))

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form, for `from_dict`."""
        return asdict(self)

    @classmethod
    def from_dict(cls, form: Mapping[str, Any]) -> OutlierLimits:
        """Limits from what `to_dict` gave."""
        return cls(form["characters"], form["odd_share"], tuple(form["languages"]))


def _exceeds(foreign: FloatArray, own: FloatArray) -> BoolArray:
    return foreign - own >= MORE_FOREIGN_WORDS


def _spoken(counts: FloatArray, language: str) -> tuple[str, ...]:
    """The named language, and those of more than a few of the training texts."""
    own = counts[:, LANGUAGES.index(language)]
    telling = max(int((counts.max(axis=1) >= MORE_FOREIGN_WORDS).sum()), 1)
    is_best = counts == counts.max(axis=1, keepdims=True)
    return tuple(
        name
        for place, name in enumerate(LANGUAGES)
        if name == language
        or (_exceeds(counts[:, place], own) & is_best[:, place]).sum()
        > SPOKEN_SHARE * telling
    )
