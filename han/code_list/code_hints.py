"""The code that a cell seems to mean, where the code list does not have the cell."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable
from functools import cached_property

from han.code_list.code_checks import looks_like_code, zero_hint
from han.code_list.code_spelling import difference, look_of, plain_code
from han.code_list.damaged_cells import SCIENTIFIC, cause_of, date_parts, serial_parts
from han.errors import listing

_MARK = re.compile(r"[\W_]+")
_PIECE = re.compile(r"[^\s,;|+&/:\"'=()\[\]]+")
_RANGE = re.compile(r"(\d+)-(\d+)")


Key = Callable[[str], str]


class CodeHints:
    """Says which code of a list a cell seems to mean.

    Args:
        known: The codes of the list.

    Example:
        >>> hints = CodeHints(["11-1011", "31-33", "01.10"])
        >>> hints.of("111011").strip()
        "The code list writes '111011' as '11-1011'."
        >>> hints.of("32").strip()
        "The code list has '31-33' for '32'."
    """

    def __init__(self, known: Iterable[str]) -> None:
        self.known = list(dict.fromkeys(known))
        self._keys: dict[Key, dict[str, str]] = {}

    def of(self, cell: str) -> str:
        """A sentence with a space before it; "" if nothing is likely.

        A cell that may be a respondent's text is not repeated.
        """
        cell = plain_code(cell)
        shown = repr(cell) if looks_like_code(cell) else "a label cell"
        found = self._look_alike(cell) or zero_hint(cell, self.known)
        if found:
            return found
        if code := self._same(_groups, cell) or self._same(_without_marks, cell):
            return f" The code list writes {shown} as {code!r}."
        if code := self._range(cell):
            return f" The code list has {code!r} for {shown}."
        if code := self._number(cell) or self._date(cell):
            return f" {_begin(shown)} seems to be {code!r}, changed by a spreadsheet."
        return self._inside(cell, shown) or cause_of(cell) or self._zeros(cell, shown)

    def _same(self, key: Key, cell: str) -> str:
        """Another code with the same key; "" if there is none."""
        code = self._with(key, key(cell))
        return "" if code == cell else code

    def _with(self, key: Key, wanted: str) -> str:
        """The first code with a key; "" if there is none."""
        if key not in self._keys:
            self._keys[key] = {key(code): code for code in reversed(self.known)}
        return self._keys[key].get(wanted, "") if wanted else ""

    def _look_alike(self, cell: str) -> str:
        code = self._same(_look, cell)
        if not code or not looks_like_code(cell):
            return ""
        how = difference(cell, code)
        return f" {cell!r} looks like {code!r}, which is there: they differ in {how}."

    def _range(self, cell: str) -> str:
        if not cell.isdecimal():
            return ""
        number, width = int(cell), len(cell)
        return next(
            (
                code
                for code, low, high in self._ranges
                if width == len(low) == len(high) and int(low) <= number <= int(high)
            ),
            "",
        )

    @cached_property
    def _ranges(self) -> list[tuple[str, str, str]]:
        matches = ((code, _RANGE.fullmatch(look_of(code))) for code in self.known)
        return [(code, m[1], m[2]) for code, m in matches if m]

    def _number(self, cell: str) -> str:
        """The code whose number stands there in scientific notation."""
        if not SCIENTIFIC.fullmatch(cell):
            return ""
        number = float(cell.replace(",", "."))
        return self._with(_stripped, f"{number:.0f}") if number < 1e15 else ""

    def _date(self, cell: str) -> str:
        """The code that a spreadsheet may have taken for a date, or its number."""
        parts = date_parts(cell) or serial_parts(cell)
        dates = (f"{a}-{b}" for a, b in itertools.permutations(parts, 2))
        return next((code for d in dates if (code := self._with(_dated, d))), "")

    def _inside(self, cell: str, shown: str) -> str:
        pieces = [piece.strip(".-") for piece in _PIECE.findall(look_of(cell))]
        known = list(dict.fromkeys(p for p in pieces if p in self._set))
        if not known or not any(map(str.isdigit, known[0])):
            return ""
        if len(known) > 1 and len(known) == len(pieces):
            return (
                f" {_begin(shown)} holds several codes: {listing(known, 3)}. Of such "
                "cells `data.label_sets` names the mark between codes, one for all."
            )
        return f" {_begin(shown)} holds more than the code {known[0]!r}."

    @cached_property
    def _set(self) -> set[str]:
        return set(self.known)

    def _zeros(self, cell: str, shown: str) -> str:
        if code := self._same(_without_zeros, cell):
            return f" {_begin(shown)} may be {code!r}: zeros or marks differ."
        code = self._same(_digits, cell) if len(_digits(cell)) > 1 else ""
        return f" {_begin(shown)} may be {code!r}, in another form." if code else ""


def code_hint(cell: str, known: Iterable[str]) -> str:
    """What `CodeHints` says of one cell."""
    return CodeHints(known).of(cell)


def _begin(shown: str) -> str:
    return shown[:1].upper() + shown[1:]


def _groups(code: str) -> str:
    """Letters and numbers, each without leading zeros: of `01.01` 1 and 1."""
    groups = _MARK.split(_look(code).strip(" .'"))
    return ".".join(g.lstrip("0") or "0" for g in groups) if len(groups) > 1 else ""


def _look(code: str) -> str:
    return look_of(code).lower()


def _stripped(code: str) -> str:
    return code.lstrip("0")


def _without_marks(code: str) -> str:
    return _MARK.sub("", _look(code))


def _dated(code: str) -> str:
    """Two numbers of a code, such as `1-2` and `01.02`; "" of any other."""
    parts = _MARK.split(code)
    is_pair = len(parts) == 2 and all(part.isdecimal() for part in parts)
    return "-".join(str(int(part)) for part in parts) if is_pair else ""


def _without_zeros(code: str) -> str:
    """Letters and digits, without zeros at the beginning and the end.

    `1.1` and `01.10` are alike; so are `46` and `4600`, a code filled up.
    """
    return _without_marks(code).strip("0")


def _digits(code: str) -> str:
    """Digits alone, for codes written with and without a letter."""
    return "".join(c for c in code if c.isdecimal()).lstrip("0")
