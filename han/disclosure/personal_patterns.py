"""Personal data in texts, by patterns: mail, long numbers, names behind titles."""

from __future__ import annotations

import re
from collections.abc import Iterable

LEAST_DIGITS = 8
_DATE = re.compile(r"(?<!\d)(?:19|20)\d\d-[01]\d-[0-3]\d(?!\d)")
MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}")
# A decimal fraction, a version or a part of a hash is no long number.
_NUMBER = re.compile(
    rf"(?<![\w.,])\+?\d(?:[ -]?\d){{{LEAST_DIGITS - 1},19}}(?![\w]|[.,]\d)"
)
_TITLE = (
    r"(?:[Ss]ra?|[Ss]rta|[Dd]ra?|[Ll]ic|[Ii]ng|[Pp]rofa?|[Mm]rs?|[Mm]s)\."
    r"|[Ss]eñora?|[Ss]eñorita|[Dd]oña|[Dd]on|[Mm]r|[Mm]rs|[Ss]r|[Ss]ra"
)
_NAME = r"[A-ZÁÉÍÓÚÑÜ][a-záéíóúñü]+"
_NAMED = re.compile(
    rf"(?<!\w)(?:{_TITLE})\s+((?:{_NAME})(?:\s+(?:(?:de|del|la)\s+)?{_NAME})*)"
)
USER_PATH = re.compile(
    r"(?:/home/|/Users/|[A-Za-z]:\\+Users\\+|[A-Za-z]:/Users/)[^\s/\\\"'<>,;:]+"
)
PASSWORD = re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s/:@\"'<>]+:[^\s/@\"'<>]+@")


def mails(text: str) -> list[str]:
    """Addresses of mail.

    Example:
        >>> mails("escriba a ana.ruiz@correo.example.mx, gracias")
        ['ana.ruiz@correo.example.mx']
    """
    return MAIL.findall(text)


def long_numbers(text: str) -> list[str]:
    """Digits alone of numbers of 8 to 20 digits: phones, documents, cards.

    Example:
        >>> long_numbers("tel. 55 1234 5678, 0.82690854119 y 2025.11.4")
        ['5512345678']
    """
    found = (match.group() for match in _NUMBER.finditer(_DATE.sub(" ", text)))
    return [re.sub(r"\D", "", number) for number in found]


def names(texts: Iterable[str]) -> set[str]:
    """Words of names behind titles, as they are written.

    Example:
        >>> sorted(names(["ayudo a la Dra. Rosa Pérez", "doctora rural"]))
        ['Pérez', 'Rosa']
    """
    return {
        word
        for text in texts
        for name in _NAMED.findall(text)
        for word in name.split()
        if word[0].isupper()
    }
