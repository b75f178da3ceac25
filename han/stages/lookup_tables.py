"""Tables that stages read: dictionaries, rules, crosswalks; their cells and codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from han.code_list.code_checks import looks_like_code
from han.code_list.code_hints import code_hint
from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.errors import InputError, count_of, listing
from han.tables.columns import Columns
from han.tables.locations import DataFile
from han.tables.reading import column_names, read_table

SHOWN = 5


@dataclass(frozen=True)
class LookupTable:
    """Cells of a table, less its blank rows.

    Attributes:
        where: The file, for messages.
        rows: Number of each row in the file, `n`; 1 is the first after the header.
        cells: Stripped cells by column name, `n` each.
        header: Names of all columns of the file.
    """

    where: str
    rows: list[int]
    cells: dict[str, list[str]]
    header: list[str]

    def refuse(self, places: Sequence[int], column: str, what: str) -> None:
        """Raises InputError where some cells are wrong.

        Args:
            places: Where in `rows` they are.
            column: Their column.
            what: What is wrong, what was expected, and what to do.
        """
        if places:
            rows = listing((self.rows[place] for place in places), SHOWN)
            raise InputError(
                f"{self.where}, column {column!r}, rows {rows} "
                f"({count_of(len(places), 'row')}): {what}"
            )


def read_lookup_table(
    file: DataFile,
    what: str,
    required: Sequence[str],
    *,
    optional: Sequence[str] = (),
    codes: Sequence[str] = (),
    encoding: str = "utf-8",
) -> LookupTable:
    """Reads some columns of a table of any kind as text.

    Args:
        file: The table.
        what: What it is, for messages.
        required: Columns that it must have.
        optional: Columns that are read if they are there.
        codes: Which of all these hold codes, in which a workbook may hold no dates.
        encoding: Encoding of a text file.

    Raises:
        InputError: For a missing column, a file that cannot be read, or without rows.
    """
    header = column_names(file, encoding=encoding, wanted=required)
    if missing := [name for name in required if name not in header]:
        raise InputError(
            f"{file}: the {what} has no column {listing(map(repr, missing))}. Expected "
            f"{listing(required)}, and as may be {listing(optional) or 'no others'}. "
            "Correct the header or the name."
        )
    names = [name for name in (*required, *optional) if name in header]
    texts = {name: name for name in names if name not in codes}
    columns = Columns(texts, labels=[name for name in names if name in codes])
    table = read_table(file, columns, encoding=encoding)
    cells = {name: [cell.strip() for cell in table[name]] for name in names}
    filled = [k for k, row in enumerate(zip(*cells.values(), strict=True)) if any(row)]
    kept = {name: [column[k] for k in filled] for name, column in cells.items()}
    return LookupTable(str(file), [k + 1 for k in filled], kept, header)


def code_nodes(table: LookupTable, column: str, tree: Taxonomy) -> IntArray:
    """Node of each cell of a column of codes, `(n,)`; -1 where it is blank.

    A code is written as outputs write it: alone, or with its path, such as `1 > 11`,
    where it stands under two parents.

    Raises:
        InputError: If a code is not in the code list, or needs its path.
    """
    cells = table.cells[column]
    found = {cell: tree.naming.find(cell) if cell else [ROOT] for cell in set(cells)}
    table.refuse(
        [k for k, cell in enumerate(cells) if not found[cell]],
        column,
        _unknown([cell for cell in cells if not found[cell]], tree),
    )
    several = [k for k, cell in enumerate(cells) if len(found[cell]) > 1]
    if several:
        first = tree.naming.paths[found[cells[several[0]]][0]]
        table.refuse(
            several,
            column,
            "the codes stand under more than one parent in the code list. Expected "
            f"paths, such as {first!r}.",
        )
    return np.array([found[cell][0] for cell in cells], np.int32)


def _unknown(cells: Sequence[str], tree: Taxonomy) -> str:
    """What to say of cells that no code list has; a text is never repeated."""
    if not cells:
        return ""
    distinct = list(dict.fromkeys(cells))
    is_shown = all(map(looks_like_code, distinct))
    shown = f", such as {listing(map(repr, distinct), SHOWN)}" if is_shown else ""
    return (
        f"{count_of(len(distinct), 'code')} not in the code list{shown}. Expected "
        f"codes such as {tree.node_names[-1]!r}.{code_hint(distinct[0], tree.codes)} "
        "Correct the codes, or remove the rows."
    )
