"""The tables that a job reads, in the order in which their rows are numbered."""

from __future__ import annotations

import glob
from collections.abc import Iterable
from pathlib import Path

from han.config.job_config import JobInput
from han.errors import InputError
from han.tables.locations import (
    DataFile,
    data_location,
    is_database,
    location_of,
    with_form,
)

ENDINGS = (".csv", ".tsv", ".csv.gz", ".tsv.gz", ".parquet", ".xlsx", ".dta", ".sav")


def input_files(given: JobInput) -> list[DataFile]:
    """Every table once; what a folder or a pattern holds by name.

    Raises:
        InputError: If a pattern or folder holds none, or a table comes twice.
    """
    found = [place for name in given.files for place in _places(name, given)]
    if not found:
        raise InputError("`input.files` is empty. Expected a file, folder or pattern.")
    names = [str(location_of(place).resolve()) for place in found]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise InputError(
            f"`input.files` has {twice} twice: its rows would be coded twice. Take one "
            "of them out, or make the pattern narrower."
        )
    return [with_form(place, given.separator, given.decimal) for place in found]


def _places(name: str, given: JobInput) -> list[DataFile]:
    if is_database(name):
        return [data_location(name, table=given.table, query=given.query)]
    path = Path(name)
    if path.is_dir():
        return _some(
            filter(is_table, path.iterdir()),
            f"there is no table in the folder {name}",
            given,
        )
    if not path.exists() and glob.has_magic(name):
        files = map(Path, glob.glob(name, recursive=True))
        # A link to what is gone stays: its rows would be missed.
        found = (file for file in files if not file.is_dir())
        return _some(found, f"no file is called {name}", given)
    return [data_location(name, table=given.table, query=given.query)]


def is_table(file: Path) -> bool:
    """Whether a file of a folder is an input, by its name."""
    return file.name.lower().endswith(ENDINGS) and not file.name.startswith(".")


def _some(files: Iterable[Path], fault: str, given: JobInput) -> list[DataFile]:
    shown = sorted(file for file in files if not file.name.startswith("."))
    if not shown:
        raise InputError(
            f"`input.files`: {fault}. Expected names ending in {', '.join(ENDINGS)}."
        )
    return [data_location(f, table=given.table, query=given.query) for f in shown]
