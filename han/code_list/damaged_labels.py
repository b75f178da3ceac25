"""Label cells that a program has damaged, told by the cells beside them.

This is for labels without a code list, which would make a class of each of them. With a
list they are labels that it does not have, and `han.code_list.code_hints` names causes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from han.code_list.code_checks import check_decimals, code_listing
from han.code_list.damaged_cells import Damage, damage_of
from han.errors import InputError, listing
from han.languages.remarks import Remark

Column = npt.NDArray[np.object_]
SHOWN = 5
ESCAPE = "If they are codes, give the code list, or set `taxonomy.check_width: false`"
_TITLED = re.compile(r"(\w*\d[\w.\-/]*?)\s*[-–—:.|)(]*\s+[^\W\d_]{3,}.*")
_PLAIN = re.compile(r"[A-Za-z]|\d+(?:-\d+)*")  # sections, ranges
_BETWEEN = re.compile(r"\s*[;,|/+&]\s*|\s+(?:y|and|e|et|und|o|or)\s+|\s+")


@dataclass(frozen=True)
class Finding:
    """Label cells that seem to be damaged.

    Attributes:
        words: What they are.
        advice: What to do.
        cells: The distinct cells.
        is_sure: Whether there is hardly another explanation.
        is_shown: Whether the cells are certainly no texts.
    """

    words: Remark
    advice: Remark
    cells: tuple[str, ...]
    is_sure: bool
    is_shown: bool = False

    def remark(self, column: Column) -> Remark:
        """The finding with rows and, unless they may be texts, cells."""
        rows = np.flatnonzero(np.isin(column, self.cells)) + 1
        is_shown = self.is_shown or code_listing(self.cells, SHOWN)
        parts = {
            "rows": rows.tolist(),
            "words": self.words,
            "cells": Remark("cells", {"cells": self.cells}, SHOWN) if is_shown else "",
            "advice": self.advice,
        }
        return Remark("damage" if self.is_sure else "likely_damage", parts, SHOWN)


def damage_findings(column: Column) -> list[Finding]:
    """What seems to be damaged in a label column, `(n,)` text.

    Example:
        >>> cells = np.array(["111", "112", "2E+05", "112/111"], dtype=object)
        >>> [str(finding.words) for finding in damage_findings(cells)]
        ['numbers in scientific notation', 'several codes']
        >>> damage_findings(np.array(["AR", "MX", "NA"], dtype=object))[0].is_sure
        False
    """
    cells = [cell for cell in dict.fromkeys(column.tolist()) if cell]
    found, others = _by_kind(cells)
    return [*found, *_compound(cells), *_of_other_form(others)]


def _by_kind(cells: Sequence[str]) -> tuple[list[Finding], list[str]]:
    """Findings that a cell shows by itself, and the other cells."""
    by_kind: dict[Damage, list[str]] = {}
    others: list[str] = []
    for cell in cells:
        kind = damage_of(cell)
        (others if kind is None else by_kind.setdefault(kind, [])).append(cell)
    found = [f for kind, bad in by_kind.items() for f in _findings(kind, bad, others)]
    return found, others


def check_damage(
    labels: npt.NDArray[np.object_], where: str, names: Sequence[str]
) -> None:
    """Raises InputError for label cells that are surely damaged.

    Args:
        labels: Label cells, `(n, k)` text.
        where: Name of the file, for messages.
        names: Names of the columns, `k`.
    """
    for name, column in zip(names, labels.T, strict=True):
        again = np.flatnonzero(column == name) + 1
        if len(again) and len(name) > 1:
            raise InputError(
                f"{where}, rows {listing(again.tolist(), SHOWN)}: the label cell is "
                f"{name!r}, the name of its column. Remove headers within the table."
            )
        for finding in damage_findings(column):
            if finding.is_sure:
                raise InputError(f"{where}, {finding.remark(column)} {ESCAPE}.")


def check_list_codes(codes: Sequence[str], where: str) -> None:
    """Raises InputError for codes of a code list that are surely damaged.

    A list may have ranges, codes with words, and `NA` for Namibia: these are let be.

    Args:
        codes: The codes, in the order of the rows.
        where: Name of the file, for messages.
    """
    column = np.array(codes, dtype=object)
    check_decimals(column.reshape(-1, 1), where)
    words = {code for code in codes if (kind := damage_of(code)) and kind.is_blank}
    for finding in _by_kind([c for c in dict.fromkeys(codes) if c not in words])[0]:
        if finding.is_sure:
            said = str(finding.remark(column)).replace("label cells", "codes")
            raise InputError(
                f"{where}, {said} If they are codes, set `taxonomy.check_width: false`."
            )


def _findings(kind: Damage, bad: list[str], others: list[str]) -> Iterator[Finding]:
    """A kind of damage: sure where no sound cell has the same form."""
    forms = set(map(_form, others))
    alone = tuple(cell for cell in bad if _form(cell) not in forms)
    with_digits = sum(any(map(str.isdigit, cell)) for cell in others)
    if kind.is_blank and 2 * with_digits < len(others):
        alone = ()  # among words and letters a word may be a code
    sure = kind.when_all or len(others) > len(bad)
    if alone:
        yield Finding(kind.words, kind.advice, alone, sure, kind.is_shown)
    if kind.is_blank and len(alone) < len(bad):
        rest = tuple(cell for cell in bad if cell not in alone)
        yield Finding(kind.words, kind.advice, rest, False, kind.is_shown)


def _form(cell: str) -> str:
    """Kinds of characters: `9-A` of `01-feb`."""
    return re.sub(r"\d+", "9", re.sub(r"[^\W\d_]+", "A", cell))


def _compound(cells: list[str]) -> Iterator[Finding]:
    """Cells that hold more than a code."""
    known = set(cells)
    several = [cell for cell in cells if _holds_codes(cell, known)]
    if several:
        advice = Remark("one_code")
        yield Finding(Remark("several"), advice, tuple(several), True, True)
    titled = {c: m[1] for c in cells if (m := _TITLED.fullmatch(c))}
    heads = {c: head for c, head in titled.items() if c not in several}
    counts = Counter(heads.values())
    if heads:
        is_sure = any(head in known or n > 1 for head, n in counts.items())
        advice = Remark("code_alone")
        yield Finding(Remark("titled"), advice, tuple(heads), is_sure)
    pointed = [cell for cell in cells if cell[-1] in ".," and len(cell) > 1]
    if pointed and 2 * len(pointed) < len(cells):
        sure = any(cell[:-1] in known for cell in pointed)
        advice = Remark("remove_mark")
        yield Finding(Remark("marked"), advice, tuple(pointed), sure)


def _of_other_form(cells: list[str]) -> Iterator[Finding]:
    """A few cells with other characters among codes of digits alone."""
    odd = [cell for cell in cells if not _PLAIN.fullmatch(cell)]
    digits = sum(map(str.isdecimal, cells))
    if odd and len(cells) >= 10 * len(odd) and digits >= 0.8 * len(cells):
        words, advice = Remark("other_form"), Remark("correct_them")
        yield Finding(words, advice, tuple(odd), False)


def _holds_codes(cell: str, known: set[str]) -> bool:
    pieces: Sequence[str] = _BETWEEN.split(cell)
    return len(pieces) > 1 and all(piece in known for piece in pieces)
