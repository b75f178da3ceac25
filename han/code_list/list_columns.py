"""Which column of a file of codes is what, however its header is spelt."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

from han.errors import InputError, listing

# What offices call these columns, in English and Spanish, without case and accents.
NAMES = {
    "code": ("code", "codigo", "clave"),
    "parent": ("parent", "padre"),
    "title": ("title", "titulo", "descripcion", "description", "denominacion"),
    "description": ("description", "descripcion"),
    "includes": ("includes", "incluye"),
    "excludes": ("excludes", "excluye"),
}


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
    if name in header:
        return name
    return _only([c for c in header if plain(c) == plain(name)], where, name, key)


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
    return _only(own or usual, where, role, key)


def _only(found: Sequence[str], where: str, name: str, key: str) -> str | None:
    if len(found) > 1:
        raise InputError(
            f"{where}: {len(found)} columns may be the {name!r}: "
            f"{listing(map(repr, found))}. Name one of them in `{key}`."
        )
    return found[0] if found else None


def spelling_remark(columns: Mapping[str, str]) -> list[str]:
    """Says which columns were read under another name; none if all are as usual."""
    other = [f"{name!r} as {role}" for role, name in columns.items() if name != role]
    return [f"columns read: {listing(other)}"] if other else []
