"""What the sources of sentence vectors share: their files, packages and damage."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable, Iterator
from importlib import util
from pathlib import Path

from han.errors import InputError
from han.tables.file_access import file_digest


def files_digest(folder: Path, files: Iterable[Path]) -> str:
    """SHA-256 of files, their names in the folder included, whatever their order."""
    digest = hashlib.sha256()
    for file in sorted(files):
        name = file.relative_to(folder).as_posix()
        digest.update(f"{name}\0{file_digest(file)}\n".encode())
    return f"sha256:{digest.hexdigest()}"


def check_packages(name: str, *packages: str) -> None:
    """Raises InputError if a package is missing that a source needs.

    Args:
        name: The source, as the user named it.
        packages: What is imported; pip knows it by the same name, with hyphens.
    """
    missing = [package for package in packages if util.find_spec(package) is None]
    if missing:
        wanted = " ".join(package.replace("_", "-") for package in packages)
        raise InputError(
            f"`pretrained.encoder: {name}` needs the package {missing[0]}, which is "
            f"not installed. Install it with pip install {wanted}, or set the key to "
            "auto or none."
        )


@contextlib.contextmanager
def damage_said(file: Path, what: str) -> Iterator[None]:
    """Whatever a library raises of a file that is none, as an InputError.

    The message of the library is left out: it may quote what it was given.
    """
    try:
        yield
    except (InputError, MemoryError):
        raise
    except Exception as error:
        raise InputError(
            f"{file}: cannot be read as {what} ({type(error).__name__}). Check that "
            "`pretrained.encoder` names the right one, and that it is whole."
        ) from None
