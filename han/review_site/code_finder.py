"""Finds codes of a list while somebody types: by digits, titles, synonyms, notes."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable
from dataclasses import dataclass

from han.reviewing.queue_codes import QueueCode
from han.text.cleaning import fold_accents

SHOWN = 30
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class _Entry:
    """A code's words, each after a space: so a word's beginning is found as text."""

    node: int
    code: str  # letters and digits alone
    title: str
    synonyms: str
    everything: str


class CodeFinder:
    """Finds codes by the beginnings of words, in any order.

    Case and accents do not count; ñ is a letter of its own. What a code excludes is not
    searched: it names what belongs elsewhere.

    Args:
        codes: Those of the list.

    Example:
        >>> code = QueueCode(4, "72", None, 1, "Mecánica", ("taller",), "", "", "", ())
        >>> finder = CodeFinder([code])
        >>> [finder.find(query) for query in ("72", "mec tall", "quimica")]
        [[4], [4], []]
    """

    def __init__(self, codes: Iterable[QueueCode]) -> None:
        self._entries = [_entry(code) for code in codes]

    def find(self, query: str, limit: int = SHOWN) -> list[int]:
        """Nodes of codes that have all words of a query, the best first.

        The beginning of a code comes first, then words in titles, in synonyms, in
        notes; of equal ones those with whole words, then short titles.
        """
        words = _words(query)
        if not words:
            return []
        code = "".join(words)
        heads = [f" {word}" for word in words]
        ranked = (
            (rank, number)
            for number, entry in enumerate(self._entries)
            if (rank := _rank(entry, code, heads)) is not None
        )
        best = heapq.nsmallest(limit, ranked)
        return [self._entries[number].node for _, number in best]


def _rank(entry: _Entry, code: str, heads: list[str]) -> tuple[int, int, int] | None:
    """The lower the better; None if something is missing."""
    if entry.code.startswith(code):
        return 0, 0, len(entry.code)
    for head in heads:
        if head not in entry.everything:
            return None
    place = part = 1
    for head in heads:
        if head in entry.title:
            part += f"{head} " not in entry.title
        else:
            place += 1 if head in entry.synonyms else 2
    return place, part, len(entry.title)


def _entry(code: QueueCode) -> _Entry:
    title, synonyms = _joined(code.title), _joined(*code.titles)
    notes = _joined(code.code, code.description, code.includes)
    number = "".join(_words(code.code))
    everything = f"{title}{synonyms}{notes} {number} "
    return _Entry(code.node, number, title, synonyms, everything)


def _joined(*texts: str) -> str:
    return f" {' '.join(word for text in texts for word in _words(text))} "


def _words(text: str) -> list[str]:
    return _WORD.findall(fold_accents(text.casefold()))
