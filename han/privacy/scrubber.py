"""`Scrubber`: texts without personal data, and how much there was of each kind."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from han.privacy.person_names import PROTECTED, TITLE, name_spans, plain
from han.privacy.personal_numbers import LONG_NUMBER, MAY_HOLD, PATTERNS, Kind
from han.tables.visible_text import visible_text

_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
_TAKEN = "\0"  # in place of what was found already; no pattern has it
_TITLES = (
    "sr doña don lic ing dr mr ms miss señ sen arq prof mtr psic cp c.p enf ab dña"
)
_FIRST = tuple(f"{title}" for title in _TITLES.split())


@dataclass(frozen=True)
class Scrubber:
    """Takes personal data out of texts.

    Attributes:
        names: Names that are taken out wherever they stand; case and accents do not
            count.
        protected: Words that are never taken for names of that list, beside those that
            are known as trades or products.
        long_numbers: Whether all numbers of nine digits or more go, too.
        key: What pseudonyms are made with; None: a value is replaced by its kind alone.

    Example:
        >>> scrub = Scrubber()
        >>> scrub("Vendo pan, tel. 55 1234 5678, doña Rosa Ruiz")
        'Vendo pan, tel. [PHONE], doña [NAME]'
        >>> scrub("Tornillos 3 x 25 mm, 7318.15.01")
        'Tornillos 3 x 25 mm, 7318.15.01'
    """

    names: Collection[str] = ()
    protected: Collection[str] = ()
    long_numbers: bool = False
    key: bytes | None = None
    _names: frozenset[str] = field(init=False, repr=False)
    _protected: frozenset[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        names = frozenset(part for name in self.names for part in plain(name).split())
        object.__setattr__(self, "_names", names)
        known = PROTECTED | {plain(word) for word in self.protected}
        object.__setattr__(self, "_protected", known)

    def __call__(self, text: str) -> str:
        """The text, without what was found; as it was where nothing is."""
        return self.counted(text)[0]

    def counted(self, text: str) -> tuple[str, Counter[Kind]]:
        """The text without what was found, and how often each kind was."""
        seen = visible_text(text)
        found = sorted(self._found(seen))
        if not found:
            return text, Counter()
        parts, at = [], 0
        for start, end, kind in found:
            parts += [seen[at:start], self._in_place(kind, seen[start:end])]
            at = end
        return "".join([*parts, seen[at:]]), Counter(kind for *_, kind in found)

    def count(self, texts: Iterable[str]) -> Counter[Kind]:
        """How often each kind is in some texts."""
        return sum((self.counted(text)[1] for text in texts), Counter())

    def _found(self, text: str) -> list[tuple[int, int, Kind]]:
        found: list[tuple[int, int, Kind]] = []
        hidden = _with_usual_digits(text)
        if MAY_HOLD.search(hidden):
            patterns = (*PATTERNS, LONG_NUMBER) if self.long_numbers else PATTERNS
            for pattern in patterns:
                for match in pattern.form.finditer(hidden):
                    group = "value" if "value" in pattern.form.groupindex else 0
                    start, end = match.span(group)
                    if pattern.holds(_bare(match[group], pattern.kind)):
                        found.append((start, end, pattern.kind))
                for start, end, _ in found:
                    hidden = _hide(hidden, start, end)
        if self._names or TITLE.search(hidden):
            for start, end in name_spans(hidden, self._names, self._protected):
                if _TAKEN not in hidden[start:end]:
                    found.append((start, end, "name"))
                    hidden = _hide(hidden, start, end)
        return found

    def _in_place(self, kind: Kind, value: str) -> str:
        """What stands in place of a value."""
        if self.key is None:
            return f"[{kind.upper()}]"
        same = f"{kind} {plain(_bare(_with_usual_digits(value), kind))}"
        digest = hmac.new(self.key, same.encode(), hashlib.sha256).hexdigest()
        # Letters alone: digits would be taken for a number when it is read again.
        return f"[{kind.upper()}-{digest[:10].translate(_LETTERS)}]"


def _hide(text: str, start: int, end: int) -> str:
    return text[:start] + _TAKEN * (end - start) + text[end:]


def _bare(value: str, kind: Kind) -> str:
    """A value without what only parts it."""
    if kind in ("email", "coordinates", "name"):
        return value
    return "".join(c for c in value if c.isalnum() or c == "&").upper()


def _with_usual_digits(text: str) -> str:
    """Digits of all scripts as 0 to 9; as long as before."""
    if text.isascii() or not any(c.isdigit() and not c.isascii() for c in text):
        return text
    return "".join(_usual(c) for c in text)


def _usual(character: str) -> str:
    value = unicodedata.digit(character, None)
    return character if value is None else str(value)
