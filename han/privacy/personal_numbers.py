"""Numbers of persons, accounts and places: patterns, and what tells them from others.

A pattern alone would take codes and quantities for numbers of persons. So what has
check digits must pass them (python-stdnum), and what has none needs a word before it
that says what it is (`tel.`, `DNI`, `placas`), or marks that only such numbers have.
All patterns are bounded: their time grows as the text does.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from stdnum import iban, luhn
from stdnum.ar import cuit
from stdnum.es import dni, nie
from stdnum.mx import rfc
from stdnum.pe import ruc

Kind = Literal[
    "email",
    "curp",
    "rfc",
    "iban",
    "clabe",
    "card",
    "cuit",
    "ruc",
    "nif",
    "dni",
    "coordinates",
    "plate",
    "phone",
    "number",
    "name",
]
_GAP = r"[ .\-]?"
_BEFORE, _AFTER = r"(?<![\w@])", r"(?![\w@])"


@dataclass(frozen=True)
class Pattern:
    """How a kind of number is written.

    Attributes:
        kind: What it is.
        form: How it looks; the group `value`, if it has one, is what is taken out.
        holds: What must be true of its letters and digits, without marks between.
    """

    kind: Kind
    form: re.Pattern[str]
    holds: Callable[[str], bool] = bool


def _pattern(
    kind: Kind, form: str, holds: Callable[[str], bool] = bool, ends: bool = True
) -> Pattern:
    around = f"{_BEFORE}(?:{form}){_AFTER}" if ends else form
    return Pattern(kind, re.compile(around, re.IGNORECASE), holds)


def _is_clabe(digits: str) -> bool:
    """Source: Banco de México, weights 3, 7, 1 modulo 10."""
    weighted = (int(d) * w % 10 for d, w in zip(digits, (3, 7, 1) * 6, strict=False))
    *first, last = weighted
    return len(digits) == 18 and -sum(first) % 10 == int(digits[-1]) and last < 10


def _is_place(text: str) -> bool:
    """Latitude and longitude that can be."""
    one, two = (float(part) for part in re.findall(r"-?\d{1,3}\.\d+", text))
    return abs(one) <= 90 and abs(two) <= 180


def _is_phone(digits: str) -> bool:
    count = sum(map(str.isdigit, digits))
    return 9 <= count <= 15


_CALL = r"(?:tel(?:[eé]fonos?|s)?|cel(?:ular(?:es)?)?|m[oó]vil|whats?app|wsp|wa|phone|"
_CALL += r"mobile|llam(?:ar|e|en)|contacto|fono)"
_PAPER = r"(?:dni|d\.n\.i\.?|documento|c[eé]dula|identidad|pasaporte|passport)"
_DEGREES = r"-?\d{1,3}\.\d{4,12}"
_BLOCKS = r"\(?\d{2,4}\)?[ .\-]{1,2}\d{3,4}[ .\-]\d{4}"

# In this order: what is more certain first.
PATTERNS = (
    _pattern(
        "email",
        r"[\w.+\-]{1,64}\s?@\s?[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,4}",
        ends=False,
    ),
    _pattern(
        "curp",
        rf"[A-Z][AEIOUX][A-ZÑ]{{2}}{_GAP}\d\d[01]\d[0-3]\d{_GAP}[HMX][A-Z]{{5}}{_GAP}"
        r"[A-Z\d]\d",
    ),
    _pattern(
        "rfc", rf"[A-ZÑ&]{{3,4}}{_GAP}\d\d[01]\d[0-3]\d{_GAP}[A-Z\d]{{3}}", rfc.is_valid
    ),
    _pattern(
        "iban", r"[A-Z]{2}\d\d(?: ?[A-Z\d]{4}){3,7}(?: ?[A-Z\d]{1,3})?", iban.is_valid
    ),
    _pattern("phone", r"\+\d{1,3}(?:[ .()\-]{0,2}\d){8,12}", _is_phone, ends=False),
    _pattern("clabe", rf"(?:\d{_GAP}){{17}}\d", _is_clabe),
    _pattern("card", rf"(?:\d{_GAP}){{12,18}}\d", luhn.is_valid),
    _pattern("cuit", r"(?:20|23|24|27|30|33|34)-?\d{8}-?\d", cuit.is_valid),
    _pattern("ruc", r"(?:10|15|16|17|20)\d{9}", ruc.is_valid),
    _pattern("nif", rf"\d{{8}}{_GAP}[A-Z]", dni.is_valid),
    _pattern("nif", rf"[XYZ]{_GAP}\d{{7}}{_GAP}[A-Z]", nie.is_valid),
    _pattern(
        "coordinates", rf"{_DEGREES}°?[NS]?[ ,;]{{1,3}}{_DEGREES}°?[EWO]?", _is_place
    ),
    _pattern(
        "dni", rf"{_PAPER}\W{{0,3}}(?:n[°ºo.]{{1,2}} ?)?(?P<value>\d{{7,9}}(?:-\d)?)"
    ),
    _pattern(
        "plate",
        r"(?:placas?|matr[ií]cula|plates?)\W{1,3}(?P<value>(?=[A-Z \-]{0,6}\d)"
        r"[A-Z\d]{2,4}[ \-]?[A-Z\d]{2,4}(?:[ \-][A-Z\d]{1,2})?)",
    ),
    _pattern(
        "phone", rf"{_CALL}\W{{0,3}}(?P<value>\+?\d(?:[ .()\-]{{0,2}}\d){{6,13}})"
    ),
    _pattern("phone", rf"(?:\+?\d{{1,3}}[ .\-])?{_BLOCKS}", _is_phone),
    _pattern("phone", r"9\d{2}[ \-]\d{3}[ \-]\d{3}"),
)
LONG_NUMBER = _pattern("number", rf"\d(?:{_GAP}\d){{8,29}}")
# What all patterns need: most texts have nothing of it, and are not looked at again.
MAY_HOLD = re.compile(
    r"@|\d(?:\W{0,3}\d){4}|\d{3}|(?:placa|matr[ií]cula|plate)", re.IGNORECASE
)
