"""Documents in the forms that users have them in, made into columns of texts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from han.errors import InputError, count_of, listing
from han.late_packages import pd
from han.text.distinct_texts import column_texts

Documents: TypeAlias = (
    "Sequence[str | Mapping[str, str]] | Mapping[str, Sequence[str]] | pd.Series "
    "| pd.DataFrame"
)
Side = Mapping[str, Sequence[str]]
GivenSide: TypeAlias = "Side | pd.DataFrame"
FORMS = (
    "Give a list, an array or a Series of texts, a list of mappings of field names to "
    "texts, a mapping of field names to columns, or a DataFrame with a column for each "
    "field."
)


def document_columns(
    documents: Documents, fields: Iterable[str]
) -> dict[str, list[str]]:
    """Documents as columns of known fields, of one length; what is missing is "".

    Args:
        documents: `n` texts of the first field, or mappings of field names to texts, in
            a list, a Series or an array `(n,)`; or `n` rows: a mapping of field names
            to columns, where a field may be left out, or a DataFrame, which has them
            all, and whose other columns are not read. None and NaN are no text.
        fields: Names of the fields.

    Raises:
        InputError: If the documents are of another form, a cell is no text, a field is
            not known or missing in a DataFrame, or columns differ in length.

    Example:
        >>> document_columns(["pan", {"tasks": "hornea"}], ["name", "tasks"])
        {'name': ['pan', ''], 'tasks': ['', 'hornea']}
        >>> document_columns(pd.DataFrame({"id": [7], "text": [None]}), ["text"])
        {'text': ['']}
    """
    known = list(fields)
    if isinstance(documents, pd.DataFrame):
        columns = _table_columns(documents, known)
    elif isinstance(documents, Mapping):
        columns = documents
    else:
        columns = _row_columns(documents, known[0])
    unknown = [str(name) for name in columns if name not in known]
    if unknown or not columns:
        what = f"field {listing(sorted(unknown))}" if unknown else "field in documents"
        raise InputError(f"There is no {what}. This run has: {listing(known)}.")
    found = {name: _texts(column, name) for name, column in columns.items()}
    lengths = {name: len(column) for name, column in found.items()}
    if len(set(lengths.values())) > 1:
        each = listing(f"{name} {length}" for name, length in lengths.items())
        raise InputError(f"Fields differ in length: {each}. Give a text for each row.")
    return found


def side_columns(
    side: GivenSide | None, known: Collection[str], rows: int
) -> dict[str, list[str]]:
    """Side features as columns of text.

    Args:
        side: A column for each of `rows` documents, by name; None for none.
        known: Names of the side features of the run.
        rows: Number of documents.

    Raises:
        InputError: If they are of another form, not known, or of another length.
    """
    given = {} if side is None else side
    if not isinstance(given, Mapping | pd.DataFrame):
        raise InputError(
            "`side`: Expected a mapping of side features to columns, or a DataFrame"
            f". Received {type(side).__name__}."
        )
    for name, cells in given.items():
        if name not in known:
            raise InputError(
                f"There is no side feature {name}. This run has: "
                f"{', '.join(known) or 'none'}."
            )
        if isinstance(cells, str) or not hasattr(cells, "__len__"):
            raise InputError(f"Side feature {name}: give a list, a cell for each.")
        if len(cells) != rows:
            raise InputError(
                f"Side feature {name} has {count_of(len(cells), 'cell')} for "
                f"{count_of(rows, 'document')}. Give one for each."
            )
    return {str(name): column_texts(list(cells)) for name, cells in given.items()}


def _table_columns(table: pd.DataFrame, known: list[str]) -> Mapping[str, Any]:
    missing = [name for name in known if name not in table.columns]
    if missing:
        raise InputError(
            f"The DataFrame has no column {listing(missing)}. This run reads the "
            f"fields {listing(known)}: rename the columns to these names, or add what "
            "is missing as a column of blanks."
        )
    return {name: table[name] for name in known}


def _row_columns(documents: Any, first: str) -> Mapping[str, list[Any]]:
    _check_column(documents, "documents")
    rows = [d if isinstance(d, Mapping) else {first: d} for d in documents]
    names = dict.fromkeys([first, *(name for row in rows for name in row)])
    return {name: [row.get(name, "") for row in rows] for name in names}


def _texts(column: Any, name: str) -> list[str]:
    _check_column(column, f"field {name}")
    cells = [cell if type(cell) is str else _text(cell) for cell in column]
    wrong = [row for row, cell in enumerate(cells) if cell is None]
    if wrong:
        kind = type(list(column)[wrong[0]]).__name__
        raise InputError(
            f"Field {name}: {len(wrong)} of {len(cells)} are not text, at positions "
            f"{listing(wrong, 5)}; the first has type {kind}. {FORMS}"
        )
    return [cell or "" for cell in cells]


def _check_column(column: Any, name: str) -> None:
    if isinstance(column, list | tuple) or getattr(column, "ndim", 0) == 1:
        return
    if isinstance(column, str):
        raise InputError("Give a list of texts, [text], even for a single one.")
    shape = getattr(column, "shape", None)
    given = f"an array of shape {shape}" if shape else type(column).__name__
    raise InputError(f"`{name}`: Received {given}. {FORMS}")


def _text(cell: Any) -> str | None:
    """A cell as text, "" where it is missing; None for what is neither."""
    if isinstance(cell, str):
        return str(cell)
    return "" if pd.api.types.is_scalar(cell) and pd.isna(cell) else None
