"""Files that users give: what is wrong with a path, and whether content changed."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from han.errors import InputError
from han.tables.locations import DataFile, DataLocation, location_of

NOT_THERE = "it is not there"
_NULL = "a path cannot hold the character NUL"
_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
}


def file_fault(file: Path) -> str | None:
    """Why a file cannot be read, in words; None if it can.

    A pipe or a device is never opened: reading it might not end.

    Example:
        >>> file_fault(Path("/none")), file_fault(Path("/"))
        ('it is not there', 'it is a folder')
    """
    try:
        kind = stat.S_IFMT(os.stat(file).st_mode)
        if kind != stat.S_IFREG:
            return f"it is {_KINDS.get(kind, 'no file')}"
        with open(file, "rb"):
            return None
    except (FileNotFoundError, NotADirectoryError):
        return NOT_THERE
    except OSError as error:
        return error.strerror or type(error).__name__
    except ValueError:
        return _NULL


def check_file(
    file: DataFile, what: str = "data file", advice: str = "Check its path."
) -> None:
    """Finds what keeps a file from being read; of a server nothing is known before.

    Args:
        file: Its path; of SQLite that of the database.
        what: What it must be, for the message.
        advice: What to do.

    Raises:
        InputError: If it is not there, no file on a disk, or may not be read.

    Example:
        >>> check_file(Path("none.csv"))
        Traceback (most recent call last):
        ...
        han.errors.InputError: none.csv: there is no such data file. Check its path.
    """
    path = location_of(file).path
    if not path.name and isinstance(file, DataLocation):
        return
    fault = file_fault(path)
    if fault is None:
        return
    hint = _tilde_hint(path)
    if fault == NOT_THERE:
        raise InputError(f"{file}: there is no such {what}. {advice}{hint}")
    if fault.startswith("it is "):
        kind = fault.removeprefix("it is ")
        raise InputError(
            f"{file}: this is {kind}. Expected a {what}, as a file on a disk. {advice}"
        )
    raise InputError(f"{file}: this {what} cannot be read: {fault}. {advice}{hint}")


def file_digest(file: Path) -> str:
    """SHA-256 of a file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def make_folder(folder: Path, what: str, advice: str) -> None:
    """Makes a folder that its owner alone can enter; one that is there stays as it is.

    Args:
        folder: Its path; folders above it are made, too.
        what: What it is to be, for the message.
        advice: What to do if it cannot be made.

    Raises:
        InputError: If it cannot be made.
    """
    check_tilde(folder)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"{folder}: cannot be {what}: {error.strerror}. {advice}"
        ) from None
    except ValueError:
        raise InputError(
            f"{str(folder)!r}: cannot be {what}: {_NULL}. {advice}"
        ) from None


def check_tilde(path: Path) -> None:
    """Raises InputError for `~/...`, which would make a folder of the name `~`."""
    if hint := _tilde_hint(path):
        raise InputError(f"{path}: cannot be written.{hint}")


def _tilde_hint(path: Path) -> str:
    if not (len(path.parts) > 1 and path.parts[0] == "~"):
        return ""
    home = Path("~").expanduser().joinpath(*path.parts[1:])
    return f" `~` stands for the home folder on a command line alone: write {home}."
