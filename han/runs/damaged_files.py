"""Reads files of a run that may be damaged, missing or put there by somebody else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from han.code_list.taxonomy import Taxonomy
from han.errors import InputError
from han.kernels.finite_numbers import NotFinite
from han.runs.run_files import BASELINE_FILE, NETWORK_FILE, OLD_BASELINE_FILE

Loaded = TypeVar("Loaded")


def check_one_model(folder: Path) -> None:
    """Raises InputError if a run has no model that can be read, or two."""
    found = [f for f in (NETWORK_FILE, BASELINE_FILE) if (folder / f).is_file()]
    if len(found) == 2:
        raise InputError(
            f"{folder}: there are two models, {NETWORK_FILE} and {BASELINE_FILE}, and "
            "a run has one. Remove the one that was put there, or copy the whole run "
            "again."
        )
    if not found and (folder / OLD_BASELINE_FILE).is_file():
        raise InputError(
            f"{folder / OLD_BASELINE_FILE}: a baseline of an earlier version. Such a "
            "file can run anything when it is read, so it is not read any more. Train "
            "anew with --overwrite."
        )
    if not found:
        raise InputError(
            f"{folder}: the run has no model yet. Finish it by giving its training "
            "command again."
        )


def load_taxonomy(file: Path) -> Taxonomy:
    """The code list of a run, which was right when it was written."""
    try:
        return load_file(file, Taxonomy.load)
    except InputError as error:
        if str(file) in str(error):
            raise
        raise InputError(
            f"{file} is damaged: {error} Copy the whole run again."
        ) from None


def load_file(file: Path, load: Callable[[Path], Loaded]) -> Loaded:
    """Reads a file of a run; what is wrong with it may be anything."""
    try:
        return load(file)
    except (MemoryError, InputError):
        raise
    except NotFinite as error:
        raise InputError(
            f"{file}: {error}, and no code can come of that. Copy the file again, or "
            "train anew with --overwrite."
        ) from None
    except Exception as error:
        raise InputError(
            f"{file} is damaged, or of another version ({type(error).__name__}). Copy "
            "it again, or train anew with --overwrite."
        ) from error
