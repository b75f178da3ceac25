"""Regular expressions of rules, which must neither hang a job nor slow it down."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import regex

from han.text.cleaning import fold_accents

SECONDS = 1.0  # of computing that one answer may take
BLOCK = 256  # texts that are looked through at once
# No possessive or atomic part, no look around, no flags, no end of the whole text: then
# what is found in a text is found in the lines that it is one of, too.
_LINEWISE = re.compile(r"(?:\\[bBdDsSwW1-9.+*?-]|\(\?:|\((?!\?)|\{\d|[^\\({])*")
_POSSESSIVE = re.compile(r"[*+?}]\+")


@dataclass(frozen=True)
class Pattern:
    r"""A regular expression over normalised texts: small letters, no accents.

    A pattern such as `(a|a)+b` may take years for a text of forty letters. The package
    `regex` counts the time of the processor, so that a job says which rule is at fault
    in place of waiting, and never gives another code on a slower machine.

    Attributes:
        written: As the rule has it.

    Raises:
        ValueError: If it is none, or is found in a blank text and so in all.

    Example:
        >>> pattern = Pattern(r"^carpinter(o|ía)\b")
        >>> pattern.places(["venta", "carpinteria y venta", "la carpinteria"])
        [1]
    """

    written: str

    def __post_init__(self) -> None:
        try:
            is_everywhere = self._of_text.search("", timeout=SECONDS)
        except (regex.error, ValueError, OverflowError, TimeoutError) as error:
            raise ValueError(
                f"`regex` is no regular expression: {error}. Correct it, or take"
                " `words`."
            ) from None
        if is_everywhere:
            raise ValueError(
                "`regex` is found in every text, even in a blank one. Expected one "
                "that needs a letter: correct it."
            )

    @cached_property
    def _of_text(self) -> Any:
        return regex.compile(fold_accents(self.written), regex.IGNORECASE)

    @cached_property
    def _of_lines(self) -> Any:
        """The same for several texts, each a line; None if that is not the same."""
        written = fold_accents(self.written)
        if not _LINEWISE.fullmatch(written) or _POSSESSIVE.search(written):
            return None
        return regex.compile(written, regex.IGNORECASE | regex.MULTILINE)

    def places(self, texts: Sequence[str]) -> list[int]:
        """Which of some texts have it; a blank one has not.

        Raises:
            TimeoutError: If it takes too long for one of them.
        """
        filled = [place for place, text in enumerate(texts) if text]
        step = BLOCK if self._of_lines else 1
        found: list[int] = []
        for first in range(0, len(filled), step):
            found += self._among(filled[first : first + step], texts)
        return found

    def _among(self, places: list[int], texts: Sequence[str]) -> list[int]:
        """Of a few texts those that have it: halved as long as any of them may."""
        if len(places) == 1:
            is_found = self._of_text.search(texts[places[0]], timeout=SECONDS)
            return places if is_found else []
        if not self._may_be_in([texts[place] for place in places]):
            return []
        half = len(places) // 2
        return self._among(places[:half], texts) + self._among(places[half:], texts)

    def _may_be_in(self, texts: Sequence[str]) -> bool:
        try:
            lines = "\n".join(texts)
            return self._of_lines.search(lines, timeout=SECONDS) is not None
        except TimeoutError:
            return True  # each text by itself may be fast enough
