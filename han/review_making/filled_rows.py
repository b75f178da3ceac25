"""Rows of a file that a person has filled in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from han.errors import InputError, listing
from han.review_making.review_sheets import EXPORTED, KEY, PERSON, TEXT, TO_FILL
from han.tables.columns import Columns
from han.tables.locations import data_location
from han.tables.reading import column_names, read_table

CODE = TO_FILL[0]
HEADER = 1  # rows above the first answer
TYPED = " If it is meant as a text, put an apostrophe (') before it."


@dataclass(frozen=True)
class FilledRow:
    """A row as it came back.

    Attributes:
        number: Where it stands: as a spreadsheet counts, or the number of the task.
        id: Id of the answer.
        person: Who got it.
        exported: When, as the export wrote it.
        shown: Cells that were not to be changed, by column.
        code: What stands in `final_code`.
        uncodable: What stands in `uncodable`.
        comment: What stands in `comment`.
        unread: What is wrong with cells that cannot be read, such as formulas.
    """

    number: int
    id: str
    person: str
    exported: str
    shown: dict[str, str]
    code: str
    uncodable: str
    comment: str
    unread: tuple[str, ...] = ()

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands in it."""
        if self.unread:
            return False
        cells = (self.id, self.code, self.uncodable, self.comment)
        return not any(map(str.strip, (*cells, *self.shown.values())))

    @property
    def is_open(self) -> bool:
        """Whether it was not filled in."""
        return not any(map(str.strip, (self.code, self.uncodable, self.comment)))


def read_filled(file: Path, encoding: str | None) -> list[FilledRow]:
    """Rows of a spreadsheet.

    Args:
        file: `.xlsx`, `.csv` or `.tsv`; commas may have become semicolons.
        encoding: Encoding of a text file; UTF-8 if None.

    Raises:
        InputError: If it cannot be read, or a column is not there.
    """
    place, encoding = data_location(str(file)), encoding or "utf-8"
    needed = ["id", PERSON, EXPORTED, *TO_FILL]
    found = column_names(place, encoding=encoding, wanted=needed)
    if missing := [name for name in needed if name not in found]:
        raise InputError(
            f"{file}: there is no column {listing(map(repr, missing))}. Expected the "
            "columns that `python -m han.review export` wrote."
        )
    shown = [name for name in found if name.startswith((KEY, TEXT))]
    asked = dict.fromkeys([*needed, *shown], "export")
    others = {name: name for name in asked if name != CODE}
    columns = Columns({}, [CODE], others=others, asked_by=asked)
    unread: dict[int, list[str]] = {}

    def note(number: int, at: int, fault: str) -> None:
        advice = TYPED if found[at] == "comment" else ""
        unread.setdefault(number, []).append(f"`{found[at]}`: {fault}{advice}")

    table = read_table(place, columns, encoding=encoding, on_fault=note)
    rows = table.to_dict("records")
    filled = [
        FilledRow(
            number,
            row["id"].strip(),
            row[PERSON],
            row[EXPORTED],
            {name: row[name] for name in shown},
            row[CODE].strip(),
            row["uncodable"].strip(),
            row["comment"].strip(),
            tuple(unread.get(number, ())),
        )
        for number, row in enumerate(rows, HEADER + 1)
    ]
    return [row for row in filled if not row.is_blank]
