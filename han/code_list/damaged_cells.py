"""What programs make of a code: kinds of damage that a cell shows by itself.

Whether a cell is damaged depends on the cells beside it, too: `NA` is Namibia among
codes of countries, and no code among numbers. See `han.code_list.damaged_labels`.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from han.languages.remarks import Remark

SCIENTIFIC = re.compile(r"\d+(?:[.,]\d+)?[eE][+-]?\d{1,3}")
# Days and months in the languages of `text.language`.
_MONTHS = {
    name: number
    for number, names in enumerate(
        "jan ene gen janv,feb fev fév févr,mar mär mrz mars,apr abr avr,may mai mag"
        ",jun giu juin,jul lug juil,aug ago aoû,sep set,oct out ott okt,nov"
        ",dec dic dez déc".split(","),
        start=1,
    )
    for name in names.split()
}
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})[a-zé]*\.?"
_NAMED = re.compile(
    rf"(?:(?P<before>\d{{1,4}})[-/. ]{_MONTH}|{_MONTH.replace('month', 'first')}"
    r"[-/. ](?P<after>\d{1,4}))(?:[-/. ]\d{2,4})?",
    re.IGNORECASE,
)
_TIME = r"(?P<time>[ T]\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?)?"
_ISO = re.compile(rf"(?:19|20)\d\d[-/](?P<a>\d{{1,2}})[-/](?P<b>\d{{1,2}}){_TIME}")
_LOCAL = re.compile(rf"(?P<a>\d{{1,2}})[/.-](?P<b>\d{{1,2}})[/.-](?:19|20)\d\d{_TIME}")


@dataclass(frozen=True)
class Damage:
    """A kind of damage.

    Attributes:
        words: What such cells are, for a message.
        pattern: What a whole cell looks like.
        advice: What to do.
        is_blank: Whether such a cell means that there is no code.
        when_all: Whether it is damage even if all cells of a column are so.
        is_shown: Whether such a cell may stand in a message: it is no text.
    """

    words: Remark
    pattern: re.Pattern[str]
    advice: Remark
    is_blank: bool = False
    when_all: bool = False
    is_shown: bool = True


def _kind(words: str, pattern: str, advice: str, **more: bool) -> Damage:
    compiled = re.compile(pattern, re.IGNORECASE)
    return Damage(Remark(words), compiled, Remark(advice), **more)


KINDS = (
    _kind(
        "errors",
        r"#[¡¿]?[A-ZÁÉÍÓÚÑ/0]+[!?]?|#+",
        "correct_formulas",
        when_all=True,
    ),
    _kind(
        "missing",
        r"<?(?:NA|NaN|NaT|None|NULL)>?|nulo|n/a|n\.a\.?|n/d|s/d|s\.d\.?|s/c|n\.?d\.?|"
        r"n[csr]|ns/n[cr]|nsnr|missing|perdido|\(?(?:blank|null|(?:en )?blanco|vac[ií]"
        r"[oa]s?)\)?|sin (?:c[oó]digo|dato|codificar|clasificar)s?|no (?:codificado|"
        r"code|aplica|sabe|responde|contesta)|uncoded|not coded|unknown|desconocido|"
        r"error|[-+]?inf(?:inity)?|-?1[.,]#\w+|\.[a-z_]?|[-_?*¿/]+|-\d{1,4}",
        "no_code",
        is_blank=True,
        when_all=True,
    ),
    _kind(
        "footers",
        r"(?:fuente|source|fonte|notas?|notes?|totale?s?|sub-?total|gran total|"
        r"grand total|suma|elaboraci[oó]n|elaborado|copyright|©|observaciones)\b.*",
        "remove_rows",
        is_blank=True,
        is_shown=False,
    ),
    _kind(
        "scientific",
        r"\d+(?:[.,]\d+)?E[+-]\d{1,3}|\d+[.,]\d+E\d{1,3}",
        "as_text",
        when_all=True,
    ),
    _kind(
        "booleans",
        "true|false|verdadero|falso|verdadeiro|vrai|faux|wahr|falsch",
        "write_codes",
    ),
    _kind(
        "amounts",
        r"[$€£¥]\s?[\d.,]+|[\d.,]+\s?[%$€£¥]",
        "text_column",
    ),
    _kind(
        "quoted",
        r"=?(['\"`´‘’“”]).*|.*['\"’”]",
        "remove_quotes",
        is_shown=False,
    ),
    _kind(
        "thousands",
        r"\d{1,3}(?:,\d{3})+",
        "one_code_as_text",
    ),
)


def date_parts(cell: str) -> tuple[int, int] | tuple[()]:
    """Two numbers that a spreadsheet may have taken for a day and a month.

    Example:
        >>> date_parts("01-feb"), date_parts("ene-11"), date_parts("2023-01-02")
        ((1, 2), (1, 11), (1, 2))
        >>> date_parts("46-11"), date_parts("0101-21-00")
        ((), ())
    """
    if named := _NAMED.fullmatch(cell):
        month = _MONTHS[(named["month"] or named["first"]).casefold()]
        if named["before"]:
            return int(named["before"]), month
        return month, int(named["after"])
    found = _ISO.fullmatch(cell) or _LOCAL.fullmatch(cell)
    if not found:
        return ()
    one, two = int(found["a"]), int(found["b"])
    is_date = 1 <= min(one, two) <= 12 and max(one, two) <= 31
    return (one, two) if is_date else ()


def serial_parts(cell: str) -> tuple[int, int] | tuple[()]:
    """Day and month of a date's number in a spreadsheet, years 2000 to 2040.

    Example:
        >>> serial_parts("44928"), serial_parts("4492")
        ((2, 1), ())
    """
    if len(cell) != 5 or not cell.isdecimal() or not 36526 <= int(cell) <= 51500:
        return ()
    day = datetime.date(1899, 12, 30) + datetime.timedelta(days=int(cell))
    return day.day, day.month


DATES = Damage(
    Remark("dates"),
    _NAMED,
    Remark("as_text"),
    when_all=True,
)


def damage_of(cell: str) -> Damage | None:
    """The kind of damage that a cell may have, or None.

    Example:
        >>> [str(damage_of(cell).words) for cell in ("2E+05", "ene-11")]
        ['numbers in scientific notation', 'dates that a spreadsheet has made of codes']
        >>> damage_of("46.11"), damage_of("31-33"), damage_of("E10")
        (None, None, None)
    """
    if date_parts(cell):
        return DATES
    return next((kind for kind in KINDS if kind.pattern.fullmatch(cell)), None)


def cause_of(cell: str) -> str:
    """A sentence about the damage of a cell, with a space before it; "" of others."""
    kind = damage_of(cell)
    return f" Some seem to be {kind.words}. {kind.advice}." if kind else ""
