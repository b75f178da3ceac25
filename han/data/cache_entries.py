"""Entries of the cache folder `data.cache`, written whole or not at all.

An entry is a folder named after a fingerprint of all that decides its content. Any
entry may be deleted at any time; a damaged one is removed and made anew.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from han.tables import file_access
from han.tables.file_access import file_digest

logger = logging.getLogger(__name__)

Content = TypeVar("Content")

_INDEX = "index.json"
_TEMPORARY = ".writing-"
_ABANDONED = 24 * 3600  # seconds after which an unfinished entry is abandoned


def make_folder(folder: Path) -> None:
    """Makes the folder of a cache, for its owner alone.

    Raises:
        InputError: If it cannot be made.
    """
    advice = "Name a folder that can be made and written, or leave the key out."
    file_access.make_folder(folder, "the folder of `data.cache`", advice)


def read_entry(entry: Path, read: Callable[[Path], Content]) -> Content | None:
    """What is in an entry; None if it is missing or damaged.

    Args:
        entry: Its folder.
        read: Reads the files in the folder, once they are known to be whole.
    """
    if not entry.is_dir():
        return None
    try:
        index = json.loads((entry / _INDEX).read_text("utf-8"))
        for name, digest in index.items():
            if file_digest(entry / name) != digest:
                raise ValueError(f"{name} has changed")
        content = read(entry)
    except (OSError, ValueError, AttributeError) as error:
        kind = type(error).__name__
        logger.warning("%s is damaged (%s) and will be made anew", entry, kind)
        _put_away(entry)
        return None
    logger.info("Taken from the cache: %s", entry)
    return content


def write_entry(entry: Path, write: Callable[[Path], None]) -> None:
    """Writes an entry under a temporary name, then renames it.

    Not as `whole_file` does: nothing is raised, and what a killed process has left is
    found by its name and removed.

    If another process was faster, its entry stays: it is the same. A cache that cannot
    be written is no error.

    Args:
        entry: Its folder.
        write: Writes the files into the folder that it is given.
    """
    _remove_abandoned(entry.parent)
    temporary = None
    try:
        temporary = Path(tempfile.mkdtemp(prefix=_TEMPORARY, dir=entry.parent))
        write(temporary)
        index = {file.name: file_digest(file) for file in sorted(temporary.iterdir())}
        (temporary / _INDEX).write_text(json.dumps(index, indent=1), encoding="utf-8")
        for file in temporary.iterdir():
            file.chmod(0o600)  # the folder is private already: mkdtemp makes it so
        os.rename(temporary, entry)
    except OSError as error:
        if not entry.is_dir():
            why = error.strerror or type(error).__name__
            logger.warning("%s: the cache cannot be written: %s", entry.parent, why)
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)


def _put_away(entry: Path) -> None:
    """Removes an entry; of two processes that try only one finds it."""
    with contextlib.suppress(OSError):
        aside = tempfile.mkdtemp(prefix=_TEMPORARY, dir=entry.parent)
        os.replace(entry, aside)  # a folder may replace an empty one
        shutil.rmtree(aside, ignore_errors=True)


def _remove_abandoned(folder: Path) -> None:
    """Removes what a killed process has left half written: it holds words, too."""
    for left in folder.glob(f"{_TEMPORARY}*"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > _ABANDONED:
                shutil.rmtree(left, ignore_errors=True)
