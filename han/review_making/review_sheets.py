"""A queue as a spreadsheet: a row for each answer, and the code list beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pandas as pd

from han.errors import InputError
from han.review_making.exported_answers import LONGEST, CodeNames, ExportedAnswer
from han.reviewing.people import same_name
from han.tables.form_workbooks import sheet_text, write_form
from han.tables.output_rows import delimited
from han.tables.spreadsheet_cells import without_formulas
from han.tables.whole_files import write_whole

KEY, TEXT, CANDIDATE, PERSON = "key.", "text.", "candidate_", "person"
EXPORTED = "exported"
MOMENT = "%Y%m%d-%H%M%S"  # of an export, in UTC; no spreadsheet takes it for a date
TO_FILL = ("final_code", "uncodable", "comment")
ENDINGS = (".xlsx", ".csv", ".tsv", ".json")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # so that Excel takes it for UTF-8


def check_ending(file: Path) -> None:
    """Raises InputError if a queue cannot be written into such a file."""
    if file.suffix.lower() not in ENDINGS:
        raise InputError(f"{file}: expected a name ending in {', '.join(ENDINGS)}.")


def file_beside(file: Path) -> Path:
    """Where the code list of an export is."""
    ending = file.suffix.lower()
    if ending in (".csv", ".tsv"):
        return file.with_name(f"{file.stem}_codes{file.suffix}")
    return file.with_suffix(".xml") if ending == ".json" else file


def write_sheet(
    file: Path,
    person: str,
    at: datetime,
    given: Sequence[ExportedAnswer],
    names: CodeNames,
) -> Path:
    """Writes answers for a person; the code list is a sheet, or a file beside.

    Args:
        file: `.xlsx`, `.csv` or `.tsv`.
        person: Whose it is; it stands in each row.
        at: When it is exported, in UTC; that, too.
        given: The answers.
        names: The code list.

    Returns:
        Where the code list is.
    """
    table, listed = answer_table(person, at, given, names), code_table(names)
    if file.suffix.lower() == ".xlsx":
        last = len(listed) + 1
        lists = {"final_code": f"codes!$A$2:$A${last}", "uncodable": '"x"'}
        write_form(file, {"answers": table, "codes": listed}, lists)
        return file
    separator = "\t" if file.suffix.lower() == ".tsv" else ","
    beside = file_beside(file)
    for target, content in ((file, table), (beside, listed)):
        cells = delimited(content, separator, header=True)
        write_whole(target, BYTE_ORDER_MARK + cells)
    return beside


def answer_table(
    person: str, at: datetime, given: Sequence[ExportedAnswer], names: CodeNames
) -> pd.DataFrame:
    """A row for each answer: all cells are texts, and none is a formula."""
    rows = [
        {"id": str(one.id), "batch": str(one.batch)}
        | {PERSON: same_name(person), EXPORTED: f"{at:{MOMENT}}"}
        | shown_cells(one)
        | dict.fromkeys(TO_FILL, "")
        | {
            f"{CANDIDATE}{rank}": names.titled(node)
            for rank, node in enumerate(one.candidates, 1)
        }
        for one in given
    ]
    table = pd.DataFrame(rows, dtype=object).fillna("")
    most = max(len(one.candidates) for one in given)
    last = [f"{CANDIDATE}{rank}" for rank in range(1, most + 1)]
    first = [str(name) for name in table if name not in (*TO_FILL, *last)]
    table = table[[*first, *TO_FILL, *last]]
    return without_formulas(table, [*first, *last])


def code_table(names: CodeNames) -> pd.DataFrame:
    """The code list; codes stay what they are, since they are typed and compared."""
    rows = [
        (name, title, " > ".join(path), *notes)
        for name, title, path, notes in zip(
            names.naming.names, names.titles, names.paths, names.notes, strict=True
        )
    ]
    columns = ["code", "title", "path", "titles", "description", "includes", "excludes"]
    table = pd.DataFrame(rows, columns=columns, dtype=object)
    return without_formulas(table, columns[1:])


def shown_cells(one: ExportedAnswer) -> dict[str, str]:
    """Keys and texts by column, as cells hold them."""
    keys = {KEY + name: text for name, text in one.keys.items()}
    told = {TEXT + name: text for name, text in one.texts.items()}
    return {name: sheet_text(text)[:LONGEST] for name, text in (keys | told).items()}
