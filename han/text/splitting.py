"""Sentences by NLTK's Punkt, words by one pattern; nothing is downloaded.

NLTK's ready models must be fetched, which no office machine may do. Punkt needs none:
it works from a list of abbreviations (`rule`), and it can learn abbreviations and
sentence starters from the office's own text (`punkt`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from han.privacy.scrubber import Scrubber
from han.tables.visible_text import visible_text
from han.text.punkt_alone import punkt_alone

if TYPE_CHECKING:
    from nltk.tokenize.punkt import PunktSentenceTokenizer

    from han.config.text_config import SentenceRule

LEARNT_MIN_COUNT = 5

# Decimal numbers stay whole; hyphens and slashes separate; apostrophes do not.
WORD_PATTERN = r"\d+(?:[.,]\d+)+|[^\W_]+(?:['’][^\W_]+)*"
# Punkt ends a sentence before a space or a sign only: not within 2.5 or S.A.
_MAY_END = re.compile(r"[.!?][^\w.]")
_WORD = re.compile(WORD_PATTERN)

# A line of units, lines of Spanish, and one of English, French and German.
_ABBREVIATIONS = """
    cm kg km lb lbs lt lts ml mm oz pza pzas
    art av avda cía cia col depto dpto dr dra ed ej etc gral ing lic máx mín mts no
    núm num pág pags prof s.a sr sra srta sta sto tel ud uds v.gr c.v s.a.b s.r.l
    e.i.r.l
    approx co corp dept e.g i.e inc jr ltd mr mrs ms mt nr st vs mme mlle z.b bzw usw
"""
ABBREVIATIONS = frozenset(_ABBREVIATIONS.split())


def find_words(text: str) -> list[str]:
    """Words and numbers of a text; punctuation is left out.

    Example:
        >>> find_words("Café-bar: 2.5 m")
        ['Café', 'bar', '2.5', 'm']
    """
    return _WORD.findall(text)


class Splitter:
    """Splits a text into sentences of words.

    Args:
        rule: `rule` (Punkt with a list of abbreviations), `punkt` (Punkt with what it
            learnt from the training text) or `whole` (each text is one sentence).
        learnt: What `learn` returned, for `punkt`.
        visible_only: Whether characters that nobody sees are passed over. In runs that
            were trained before, they part words.
        scrub: Arguments of a `Scrubber` that takes personal data out first; None: the
            texts stay as they are.

    Example:
        >>> Splitter()("Vende tacos. En la calle, 2.5 kg.")
        [['Vende', 'tacos'], ['En', 'la', 'calle', '2.5', 'kg']]
    """

    def __init__(
        self,
        rule: SentenceRule = "rule",
        learnt: dict[str, Any] | None = None,
        visible_only: bool = True,
        scrub: dict[str, Any] | None = None,
    ) -> None:
        self.rule = rule
        self.learnt = learnt
        self.visible_only = visible_only
        self.scrub = scrub

    def __call__(self, text: str) -> list[list[str]]:
        """Sentences of words; sentences without any word are left out."""
        sentences = self._sentences(self.as_read(text))
        return [words for s in sentences if (words := _WORD.findall(s))]

    def as_read(self, text: str) -> str:
        """The text whose words are looked for, without personal data if asked.

        An accent or a soft hyphen written as a character of its own is not a letter,
        and would part the word.
        """
        if not self.visible_only:
            return unicodedata.normalize("NFC", text)
        text = visible_text(text)
        return self._scrubber(text) if self.scrub is not None else text

    @cached_property
    def _scrubber(self) -> Scrubber:
        return Scrubber(**(self.scrub or {}))

    def __getstate__(self) -> dict[str, Any]:
        """Settings alone: a process that gets them makes its own tokeniser."""
        return {**self.to_dict(), "scrub": self.scrub}

    def _sentences(self, text: str) -> list[str]:
        if self.rule == "whole":
            return [text]
        lines = text.splitlines()
        # Most answers hold no full stop inside: they need no tokeniser.
        if not _MAY_END.search(text):
            return lines
        return [
            sentence
            for line in lines
            for sentence in (
                self._punkt.tokenize(line) if _MAY_END.search(line) else [line]
            )
        ]

    @cached_property
    def _punkt(self) -> PunktSentenceTokenizer:
        punkt = punkt_alone()
        parameters = punkt.PunktParameters()
        parameters.abbrev_types = set(ABBREVIATIONS)
        if self.learnt:
            parameters.abbrev_types |= set(self.learnt["abbreviations"])
            parameters.collocations = {tuple(p) for p in self.learnt["collocations"]}
            parameters.sent_starters = set(self.learnt["starters"])
        made: PunktSentenceTokenizer = punkt.PunktSentenceTokenizer(parameters)
        return made

    @classmethod
    def learn(cls, texts: Iterable[str], min_count: int = LEARNT_MIN_COUNT) -> Splitter:
        """Trains Punkt on the given texts (Kiss and Strunk 2006).

        Args:
            texts: The training texts, one for each respondent.
            min_count: Learnt words that fewer texts hold are not kept: they are saved
                with the run, and a rare word may tell who answered.
        """
        from nltk.tokenize.punkt import PunktTrainer

        trainer = PunktTrainer()
        words: dict[str, int] = {}
        for text in texts:
            text = visible_text(text)
            trainer.train(text, finalize=False)
            for word in set(find_words(text.lower())):
                words[word] = words.get(word, 0) + 1
        found = trainer.get_params()

        def frequent(word: str) -> bool:
            return words.get(word.strip("."), 0) >= min_count

        learnt = {
            "abbreviations": sorted(filter(frequent, found.abbrev_types)),
            "collocations": sorted(
                [a, b] for a, b in found.collocations if frequent(a) and frequent(b)
            ),
            "starters": sorted(filter(frequent, found.sent_starters)),
        }
        return cls("punkt", learnt)

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form; `Splitter(**form)` splits alike."""
        form = {
            "rule": self.rule,
            "learnt": self.learnt,
            "visible_only": self.visible_only,
        }
        return form if self.scrub is None else {**form, "scrub": self.scrub}
