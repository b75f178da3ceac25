"""Which column of a file of codes is what, however its header is spelt."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from han.errors import InputError, listing

# What offices call these columns, in English and Spanish, without case and accents.
NAMES = {
    "code": ("code", "codigo", "clave"),
    "parent": ("parent", "padre"),
    "title": ("title", "titulo", "denominacion"),
    "description": ("description", "descripcion"),
    "includes": ("includes", "incluye"),
    "excludes": ("excludes", "excluye"),
}
NOTES = ("description", "includes", "excludes")
INSTEAD = {"title": "description"}  # what is taken where a column is not there


def plain(name: str) -> str:
    """A column name without case and accents, and with single blanks inside.

    Example:
        >>> plain(" CÓDIGO  del sector ")
        'codigo del sector'
    """
    letters = unicodedata.normalize("NFKD", " ".join(name.casefold().split()))
    return "".join(sign for sign in letters if not unicodedata.combining(sign))


def find_column(name: str, header: Sequence[str], where: str, key: str) -> str | None:
    """The column that a key names; case, accents and blanks may differ.

    Raises:
        InputError: If two columns may be meant.
    """
    own = [column for column in header if column == name]
    like = [column for column in header if plain(column) == plain(name)]
    return _only(own or like, where, name, key)


def find_columns(
    header: Sequence[str],
    roles: Sequence[str],
    chosen: Mapping[str, str],
    where: str,
) -> dict[str, str]:
    """The column for each role that has one: `code`, `parent`, `title` and so on.

    Args:
        header: Names of the columns.
        roles: The roles, some keys of `NAMES`.
        chosen: Columns that the user has named, by role.
        where: The file, for messages.

    Raises:
        InputError: If a named column is not there, or two may be meant.

    Example:
        >>> find_columns(["Código", "TITULO"], ["code", "parent", "title"], {}, "a.csv")
        {'code': 'Código', 'title': 'TITULO'}
    """
    found: dict[str, str] = {}
    for role in roles:
        key = f"taxonomy.columns.{role}"
        if role in chosen:
            column = find_column(chosen[role], header, where, key)
            if column is None:
                raise InputError(
                    f"{where}: there is no column {chosen[role]!r}, which "
                    f"`{key}` names. Found: {listing(map(repr, header))}."
                )
        else:
            free = [c for c in header if c not in chosen.values()]
            column = _usual_column(role, free, where, key)
        if column is not None:
            found[role] = column
    return found


def _usual_column(role: str, header: Sequence[str], where: str, key: str) -> str | None:
    own = [column for column in header if plain(column) == role]
    usual = [column for column in header if plain(column) in NAMES[role]]
    instead = NAMES.get(INSTEAD.get(role, ""), ())
    others = [column for column in header if plain(column) in instead]
    return _only(own or usual or others, where, role, key)


def _only(found: Sequence[str], where: str, name: str, key: str) -> str | None:
    if len(found) > 1:
        raise InputError(
            f"{where}: {len(found)} columns may be the {name!r}: "
            f"{listing(map(repr, found))}. Name one of them in `{key}`."
        )
    return found[0] if found else None


@dataclass(frozen=True)
class LevelColumn:
    """The columns of one level: of its codes, and of their titles if it has one."""

    code: str
    title: str = ""


def find_level_columns(
    levels: Sequence[str | Sequence[str]], header: Sequence[str], where: str
) -> list[LevelColumn]:
    """The columns that `taxonomy.levels` names, as the file spells them.

    Raises:
        InputError: If one of them is not there.

    Example:
        >>> find_level_columns([["a", "title_a"], "b"], ["A", "title_a", "b"], "x.csv")
        [LevelColumn(code='A', title='title_a'), LevelColumn(code='b', title='')]
    """
    key = "taxonomy.levels"
    found = []
    for level in levels:
        names = [level] if isinstance(level, str) else list(level)
        columns = [find_column(name, header, where, key) or "" for name in names]
        lost = [n for n, c in zip(names, columns, strict=True) if not c]
        if lost:
            raise InputError(
                f"{where}: there is no column {listing(map(repr, lost))}, which "
                f"`{key}` names. Found: {listing(map(repr, header))}."
            )
        found.append(LevelColumn(*columns))
    return found
