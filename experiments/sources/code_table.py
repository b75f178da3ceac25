"""A code list out of a table of a page that `han.fetch` has brought.

    python experiments/sources/code_table.py data/sources/ciuo.html -o ciuo.csv

The table is the first whose head has the columns asked for; other columns come along.
Codes stay text. Cells that span several rows are said again in each. Needs `pip install
'.[scraping]'`.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from bs4 import BeautifulSoup, Tag

from han.cli import run_command
from han.errors import InputError
from han.tables.provenance import file_record, write_provenance
from han.tables.whole_files import whole_file


def rows_of(table: Tag) -> Iterator[list[str]]:
    """Rows of a table as texts, heads too."""
    waiting: dict[int, tuple[int, str]] = {}  # column: rows still to come, cell
    for row in table.find_all("tr"):
        cells = [c for c in row.find_all(["td", "th"]) if c.find_parent("tr") is row]
        found: list[str] = []
        while cells or len(found) in waiting:
            place = len(found)
            if place in waiting:
                left, text = waiting.pop(place)
                if left > 1:
                    waiting[place] = left - 1, text
            else:
                cell = cells.pop(0)
                text = " ".join(cell.get_text(" ").split())
                if (spans := int(str(cell.get("rowspan") or 1))) > 1:
                    waiting[place] = spans - 1, text
            found.append(text)
        yield found


def code_table(page: bytes, columns: Sequence[str]) -> list[list[str]]:
    """The table whose head has these columns, its head first.

    Args:
        page: The page.
        columns: Names in its head, in any case.
    """
    heads = []
    for table in BeautifulSoup(page, "html.parser").find_all("table"):
        head, *rows = rows_of(table) or [[]]
        heads.append(", ".join(head))
        if {c.casefold() for c in columns} <= {c.casefold() for c in head}:
            return [head, *(row for row in rows if len(row) == len(head) and any(row))]
    raise InputError(
        f"no table of the page has the columns {', '.join(columns)}. Found: "
        f"{'; '.join(heads) or 'no table'}. Name them with --columns."
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Writes the table as CSV, with where it comes from."""
    arguments = argparse.ArgumentParser(description="Code list out of a page's table.")
    arguments.add_argument("page", type=Path)
    arguments.add_argument("-o", "--output", type=Path, required=True)
    arguments.add_argument("--columns", nargs="+", default=["code", "title"])
    given = arguments.parse_args(argv)
    table = code_table(given.page.read_bytes(), given.columns)
    with (
        whole_file(given.output) as temporary,
        temporary.open("w", encoding="utf-8", newline="") as stream,
    ):
        csv.writer(stream).writerows(table)
    rows = {"rows": len(table) - 1, "columns": table[0]}
    write_provenance(given.output, "code_table", [file_record(given.page)], rows)
    print(f"{given.output}: {len(table) - 1} codes")
    return 0


if __name__ == "__main__":
    run_command(main)
