"""One spelling for codes that look equal; what looks equal and is not.

What nobody sees is taken away: characters without width, kinds of spaces, kinds of
digits. Letters of other alphabets, kinds of dashes and case are left, since they may be
meant: `check_look_alikes` refuses two codes that differ in nothing else.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from han.tables.visible_text import visible_text

# Cyrillic and Greek letters that look like those below.
LOOK_LATIN = (
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0405\u0406"
    "\u0408\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0455\u0456\u0458\u0391\u0392"
    "\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf"
)
_LATIN = "ABEKMHOPCTXSIJaeopcyxsijABEZHIKMNOPTYXo"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043\ufe58\ufe63"
_SAME_LOOK = str.maketrans(
    dict(zip(LOOK_LATIN + _DASHES, _LATIN + "-" * len(_DASHES), strict=True))
)


def plain_code(code: str) -> str:
    r"""A code in its one spelling: without what nobody sees, digits as 0 to 9.

    Case, letters and dashes stay as they are.

    Example:
        >>> plain_code(" 11\u200b1\xa0"), plain_code("\uff11\u0661")
        ('111', '11')
    """
    if not code.isascii():
        code = "".join(
            str(unicodedata.decimal(c)) if c.isdecimal() else c
            for c in visible_text(code)
        )
    if not code.isprintable() or "  " in code or code != code.strip():
        code = "".join(c for c in " ".join(code.split()) if c.isprintable())
    return code


def plain_path(path: Sequence[str]) -> tuple[str, ...]:
    """A path of codes in their one spelling."""
    return tuple(map(plain_code, path))


def look_of(code: str) -> str:
    r"""A code with Latin letters and one dash for what looks like them.

    Example:
        >>> look_of("\u041001\u20132")
        'A01-2'
    """
    return code.translate(_SAME_LOOK)


def difference(code: str, other: str) -> str:
    r"""How two codes of one look differ, for a message; "" if they do not look alike.

    Example:
        >>> difference("A1", "\u04101"), difference("A1", "a1")
        ('letters of two alphabets', 'case')
    """
    one, two = look_of(code), look_of(other)
    if code == other or one.lower() != two.lower():
        return ""
    if any(c in LOOK_LATIN for c in code + other):
        return "letters of two alphabets"
    return "kinds of dashes" if one == two else "case"


def odd_names(codes: str) -> str:
    """Names of the letters and dashes that are not those of a keyboard."""
    odd = {c for c in codes if ord(c) in _SAME_LOOK}
    return ", ".join(sorted(unicodedata.name(c).lower() for c in odd))
