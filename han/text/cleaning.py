"""Normalises words: case, accents, numbers, stop words, stems, lemmas.

Here are also the codes of the languages (`ISO_CODES`), the words that no list may take
away (`PROTECTED`), and the key under which two answers are the same text (`normalise`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from han.errors import InputError
from han.tables.visible_text import visible_text

if TYPE_CHECKING:
    from han.config.text_config import Language, Numbers, WordForm

ISO_CODES: dict[Language, str] = {
    "spanish": "es",
    "english": "en",
    "portuguese": "pt",
    "french": "fr",
    "italian": "it",
    "german": "de",
}
NUMBER = "<number>"

# A negation turns an answer round ("sin empleados"), so no list may take it away.
_NEGATIONS = """
    no ni sin nunca jamás jamas nada nadie ningún ninguno ninguna ningunos ningunas
    tampoco apenas excepto salvo
    not nor without never none nothing neither cannot except
    não nem sem nenhum nenhuma
    ne pas sans jamais rien aucun aucune aucuns sauf
    non né senza mai nessun nessuno nessuna niente nulla
    nicht nichts kein keine keinem keinen keiner keines ohne nie
    solo sólo only más mas menos more less
"""
PROTECTED = frozenset(_NEGATIONS.split())

_ACCENT = re.compile("[\u0300\u0301\u0302\u0308]")
_NUMERIC = re.compile(r"\d+(?:[.,]\d+)*")
_WORD = re.compile(r"[^\W_]+")
_CONTRACTED_NOT = re.compile(r"n['’]t$", re.IGNORECASE)  # "don't sell"


def fold_accents(text: str) -> str:
    """Removes acute, grave, circumflex and diaeresis; ñ and ç are letters and stay.

    Example:
        >>> fold_accents("Camión de cigüeñas")
        'Camion de cigueñas'
    """
    return unicodedata.normalize(
        "NFC", _ACCENT.sub("", unicodedata.normalize("NFD", text))
    )


def normalise(texts: Iterable[str]) -> str:
    """Key under which two answers count as the same text.

    Case, accents, punctuation, spacing and what nobody sees do not matter; the order of
    words and the field in which they stand do.

    Example:
        >>> normalise(["Pan  DULCE.", ""]) == normalise(["pan dulce", " "])
        True
    """
    return "\x1f".join(
        " ".join(_WORD.findall(fold_accents(visible_text(text).casefold())))
        for text in texts
    )


@dataclass(frozen=True)
class Cleaner:
    """Turns the words of a sentence into the words that are looked up.

    Args:
        language: Language of stop words, stems and lemmas.
        lowercase: Whether case is ignored.
        fold_accents: Whether accents are ignored; ñ always survives.
        numbers: Numbers stay (`keep`), become one word (`token`), or go (`drop`).
        remove_stop_words: Whether function words go; `no`, `sin` and others never do.
        word_form: Words as written (`surface`), Snowball stems, or lemmas.

    Example:
        >>> Cleaner(remove_stop_words=True)(["Taller", "de", "ropa", "sin", "local"])
        ['taller', 'ropa', 'sin', 'local']
    """

    language: Language = "spanish"
    lowercase: bool = True
    fold_accents: bool = False
    numbers: Numbers = "keep"
    remove_stop_words: bool = False
    word_form: WordForm = "surface"

    def __call__(self, words: list[str]) -> list[str]:
        """Cleaned words, in the same order; some may be gone."""
        return [clean for word in words if (clean := self.clean(word))]

    def __getstate__(self) -> dict[str, Any]:
        """Settings alone: a process that gets them remembers its own words."""
        return asdict(self)

    @cached_property
    def clean(self) -> Callable[[str], str]:
        """One word as it is looked up; "" if it goes."""
        # Words repeat; a bounded memory of them makes stems and lemmas affordable.
        return lru_cache(maxsize=200_000)(self._clean_word)

    def _clean_word(self, word: str) -> str:
        word = unicodedata.normalize("NFC", word)
        if self.lowercase:
            word = word.lower()
        if self.numbers != "keep" and _NUMERIC.fullmatch(word):
            return NUMBER if self.numbers == "token" else ""
        if self.remove_stop_words and word.lower() in self._stop_words:
            return ""
        word = self._inflect(word)
        if self.lowercase:  # German lemmas are capitalised again
            word = word.lower()
        return fold_accents(word) if self.fold_accents else word

    @cached_property
    def _stop_words(self) -> frozenset[str]:
        from stop_words import get_stop_words

        words = frozenset(get_stop_words(ISO_CODES[self.language])) - PROTECTED
        return frozenset(w for w in words if not _CONTRACTED_NOT.search(w))

    @cached_property
    def _inflect(self) -> Callable[[str], str]:
        if self.word_form == "stem":
            from nltk.stem.snowball import SnowballStemmer

            stem: Callable[[str], str] = SnowballStemmer(self.language).stem
            return stem
        if self.word_form == "lemma":
            return _lemmatiser(ISO_CODES[self.language])
        return str


def _lemmatiser(iso_code: str) -> Callable[[str], str]:
    try:
        from simplemma import lemmatize
    except ImportError:
        raise InputError(
            "`text.word_form: lemma` needs the package simplemma. Install it with "
            "pip install -e '.[lemmas]', or set `text.word_form` to stem or surface."
        ) from None
    return lambda word: lemmatize(word, lang=iso_code)
