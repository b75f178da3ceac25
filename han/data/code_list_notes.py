"""Where the notes of a code list come from: its own file, or a table of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from han.code_list.code_checks import looks_like_code
from han.code_list.code_hints import code_hint
from han.code_list.code_spelling import plain_code
from han.code_list.code_tables import CodeTable, code_table_header, read_code_table
from han.code_list.list_columns import NOTES, find_column, find_columns
from han.code_list.list_rows import filled_rows
from han.code_list.taxonomy import Taxonomy
from han.data.code_list_texts import CodeText, note_texts
from han.errors import InputError, listing
from han.tables.locations import DataFile

_NOTES = CodeTable("file of notes", "taxonomy.notes", ("code", *NOTES))


def list_notes(tree: Taxonomy) -> list[CodeText]:
    """Units of the notes that the file of the code list has itself.

    Example:
        >>> tree = Taxonomy(["461"], [-1])
        >>> tree.notes = [("461", {"includes": "dulces"}), ("Total", {})]
        >>> [(text.text, text.node) for text in list_notes(tree)]
        [('dulces', 0)]
    """
    known = [(tree.nodes_of_code.get(code), row) for code, row in tree.notes]
    return [t for at, row in known if at for t in note_texts(row, at[0], tree)]


def read_notes(
    file: DataFile,
    tree: Taxonomy,
    encoding: str = "utf-8",
    columns: Mapping[str, str] | None = None,
) -> list[CodeText]:
    """Units of a table with `code`, `description`, `includes`, `excludes`.

    Args:
        file: The file; columns but `code` may be missing, others are not read.
        tree: The code list.
        encoding: Its encoding.
        columns: Names of its columns, if they are others. The column of codes may be
            called as in the code list, or `code`.

    Raises:
        InputError: For a bad file, no column of notes, or codes that are not in the
            code list or stand there more than once.
    """
    rows = note_rows(file, tree, encoding, columns)
    return [text for node, row in rows for text in note_texts(row, node, tree)]


def note_rows(
    file: DataFile,
    tree: Taxonomy,
    encoding: str = "utf-8",
    columns: Mapping[str, str] | None = None,
) -> list[tuple[int, dict[str, str]]]:
    """The same as they stand in the table: a node and the cells of its notes, by role.

    Raises:
        InputError: As `read_notes`.
    """
    header = code_table_header(file, _NOTES, encoding)
    found = _note_columns(header, columns or {}, str(file))
    table = read_code_table(file, _NOTES, {found["code"]}, encoding)
    rows = {
        number: {role: row[name] for role, name in found.items()}
        for number, row in filled_rows(table)[0]
    }
    return list(zip(_nodes(file, rows, tree), rows.values(), strict=True))


def _note_columns(
    header: Sequence[str], chosen: Mapping[str, str], where: str
) -> dict[str, str]:
    roles = _NOTES.columns
    named = {role: chosen[role] for role in roles if role in chosen}
    if "code" in named and find_column(named["code"], header, where, "") is None:
        del named["code"]  # that is the column of the code list
    found = find_columns(header, roles, named, where)
    lost = "code" if "code" not in found else "of notes" if len(found) == 1 else ""
    if lost:
        raise InputError(
            f"{where}: the file of notes has no column {lost}. Expected "
            f"{_NOTES.expected}: rename its columns, or name them in "
            "`taxonomy.columns`."
        )
    return found


def _nodes(
    file: DataFile, rows: dict[int, dict[str, str]], tree: Taxonomy
) -> list[int]:
    codes = [plain_code(row["code"]) for row in rows.values()]
    places = [tree.nodes_of_code.get(code, []) for code in codes]
    for problem, wrong in {
        "are not in the code list": [not nodes for nodes in places],
        "stand in the code list more than once, so nobody knows whose notes they are": [
            len(nodes) > 1 for nodes in places
        ],
    }.items():
        bad = [row for row, is_wrong in zip(rows, wrong, strict=True) if is_wrong]
        if bad:
            code = rows[bad[0]]["code"]
            shown = f": {code!r}, for instance" if looks_like_code(code) else ""
            raise InputError(
                f"{file}, rows {listing(bad)}: the codes {problem}"
                f"{shown}.{code_hint(code, tree.codes)} Correct the rows, or remove "
                "them."
            )
    return [nodes[0] for nodes in places]
