"""Languages of pages, and numbers as people of each write them.

A page in another language begins here: `Language` and its `SPACING`. The words are in
files beside this one, in `report_page.WORDS` and in
`han.explanation.faithfulness_verdict.WORDS`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

Language = Literal["es", "en"]
NOTHING = "—"
THIN = "\u202f"  # a narrow space at which no line breaks
WIDE = "\xa0"  # one that the encodings of old terminals have, too
# What stands between thousands, and before a percent sign. Mexico's statistics office
# has a space in both places.
SPACING: dict[Language, tuple[str, str]] = {"es": (THIN, THIN), "en": (",", "")}


@dataclass(frozen=True)
class Numbers:
    """Formats numbers: a point before decimals, and the spacing of the language.

    Args:
        language: `es` or `en`.
        is_plain: Whether they are for a terminal or a text file, not for a page.

    Example:
        >>> Numbers("en").count(12345), Numbers("en").percent(0.1234)
        ('12,345', '12.3%')
        >>> Numbers("en").interval(None), Numbers("en").interval([0.5, 0.75])
        ('—', '50.0–75.0')
    """

    language: Language
    is_plain: bool = False

    def _space(self, place: int) -> str:
        space = SPACING[self.language][place]
        return space.replace(THIN, WIDE) if self.is_plain else space

    @property
    def gap(self) -> str:
        """What stands before a percent sign."""
        return self._space(1)

    def count(self, value: float, digits: int = 0) -> str:
        """A whole number, or one with decimals, whose thousands stand apart."""
        return f"{value:,.{digits}f}".replace(",", self._space(0))

    def percent(self, share: float | None, digits: int = 1) -> str:
        """A share from 0 to 1 in percent."""
        if share is None or math.isnan(share):
            return NOTHING
        return f"{100 * share:.{digits}f}{self.gap}%"

    def asked(self, share: float) -> str:
        """A share that somebody asked for, in percent with all its digits.

        Example:
            >>> Numbers("en").asked(0.95), Numbers("en").asked(0.999)
            ('95%', '99.9%')
        """
        return f"{100 * share:.10g}{self.gap}%"

    def decimal(self, value: float | None, digits: int = 3) -> str:
        """A number with decimals."""
        if value is None or math.isnan(value):
            return NOTHING
        return f"{value:.{digits}f}"

    def chance(self, probability: float) -> str:
        """A probability in percent, never rounded to certainty."""
        if 0 < probability < 0.0005:
            return f"<{self.percent(0.001)}"
        if 0.9995 <= probability < 1:
            return f">{self.percent(0.999)}"
        return self.percent(probability)

    def ends(self, interval: Sequence[float] | None) -> list[str]:
        """Both ends of an interval of shares, in percent."""
        return [self.percent(end) for end in interval or (math.nan, math.nan)]

    def interval(self, interval: Sequence[float] | None) -> str:
        """An interval of shares, in percent without the sign."""
        return _between(interval, lambda end: f"{100 * end:.1f}")

    def decimals(self, interval: Sequence[float] | None) -> str:
        """An interval of numbers with three decimals."""
        return _between(interval, lambda end: f"{end:.3f}")


def _between(interval: Sequence[float] | None, write: Callable[[float], str]) -> str:
    if interval is None or any(map(math.isnan, interval)):
        return NOTHING
    return "–".join(map(write, interval))
