"""A code list with a column of codes for each level, as INEGI's tables have it.

Each row gives one code, or a whole path. Cells that are blank above a filled one
repeat what stands above them, as merged cells do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from han.code_list.list_columns import LevelColumn
from han.code_list.list_rows import CodeRow
from han.errors import InputError, listing


def level_rows(
    numbered: Sequence[tuple[int, Mapping[str, str]]],
    levels: Sequence[LevelColumn],
    title: str,
    where: str,
) -> list[CodeRow]:
    """A `CodeRow` for each code, from the first row that has it.

    Args:
        numbered: Rows with their numbers.
        levels: The columns of each level, from the top down.
        title: A column with the title of the deepest code of a row, or "".
        where: The file, for messages.

    Raises:
        InputError: For a row without a code, a code below none, or one code with two
            parents or two titles.

    Example:
        >>> table = [(1, {"a": "11", "b": "", "t": "Farms"}),
        ...          (2, {"a": "", "b": "111", "t": "Crops"})]
        >>> columns = [LevelColumn("a"), LevelColumn("b")]
        >>> [(r.code, r.parent, r.title) for r in level_rows(table, columns, "t", "x")]
        [('11', '', 'Farms'), ('111', '11', 'Crops')]
    """
    found: dict[str, CodeRow] = {}
    path: list[str] = []
    for number, row in numbered:
        path = _path_of(row, levels, path, f"{where}, row {number}")
        for depth, code in enumerate(path):
            given = row.get(levels[depth].title, "")
            if title and depth == len(path) - 1:
                given = given or row[title]
            new = CodeRow(number, code, path[depth - 1] if depth else "", given)
            found[code] = _merge(found.get(code), new, where)
    return list(found.values())


def _path_of(
    row: Mapping[str, str],
    levels: Sequence[LevelColumn],
    above: Sequence[str],
    where: str,
) -> list[str]:
    """The path of a row; blank cells above a filled one are those of the last path."""
    cells = [row[level.code] for level in levels]
    filled = [depth for depth, cell in enumerate(cells) if cell]
    if not filled:
        names = listing(level.code for level in levels)
        raise InputError(
            f"{where}: no code in any of the columns {names}. Fill one, or remove the "
            "row."
        )
    path: list[str] = []
    for depth in range(filled[-1] + 1):
        is_known = list(above[:depth]) == path and depth < len(above)
        if not cells[depth] and not is_known:
            raise InputError(
                f"{where}: `{levels[filled[-1]].code}` is filled, but "
                f"`{levels[depth].code}` is empty there and no row above says what it "
                "is. Fill it."
            )
        path.append(cells[depth] or above[depth])
    return path


def _merge(old: CodeRow | None, new: CodeRow, where: str) -> CodeRow:
    """What two rows say of one code."""
    if old is None:
        return new
    both = f"{where}, rows {old.row} and {new.row}: code {new.code!r}"
    if old.parent != new.parent:
        parents = f"{old.parent or 'none'} and {new.parent or 'none'}"
        raise InputError(
            f"{both} stands under two parents ({parents}). A code has one parent: "
            "correct or rename one of them."
        )
    if old.title and new.title and old.title != new.title:
        raise InputError(
            f"{both} has two titles ({old.title[:40]!r} and {new.title[:40]!r}). "
            "Correct one of them."
        )
    return old if old.title else CodeRow(old.row, old.code, old.parent, new.title)
