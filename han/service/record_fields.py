"""`RecordFields`: which members a record of a request has; reads them strictly."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from han.data.side_features import MISSING, parse_numbers
from han.errors import listing
from han.service.problem import Problem

KEY = "key"  # of a record, given back with its answer
_NAME = re.compile(r"[\w.-]{1,60}")
_SURROGATE = re.compile("[\ud800-\udfff]")  # JSON may hold one, no text can
Record = Mapping[str, str]


def read_json(body: bytes) -> dict[str, Any]:
    """The members of a request.

    Args:
        body: What was sent, in UTF-8.

    Raises:
        Problem: If it is no JSON object, or has a member twice, or a number that JSON
            does not know.

    Example:
        >>> read_json(b'{"top_k": 3}')
        {'top_k': 3}
    """
    try:
        found = json.loads(
            body.decode(), object_pairs_hook=_members, parse_constant=_no_constant
        )
    except UnicodeDecodeError:
        raise Problem(400, "The body is no UTF-8. Send JSON in UTF-8.") from None
    except json.JSONDecodeError as error:
        raise Problem(
            400,
            f"The body is no JSON: {error.msg}, at line {error.lineno}, column "
            f"{error.colno}.",
        ) from None
    except (ValueError, RecursionError):  # a number of thousands of digits
        raise Problem(400, "The body is no JSON that can be read.") from None
    if not isinstance(found, dict):
        raise Problem(400, "The body must be a JSON object.")
    return found


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Problem(400, "An object has a member twice. Send each member once.")
    return found


def _no_constant(name: str) -> None:
    raise Problem(400, f"{name} is no JSON. Send null where there is no number.")


def check_members(
    given: Mapping[str, Any], known: Sequence[str], where: str = ""
) -> None:
    """Checks that an object has no members but known ones.

    Args:
        given: The object.
        known: Names of the members that it may have.
        where: Its place in the request.

    Raises:
        Problem: For the first that is not known.
    """
    for name in given:
        if name not in known:
            raise Problem(
                422,
                f"There is no such member here. Known: {listing(known)}.",
                _place(where, name),
            )


def _place(where: str, name: str) -> str | None:
    """The place of a member that is not known; what may be a text is not repeated."""
    if not _NAME.fullmatch(name):
        return where or None
    return f"{where}.{name}" if where else name


@dataclass(frozen=True)
class RecordFields:
    """The members of a record that a model reads.

    Attributes:
        texts: Text fields, or columns of a job's input that are read as text.
        numeric: Side features that are numbers.
        max_characters: Characters that a member may have.
    """

    texts: tuple[str, ...]
    numeric: tuple[str, ...] = ()
    max_characters: int = 10_000

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all that a record must have, in order."""
        return (*self.texts, *self.numeric)

    @property
    def has_key(self) -> bool:
        """Whether a record may have a `key`, which is given back."""
        return KEY not in self.names

    def read(self, records: Any, most: int) -> list[dict[str, str]]:
        """Records as texts by name; what is null is "".

        Args:
            records: What stands in the request.
            most: How many there may be.

        Raises:
            Problem: With the place, for what is missing, not known or of another type.
        """
        if not isinstance(records, list):
            raise Problem(422, "Expected a list of records.", "records")
        if not 1 <= len(records) <= most:
            raise Problem(
                413 if records else 422,
                f"Expected 1 to {most:,} records. Received: {len(records):,}.",
                "records",
            )
        found = [self.read_one(r, f"records[{n}]") for n, r in enumerate(records)]
        for name in self.numeric:
            self._check_numbers(name, [record[name] for record in found])
        return found

    def read_one(self, record: Any, where: str) -> dict[str, str]:
        """The same for one record, whose numbers are not looked at.

        Args:
            record: What stands in the request.
            where: Its place there.
        """
        if not isinstance(record, dict):
            raise Problem(422, f"Expected an object with {self._wanted}.", where)
        check_members(record, [*self.names, *([KEY] if self.has_key else [])], where)
        for name in self.names:
            if name not in record:
                raise Problem(
                    422,
                    f'Missing. A record has {self._wanted}; send "" or null where '
                    "there is nothing.",
                    f"{where}.{name}",
                )
        found = {n: self._text(record[n], f"{where}.{n}") for n in self.texts}
        found |= {n: _number(record[n], f"{where}.{n}") for n in self.numeric}
        if self.has_key and KEY in record and type(record[KEY]) is not int:
            found[KEY] = self._text(record[KEY], f"{where}.{KEY}")
        return found

    def _check_numbers(self, name: str, cells: list[str]) -> None:
        wrong = np.isnan(parse_numbers(cells))
        for row in np.flatnonzero(wrong).tolist():
            if cells[row].lower() not in MISSING:
                raise Problem(
                    422,
                    "Expected a number, with a point for decimals, or null.",
                    f"records[{row}].{name}",
                )

    @property
    def _wanted(self) -> str:
        return listing(self.names)

    def _text(self, value: Any, where: str) -> str:
        if value is None:
            return ""
        if not isinstance(value, str):
            raise Problem(422, f"Expected text. Received: {_kind(value)}.", where)
        if _SURROGATE.search(value):
            raise Problem(422, "Expected text. Received: half a character.", where)
        if len(value) > self.max_characters:
            raise Problem(
                422,
                f"Expected at most {self.max_characters:,} characters. Received: "
                f"{len(value):,}.",
                where,
            )
        return value


def _number(value: Any, where: str) -> str:
    """A number as a cell; "" for null."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return repr(value)
    raise Problem(422, f"Expected a number. Received: {_kind(value)}.", where)


def _kind(value: Any) -> str:
    """The type of a value in words of JSON, never the value."""
    kinds = {bool: "true or false", str: "text", list: "a list", dict: "an object"}
    return kinds.get(type(value), "a number")
