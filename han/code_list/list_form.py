"""How a file of codes is made, and which of its columns are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from han.code_list.list_columns import (
    NAMES,
    NOTES,
    LevelColumn,
    find_columns,
    find_level_columns,
    plain,
)
from han.errors import InputError, listing
from han.languages.remarks import Remark

ROLES = ("code", "parent", "title")


@dataclass(frozen=True)
class ListForm:
    """How a file of codes is made.

    Attributes:
        columns: The names of its columns, by `code`, `parent`, `title`, `description`,
            `includes` and `excludes`.
        parent: Where parents come from; None is the column, or `levels`.
        levels: Columns of codes, from the top level down, each alone or with the
            column of its titles.
        missing_parents: Whether a missing parent is an error, or the nearest code above
            takes its place.
        check_width: Whether codes that seem to have lost zeros are an error.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    parent: Literal["column", "prefix", "order"] | None = None
    levels: Sequence[str | Sequence[str]] = ()
    missing_parents: Literal["error", "nearest"] = "error"
    check_width: bool = True

    @property
    def has_parents(self) -> bool:
        """Whether a column says the parents."""
        return not self.levels and self.parent in {None, "column"}


USUAL = ListForm()


@dataclass(frozen=True)
class ReadColumns:
    """The columns that are read, "" for one that is not there.

    Attributes:
        code: The column of codes.
        parent: The column of parents.
        title: The column of titles.
        levels: The columns of each level, in place of the first two.
        notes: The columns of notes, by `description`, `includes` and `excludes`.
    """

    code: str = ""
    parent: str = ""
    title: str = ""
    levels: Sequence[LevelColumn] = ()
    notes: Mapping[str, str] = field(default_factory=dict)

    @property
    def of_codes(self) -> set[str]:
        """Names of the columns whose cells are codes."""
        return {*filter(None, (self.code, self.parent)), *(c.code for c in self.levels)}

    @property
    def remarks(self) -> list[Remark]:
        """Says which columns were read under another name."""
        named = {role: getattr(self, role) for role in ROLES}
        other = [
            Remark("read_as", {"name": repr(name), "role": Remark(f"role_{role}")})
            for role, name in named.items()
            if name not in {"", role}
        ]
        return [Remark("columns_read", {"columns": other})] if other else []

    def notes_of(self, row: Mapping[str, str]) -> tuple[str, dict[str, str]]:
        """The code that a row is about, the deepest of several, and its notes."""
        codes = [level.code for level in self.levels] or [self.code]
        code = next((row[name] for name in reversed(codes) if row[name]), "")
        return code, {role: row[name] for role, name in self.notes.items()}


def find_list_columns(header: Sequence[str], form: ListForm, where: str) -> ReadColumns:
    """The columns of a code list by the names of all columns.

    Args:
        header: Names of the columns.
        form: How the list is made.
        where: The file, for messages.

    Raises:
        InputError: If a column is missing, or two may be meant; a column of parents
            alone may be missing, as a message can then say more of the rows.

    Example:
        >>> find_list_columns(["Código", "title"], ListForm(parent="prefix"), "a.csv")
        ReadColumns(code='Código', parent='', title='title', levels=(), notes={})
    """
    columns = _tree_columns(header, form, where)
    named = {columns.code, columns.parent, columns.title}
    named |= {name for level in columns.levels for name in (level.code, level.title)}
    free = [name for name in header if name not in named]
    return replace(columns, notes=find_columns(free, NOTES, form.columns, where))


def _tree_columns(header: Sequence[str], form: ListForm, where: str) -> ReadColumns:
    """The columns that say the tree, and titles."""
    if form.levels:
        levels = find_level_columns(form.levels, header, where)
        taken = {name for level in levels for name in (level.code, level.title)}
        free = [name for name in header if name not in taken]
        # Titles of levels leave no doubt what a title is.
        named = () if any(level.title for level in levels) else ("title",)
        found = find_columns(free, named, form.columns, where)
        return ReadColumns(title=found.get("title", ""), levels=tuple(levels))
    roles = ROLES if form.has_parents else ("code", "title")
    found = find_columns(header, roles, form.columns, where)
    if "code" not in found:
        lost = [role for role in roles if role != "title" and role not in found]
        raise InputError(
            f"{lost_columns(lost, header, where)} Name the columns in "
            "`taxonomy.columns`, as {code: hscode}."
        )
    code, parent, title = (found.get(role, "") for role in ROLES)
    return ReadColumns(code, parent, title)


def lost_columns(lost: Sequence[str], header: Sequence[str], where: str) -> str:
    """What is missing and what is there; data that stands for a header is not shown."""
    usual = {name for names in NAMES.values() for name in names}
    found = f"{len(header)} other cells in the first line; is it the header?"
    if not header or usual & set(map(plain, header)):
        found = f"{listing(header or ['nothing'])}."
    return (
        f"{where}: the code list has no column {', '.join(lost)}. Expected code, "
        f"parent and title. Found: {found}"
    )
