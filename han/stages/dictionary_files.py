"""Files of a dictionary: an official index, records coded before."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from han.code_list.taxonomy import ROOT, Taxonomy
from han.stages.dictionary import Dictionary
from han.stages.dictionary_sources import coded_dictionary, listed_dictionary
from han.stages.lookup_tables import LookupTable, code_nodes, read_lookup_table
from han.tables.locations import DataFile
from han.text.non_answers import NONE, NonAnswers


def read_index(
    file: DataFile,
    tree: Taxonomy,
    fields: Mapping[str, str],
    *,
    code: str = "code",
    entry_id: str | None = None,
    encoding: str = "utf-8",
    non_answers: NonAnswers = NONE,
) -> Dictionary:
    r"""An official index: each row a text and its code.

    Args:
        file: A table of any kind.
        tree: The code list.
        fields: Column of the text, by the name of the answers' field that it is
            compared with; several if all of them must be equal.
        code: Column of the code.
        entry_id: Column of what the office calls an entry; else the row is its name.
        encoding: Encoding of a text file.
        non_answers: What is read as blank, as in the answers.

    Raises:
        InputError: For a file that cannot be read, a missing column, a row without a
            text or code, or a code that is not in the code list or needs its path.

    Example:
        >>> import pathlib, tempfile
        >>> tree = Taxonomy(["11", "12"], [-1, -1])
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = pathlib.Path(folder, "index.csv")
        ...     _ = file.write_text("text,code\nPan de caja,11\nQueso,12\n")
        ...     found = read_index(file, tree, {"what": "text"})
        >>> found.keys, found.reasons
        (('pan de caja', 'queso'), ('index:1', 'index:2'))
    """
    others = [entry_id] if entry_id else []
    required = [*fields.values(), code, *others]
    table = read_lookup_table(
        file, "index", list(dict.fromkeys(required)), codes=[code], encoding=encoding
    )
    nodes = code_nodes(table, code, tree)
    table.refuse(
        np.flatnonzero(nodes == ROOT).tolist(),
        code,
        "there is no code. Expected one beside each text: enter it, or remove the row.",
    )
    texts = _texts(table, fields)
    blank = [k for k, row in enumerate(zip(*texts.values(), strict=True)) if any(row)]
    lost = sorted(set(range(len(table.rows))) - set(blank))
    table.refuse(
        lost,
        next(iter(fields.values())),
        "there is no text. Expected one beside each code: enter it, or remove the row.",
    )
    names = table.cells[entry_id] if entry_id else map(str, table.rows)
    ids = [f"index:{name or row}" for name, row in zip(names, table.rows, strict=True)]
    return listed_dictionary(texts, nodes, tree, ids, non_answers)


def read_coded_records(
    file: DataFile,
    tree: Taxonomy,
    fields: Mapping[str, str],
    *,
    code: str,
    min_count: int,
    min_purity: float,
    count: str | None = None,
    encoding: str = "utf-8",
    non_answers: NonAnswers = NONE,
) -> Dictionary:
    """Records coded before; see `coded_dictionary` for what a text must have.

    Args:
        file: A table of any kind; rows without a text or a code are left out.
        tree: The code list.
        fields: Column of each text, by the name of the answers' field.
        code: Column of the code.
        min_count: Fewest records that agree.
        min_purity: Least share of a text's records that agree.
        count: Column of the number of records that a row stands for.
        encoding: Encoding of a text file.
        non_answers: What is read as blank, as in the answers.

    Raises:
        InputError: For a file that cannot be read, a missing column, a count that is
            no whole number above 0, or a code that is not in the code list or needs
            its path.
    """
    required = [*fields.values(), code, *([count] if count else [])]
    table = read_lookup_table(
        file,
        "file of coded records",
        list(dict.fromkeys(required)),
        codes=[code],
        encoding=encoding,
    )
    return coded_dictionary(
        _texts(table, fields),
        code_nodes(table, code, tree),
        _counts(table, count) if count else None,
        min_count=min_count,
        min_purity=min_purity,
        ids=[f"coded:{row}" for row in table.rows],
        non_answers=non_answers,
    )


def _texts(table: LookupTable, fields: Mapping[str, str]) -> dict[str, list[str]]:
    return {field: table.cells[column] for field, column in fields.items()}


def _counts(
    table: LookupTable, column: str
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    cells = table.cells[column]
    is_count = [cell.isdecimal() and int(cell) > 0 for cell in cells]
    table.refuse(
        [k for k, is_right in enumerate(is_count) if not is_right],
        column,
        "there is no count. Expected a whole number above 0, of the records that the "
        "row stands for: enter it, or leave the column out.",
    )
    return np.array([int(cell) for cell in cells], np.int64)
