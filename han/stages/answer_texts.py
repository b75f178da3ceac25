"""`Answers`: distinct answers, as the stages read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from han.errors import InputError, listing
from han.text.distinct_texts import text_keys
from han.text.non_answers import NONE, NonAnswers

FIELD_END = "\x1f"  # between the fields of a key, as `normalise` has it


@dataclass(frozen=True)
class Answers:
    r"""Answers that stages decide, `n` of them, each with its texts and other cells.

    Texts are normalised once, however many stages compare them: without case, accents,
    punctuation and further spaces, and "" where a field holds no answer.

    Attributes:
        fields: Texts by field name, `n` each.
        columns: Other cells by column name, `n` each: what rules test, and the code of
            before.
        non_answers: What is read as if the field were blank.

    Raises:
        InputError: If there is no field, or if their lengths differ.

    Example:
        >>> answers = Answers({"job": ["Pan.", "ns"]}, non_answers=NonAnswers(["ns"]))
        >>> len(answers), answers.keys(["job"])
        (2, ['pan', ''])
    """

    fields: Mapping[str, Sequence[str]]
    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    non_answers: NonAnswers = NONE

    def __post_init__(self) -> None:
        parts = [*self.fields.values(), *self.columns.values()]
        lengths = {len(part) for part in parts}
        if not self.fields or len(lengths) > 1:
            raise InputError(
                f"Answers have {len(self.fields)} fields, and lists of "
                f"{listing(sorted(lengths)) or 'no'} cells. Expected at least one "
                "field, and as many cells in each field and column."
            )

    def __len__(self) -> int:
        """Number of answers."""
        return len(next(iter(self.fields.values())))

    @cached_property
    def normal(self) -> dict[str, list[str]]:
        """Normalised texts by field name, `n` each; "" where there is no answer."""
        return {
            name: text_keys({name: texts}, self.non_answers)
            for name, texts in self.fields.items()
        }

    def keys(self, fields: Sequence[str]) -> list[str]:
        """Key of each answer, `n`: `text_keys` of some of its fields.

        Raises:
            InputError: If there is no such field.
        """
        if missing := [name for name in fields if name not in self.fields]:
            raise InputError(
                f"The answers have no field {listing(map(repr, missing))}. Found: "
                f"{listing(map(repr, self.fields))}. Name one of these."
            )
        name = FIELD_END.join(fields)
        if name not in self._known_keys:
            texts = (self.normal[name] for name in fields)
            rows = zip(*texts, strict=True)
            self._known_keys[name] = list(map(FIELD_END.join, rows))
        return self._known_keys[name]

    @cached_property
    def _known_keys(self) -> dict[str, list[str]]:
        return {name: self.normal[name] for name in self.fields}

    def cells(self, column: str, why: str) -> Sequence[str]:
        """Cells of a column, `n`.

        Args:
            column: Its name.
            why: Who asks for it, for the message.

        Raises:
            InputError: If there is no such column.
        """
        if column not in self.columns:
            found = listing(map(repr, self.columns)) or "no column"
            raise InputError(
                f"The answers have no column {column!r}, which {why}. Found: {found}. "
                "Correct the name, or read the column, too."
            )
        return self.columns[column]

    def take(self, places: npt.NDArray[np.integer]) -> Answers:
        """The answers at some places; what is normalised stays so."""
        at = places.tolist()

        def taken(cells: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
            return {name: [part[k] for k in at] for name, part in cells.items()}

        found = Answers(taken(self.fields), taken(self.columns), self.non_answers)
        for name in ("normal", "_known_keys"):
            if name in self.__dict__:  # a cached property, already computed
                found.__dict__[name] = taken(self.__dict__[name])
        return found
