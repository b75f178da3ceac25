"""Cells of programs that know numbers, dates and formats, as text."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import math
import re
from decimal import Decimal

import numpy as np

from han.errors import InputError

FLOAT = "%.6g"  # a number of a prediction, as text
EXACT = 2**53  # whole numbers below are exact as floats
_LITERAL = r'\\.|"[^"]*"|[-/ ()]'
_ZEROS = re.compile(rf"(?:{_LITERAL})*0(?:0|{_LITERAL})*0(?:{_LITERAL})*")
_DECIMALS = re.compile(r"(0+)\.(0+)")


def cell_text(value: object, where: str = "data") -> str:
    """A cell as text: "" if it is missing, whole numbers without `.0`, dates in ISO.

    Args:
        value: The cell.
        where: Name of the file and the column, for messages.

    Raises:
        InputError: For bytes that are not UTF-8, and for what has no text of its own.

    Example:
        >>> [cell_text(cell) for cell in (None, "01", 111.0, 1.5, True)]
        ['', '01', '111', '1.5', '1']
        >>> cell_text(dt.datetime(2026, 3, 1))
        '2026-03-01'
    """
    if isinstance(value, str):
        return value
    if value is None or value != value:  # not a number, not a time
        return ""
    if isinstance(value, bool | np.bool_):
        return "1" if value else "0"
    if isinstance(value, int | np.integer | Decimal):
        return str(value)
    if isinstance(value, float | np.floating):
        return _number_text(value)
    if isinstance(value, dt.datetime):
        return value.isoformat(" ").removesuffix(" 00:00:00")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        return str(value)
    return _bytes_text(value, where)


def _number_text(value: float | np.floating) -> str:
    whole = math.isfinite(value) and abs(float(value)) < EXACT and value == int(value)
    return str(int(value)) if whole else str(value)


def _bytes_text(value: object, where: str) -> str:
    if isinstance(value, bytes | memoryview):
        with contextlib.suppress(UnicodeDecodeError):
            return bytes(value).decode()
    raise InputError(
        f"{where}: cells are {type(value).__name__}, which is no text. Store text or "
        "numbers in this column, or leave it out."
    )


def shown_number(value: float, number_format: str) -> str:
    r"""A number as a workbook shows it, where its format fills it with zeros.

    Other formats (of money, of shares) do not change what is read.

    Example:
        >>> shown_number(111, "0000"), shown_number(1.1, "00.00")
        ('0111', '01.10')
        >>> shown_number(46111, r"00\.00\.00"), shown_number(47.1, "0.00")
        ('04.61.11', '47.10')
        >>> shown_number(111, "0.00")  # the format of a number, not of a code
        '111'
    """
    decimals, is_filled = _zero_format(number_format)
    first = number_format.partition(";")[0]
    if first.startswith("0.") and value == int(value):
        decimals = None
    if decimals and value >= 0 and round(value, decimals[1]) == value:
        return f"{value:0{decimals[0]}.{decimals[1]}f}"
    if not is_filled or value < 0 or value != int(value):
        return cell_text(value)
    return _filled(int(value), first)


@functools.lru_cache(maxsize=256)
def _zero_format(number_format: str) -> tuple[tuple[int, int] | None, bool]:
    """Width and decimals of a format such as `00.00`; whether it is one as `0000`."""
    first = number_format.partition(";")[0]
    if found := _DECIMALS.fullmatch(first):
        return (len(first), len(found[2])), False
    return None, "." not in first.replace("\\.", "") and bool(_ZEROS.fullmatch(first))


def _filled(number: int, pattern: str) -> str:
    """The digits of a number in the places of the zeros, from the right."""
    marks = re.findall(rf"0|{_LITERAL}", pattern)
    places = marks.count("0")
    digits = str(number).zfill(places)
    surplus, digits = digits[: len(digits) - places], digits[-places:]
    text, taken = [], iter(digits)
    for mark in marks:
        if mark == "0":
            text.append(surplus + next(taken))
            surplus = ""
        else:
            text.append(mark.strip('"').removeprefix("\\") or mark[-1:])
    return "".join(text)
