"""Which columns of a file hold what; checks of the header."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from han.errors import InputError, listing

_NAME = re.compile(r"[\w.\-]{1,30}(?: [\w.\-]{1,30}){0,2}")
_SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


@dataclass(frozen=True)
class Columns:
    """Which column of a table holds what.

    Attributes:
        fields: Column of each text field, by field name.
        labels: Columns of the code, from the top; empty where there are no labels.
        keys: Columns that name a row in the output.
        weight: Column of the survey weight.
        others: Columns that splitting needs, by the name used for them.
        asked_by: Option of a command that asks for a column of `others`, by that name,
            and key that names a label column, by the column; the usual one if not here.
        sides: Column of each side feature, by its name.
        numeric: Names of the side features that are numbers.
        label_sets: What stands between several codes of a label cell; None: a cell
            holds one code.
        no_code: Label cells that mean that there is no code.
    """

    fields: Mapping[str, str]
    labels: Sequence[str] = ()
    keys: Sequence[str] = ()
    weight: str | None = None
    others: Mapping[str, str] = field(default_factory=dict)
    sides: Mapping[str, str] = field(default_factory=dict)
    numeric: Sequence[str] = ()
    label_sets: str | None = None
    no_code: Sequence[str] = ()
    asked_by: Mapping[str, str] = field(default_factory=dict)

    @property
    def options(self) -> dict[str, str]:
        """All columns, each once, and the key or the option that names each."""
        usual = "data.split"
        found = {c: self.asked_by.get(name, usual) for name, c in self.others.items()}
        found |= dict.fromkeys(self.sides.values(), "data.side_features")
        found |= {self.weight: "data.weight_column"} if self.weight else {}
        found |= dict.fromkeys(self.keys, "data.key_columns")
        usual = "data.label_columns"
        found |= {c: self.asked_by.get(c, usual) for c in self.labels}
        return found | dict.fromkeys(self.fields.values(), "data.fields")

    @property
    def needed(self) -> list[str]:
        """All columns, each once."""
        names = [*self.fields.values(), *self.labels, *self.keys, *self.others.values()]
        names += self.sides.values()
        return list(dict.fromkeys([*names, *([self.weight] if self.weight else [])]))

    @property
    def numbers(self) -> list[str]:
        """Columns whose cells are numbers, each once."""
        names = [self.sides[name] for name in self.numeric]
        return list(dict.fromkeys([*names, *([self.weight] if self.weight else [])]))


def check_header(
    file: object, header: list[str], columns: Columns, *, is_sure: bool
) -> None:
    """Holds the column names against what is needed.

    A first line may be data where a header was forgotten (`is_sure` says that it is
    none), so that no cell of it is shown unless it is known to be a name.
    """
    options = columns.options
    missing = [f"{n!r} (`{options[n]}`)" for n in columns.needed if n not in header]
    if missing:
        raise InputError(
            f"{file}: {_separator_fault(header)}there is no column "
            f"{listing(missing)}. Expected in this file because the experiment or "
            f"an option names it.{_found(header, columns, is_sure)} Correct the file "
            "or the name."
        )
    twice = [repr(name) for name in columns.needed if header.count(name) > 1]
    if twice:
        raise InputError(
            f"{file}: more than one column is called {listing(twice)}. Expected one: "
            "rename the others in the file."
        )


def _found(header: list[str], columns: Columns, is_sure: bool) -> str:
    """What a message may say of a first line."""
    if _wrong_separator(header):
        return ""
    names = [name for name in header if _NAME.fullmatch(name.strip())]
    known = {n for n in columns.needed if len(n) > 2 and not n.isdigit()} & set(header)
    if names and (is_sure or known):
        shown = (name if name == name.strip() else repr(name) for name in names)
        return f" The file has: {listing(shown)}."
    plain = {name.strip().lower(): name for name in names}
    missing = [name.lower() for name in columns.needed if name not in header]
    found = [difflib.get_close_matches(n, plain, n=1, cutoff=0.7) for n in missing]
    close = dict.fromkeys(repr(plain[match]) for best in found for match in best)
    if close:
        return f" Its first line has {listing(close)}."
    return f" Its first line has {len(header)} other cells; is it the header?"


def _wrong_separator(header: list[str]) -> str:
    """What seems to separate the cells of a first line read as one, or ""."""
    marks = [mark for mark in _SEPARATORS if len(header) == 1 and mark in header[0]]
    return _SEPARATORS[marks[0]] if marks else ""


def _separator_fault(header: list[str]) -> str:
    """A sentence for a file whose separator is not the one that the user says."""
    if not (wrong := _wrong_separator(header)):
        return ""
    return (
        f"cells seem to be separated by {wrong}s. Set `data.separator: {wrong}` or, "
        f"for a file given to a command, --separator {wrong}. Read as it is, "
    )


def separator(file: Path) -> str:
    """The usual character between cells, by the name of the file.

    Example:
        >>> separator(Path("new.csv.gz"))
        ','
    """
    is_tsv = ".tsv" in (suffix.lower() for suffix in file.suffixes)
    return "\t" if is_tsv else ","
