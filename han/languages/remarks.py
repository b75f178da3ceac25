"""Sentences about codes that take their language only where they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from han.errors import SHOWN
from han.languages.number_format import Language
from han.languages.words import CODE_LIST, Words


@dataclass(frozen=True)
class Remark:
    """A sentence, or a part of one. As `str` it is English, as messages are.

    Attributes:
        key: Its text in `CODE_LIST`.
        parts: What fills it, by name: texts, whole numbers, shares from 0 to 1, other
            remarks, and lists or tuples of texts, row numbers or remarks.
        shown: How many items of a list are shown.

    Example:
        >>> remark = Remark("left_blank", {"rows": [2, 6, 9]}, shown=2)
        >>> str(remark), remark.text("es")
        ('left out, blank: rows 2, 6 and 1 more', 'quedan fuera, por vacías: filas 2, \
6 y 1 más')
    """

    key: str
    parts: Mapping[str, object] = field(default_factory=dict, hash=False)
    shown: int = SHOWN

    def __str__(self) -> str:
        return self.text("en")

    def text(self, language: Language) -> str:
        """The sentence in a language."""
        words = Words(CODE_LIST, language)
        filled = {name: self._said(part, words) for name, part in self.parts.items()}
        return words.say(self.key, **filled)

    def _said(self, part: object, words: Words) -> object:
        if isinstance(part, Remark):
            return part.text(words.language)
        if isinstance(part, float):
            return words.numbers.percent(part, 0)
        if isinstance(part, list | tuple):
            items = (self._said(item, words) for item in part)
            return words.listing(items, self.shown)
        return part
