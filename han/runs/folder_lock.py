"""Lock of a run folder: one training at a time."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from han.errors import InputError

LOCK_FILE = "training.lock"
logger = logging.getLogger(__name__)


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keeps other trainings out of a run folder.

    The system takes the lock away with the process, however that ends: a file that is
    left behind locks nobody out. Where the file system knows no locks (some network
    file systems, Windows), training goes on without, and says so.

    Raises:
        InputError: If another process trains in the folder.
    """
    # Whoever opens the run says why the folder cannot be made.
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    file = folder / LOCK_FILE
    held = _hold(file)
    try:
        yield
    finally:
        if held is not None:
            file.unlink(missing_ok=True)  # while it is held, so that nobody has two
            os.close(held)
        # What a mistake has stopped before it began leaves no folder behind.
        with contextlib.suppress(OSError):
            folder.rmdir()  # if it is empty


def _hold(file: Path) -> int | None:
    """The locked file, open; None where there is no such thing as a lock."""
    fcntl = _file_locks()
    while fcntl:
        try:
            held = os.open(file, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError:
            return None
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(held)
            raise InputError(
                f"{file.parent}: another process is training in this run folder. Wait "
                "until it has ended, stop it, or set another `logging.run_folder`."
            ) from None
        except OSError as error:
            os.close(held)
            logger.warning(
                "%s: cannot be locked (%s); do not train twice in one folder.",
                *(file, error.strerror),
            )
            return None
        if _is_still(file, held):
            return held
        os.close(held)  # the one who held it has taken the file away with him
    return None


def _is_still(file: Path, held: int) -> bool:
    try:
        return file.stat().st_ino == os.fstat(held).st_ino
    except FileNotFoundError:
        return False


def _file_locks() -> ModuleType | None:
    try:
        import fcntl
    except ImportError:
        return None
    return fcntl
