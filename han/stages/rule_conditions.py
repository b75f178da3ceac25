"""Conditions of rules as people type them: words, and tests of columns."""

from __future__ import annotations

import re
from dataclasses import dataclass

from han.tables.visible_text import visible_text
from han.text.cleaning import fold_accents

_SPACED_BAR = re.compile(r"\s*\|\s*")
_PLAIN_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_SIGNED = re.compile(r"([^=<>!]*[^=<>!\s])\s*(<=|>=|!=|=|<|>)\s*([^=<>!]*)")
_LISTED = re.compile(r"([^=<>!]*?[^=<>!\s])\s+(not\s+in|in)\b\s*([^=<>!]*)")
_ORDER = {"<", "<=", ">", ">="}


@dataclass(frozen=True)
class Term:
    """A word, or the beginning of one.

    Attributes:
        word: Its normalised letters.
        is_prefix: Whether longer words are meant, too.
    """

    word: str
    is_prefix: bool


@dataclass(frozen=True)
class WordTest:
    """Which words an answer must have, in any order, and which it must not.

    Attributes:
        needed: Groups of terms; of each group one must be there.
        excluded: Terms that must not be there.

    Example:
        >>> test = WordTest.parse("Carpint* mueble*|silla -plástico")
        >>> [[term.word for term in group] for group in test.needed]
        [['carpint'], ['mueble', 'silla']]
        >>> test.excluded
        (Term(word='plastico', is_prefix=False),)
    """

    needed: tuple[tuple[Term, ...], ...]
    excluded: tuple[Term, ...]

    @classmethod
    def parse(cls, cell: str) -> WordTest:
        """From a cell.

        Args:
            cell: Words with a space between. All must be there. `carpint*` is every
                word that begins so, `mueble*|silla` one of the two, `-plastico` a word
                that must not be there.

        Raises:
            ValueError: With what is wrong, expected, and to do.
        """
        needed: list[tuple[Term, ...]] = []
        excluded: list[Term] = []
        for piece in _SPACED_BAR.sub("|", cell.strip()).split():
            terms = tuple(map(_term, piece.removeprefix("-").split("|")))
            if piece.startswith("-"):
                excluded += terms
            else:
                needed.append(terms)
        if not needed:
            raise ValueError(
                "`words` has only words that must not be there. Expected at least one "
                "that must: add it."
            )
        return cls(tuple(needed), tuple(excluded))


def _term(written: str) -> Term:
    word = written.removesuffix("*")
    plain = fold_accents(visible_text(word).casefold())
    if not _PLAIN_WORD.fullmatch(plain):
        raise ValueError(
            f"`words` has {written!r}. Expected words of letters and digits alone with "
            "a space between, such as carpint* mueble*|silla -plastico: answers are "
            "compared without punctuation."
        )
    return Term(plain, word != written)


@dataclass(frozen=True)
class ColumnTest:
    """What a cell of a column must be.

    Cells are compared as text, but by `<`, `<=`, `>` and `>=` as numbers: a cell that
    is no number fails them.

    Attributes:
        column: Name of the column.
        sign: `=`, `!=`, `<`, `<=`, `>`, `>=`, `in` or `not in`.
        values: What the cell is compared with; one but for `in` and `not in`.

    Example:
        >>> tests = ColumnTest.parse_all("status = 2; age < 15; sector in 1|2")
        >>> [test.holds(cell) for test, cell in zip(tests, ("2", "15", "1"))]
        [True, False, True]
    """

    column: str
    sign: str
    values: tuple[str, ...]

    @classmethod
    def parse_all(cls, cell: str) -> tuple[ColumnTest, ...]:
        """All tests of a cell, which has a semicolon between; all must hold.

        Raises:
            ValueError: With what is wrong, expected, and to do.
        """
        return tuple(cls._parse(piece.strip()) for piece in cell.split(";"))

    @classmethod
    def _parse(cls, piece: str) -> ColumnTest:
        found = _SIGNED.fullmatch(piece) or _LISTED.fullmatch(piece)
        column, sign, value = found.groups() if found else ("", "", "")
        sign, value = " ".join(sign.split()), value.strip()
        if not column or (sign in _ORDER and not _NUMBER.fullmatch(value)):
            raise ValueError(
                f"`where` has {piece!r}. Expected tests such as status = 2; age < 15; "
                "sector in 1|2, with one of = != < <= > >= in, not in, and a number "
                "with a decimal point after < and >."
            )
        values = value.split("|") if sign in {"in", "not in"} else [value]
        return cls(column, sign, tuple(part.strip() for part in values))

    def holds(self, cell: str) -> bool:
        """Whether a cell passes."""
        cell = cell.strip()
        if self.sign in _ORDER:
            return bool(_NUMBER.fullmatch(cell)) and self._is_ordered(float(cell))
        return (cell in self.values) == (self.sign in {"=", "in"})

    def _is_ordered(self, number: float) -> bool:
        limit = float(self.values[0])
        if number == limit:
            return self.sign in {"<=", ">="}
        return (number < limit) == (self.sign in {"<", "<="})
