"""Rows of a code list file: codes, and what else stands between them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from han.code_list.list_columns import plain
from han.code_list.list_form import ReadColumns
from han.errors import InputError, listing
from han.languages.remarks import Remark

# What stands for "none" in a parent column: R writes NA, databases NULL, UN Comtrade
# TOTAL or #.
NO_PARENT = {"na", "n/a", "nan", "null", "none", "total", "root", "#", "-"}
_FOOTER = re.compile(
    r"(fuente|source|nota|notas|note|notes|copyright|elaborad[oa]|elaboracion|"
    r"ultima actualizacion|last update)(\s*[:.]|\s+\S).*|[*©]+\s*\S.*"
)
_MARKED = re.compile(r"(?<=[a-záéíóúñ)])T$")
FEWEST_MARKED, MARKED_SHARE = 3, 0.05  # of the titles, or it is a letter of their own


@dataclass(frozen=True)
class CodeRow:
    """A code as a row of a file gives it.

    Attributes:
        row: The row, 1 is the first after the header.
        code: The code.
        parent: The code above it; empty at the top, or where a rule finds it.
        title: Its title, or empty.
    """

    row: int
    code: str
    parent: str
    title: str


def filled_rows(
    rows: Sequence[Mapping[str, str]],
) -> tuple[list[tuple[int, Mapping[str, str]]], list[Remark]]:
    """Rows with their numbers, less those that are no codes for sure.

    Those are blank rows, the header once more, and a line below the table such as
    `Fuente: INEGI`, which stands alone in its row.

    Returns:
        The rows, and a remark on each kind that was left out.
    """
    kept: list[tuple[int, Mapping[str, str]]] = []
    left: dict[str, list[int]] = {}
    for number, row in enumerate(rows, start=1):
        kind = _kind_of(row)
        if kind:
            left.setdefault(kind, []).append(number)
        else:
            kept.append((number, row))
    return kept, [Remark(f"left_{kind}", {"rows": at}) for kind, at in left.items()]


def _kind_of(row: Mapping[str, str]) -> str:
    cells = [cell for cell in row.values() if cell]
    if not cells:
        return "blank"
    if all(plain(cell) == plain(name) for name, cell in row.items() if name):
        return "header"
    is_alone = len(row) > 1 and len(cells) == 1
    return "note" if is_alone and _FOOTER.fullmatch(plain(cells[0])) else ""


def code_rows(
    numbered: Sequence[tuple[int, Mapping[str, str]]],
    columns: ReadColumns,
    where: str,
) -> tuple[list[CodeRow], list[Remark]]:
    """A `CodeRow` for each row; the row of a total is left out.

    Args:
        numbered: Rows with their numbers.
        columns: The columns that are read.
        where: The file, for messages.

    Returns:
        The rows, and remarks.

    Raises:
        InputError: For a row without a code, or whose code is a sentence.
    """
    names = (columns.code, columns.parent, columns.title)
    found = [
        CodeRow(number, *(row[name] if name else "" for name in names))
        for number, row in numbered
    ]
    _check_filled(found, where)
    known = {row.code for row in found}
    totals = [row for row in found if row.code.casefold() in {"total", "totales"}]
    others = [row for row in found if row not in totals] if totals else found
    gone = {row.code for row in totals}
    top = {p for row in others if (p := row.parent) and _is_none(p, known - gone)}
    others = [CodeRow(r.row, r.code, _real(r.parent, top), r.title) for r in others]
    remarks = []
    if totals:
        remarks.append(Remark("left_total", {"rows": [row.row for row in totals]}))
    if top:
        remarks.append(Remark("top", {"parents": sorted(map(repr, top))}))
    return others, remarks


def _is_none(parent: str, known: set[str]) -> bool:
    return parent not in known and parent.casefold() in NO_PARENT | {"totales"}


def _real(parent: str, top: set[str]) -> str:
    return "" if parent in top else parent


def _check_filled(rows: Sequence[CodeRow], where: str) -> None:
    blank = [row.row for row in rows if not row.code]
    if blank:
        raise InputError(
            f"{where}, row {listing(blank, 10)}: `code` is empty. Fill it, or remove "
            "the row."
        )
    has_titles = any(row.title for row in rows)
    parents = {row.parent for row in rows}
    for row in rows:
        is_alone = not row.title and not row.parent and row.code not in parents
        if has_titles and is_alone and " " in row.code:
            raise InputError(
                f"{where}, row {row.row}: {row.code[:40]!r} has no title and no parent."
                " If it is a note or a heading, remove the row; if it is a code, give "
                "it a title."
            )


def plain_titles(
    entries: Sequence[CodeRow],
) -> tuple[list[CodeRow], list[Remark]]:
    """Titles without the mark T, which NAICS and SCIAN put on those of three countries.

    It is a small letter above the line, of which a spreadsheet leaves `HuntingT`.

    Returns:
        The rows, and a remark if there are such titles.
    """
    marked = [row for row in entries if _MARKED.search(row.title)]
    if len(marked) < max(FEWEST_MARKED, MARKED_SHARE * len(entries)):
        return list(entries), []
    plain_rows = [replace(r, title=_MARKED.sub("", r.title)) for r in entries]
    return plain_rows, [Remark("left_mark", {"count": len(marked)})]
