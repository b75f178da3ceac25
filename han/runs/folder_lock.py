"""One training at a time in a run folder."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from han.errors import InputError
from han.runs.replaced_run import settle
from han.runs.run_files import LOCK_FILE

logger = logging.getLogger(__name__)


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keeps other trainings out of a run folder, and leaves one run in it.

    The system takes the lock away with the process, however that ends: a file that is
    left behind locks nobody out. Where the file system knows no locks (some network
    file systems), training goes on without, and says so: a mark in place of a lock
    would outlive a killed job.

    Raises:
        InputError: If another process trains in the folder.
    """
    # Whoever opens the run says why the folder cannot be made.
    with contextlib.suppress(OSError):
        folder.mkdir(0o700, parents=True, exist_ok=True)
    busy = (
        f"{folder}: another process is training in this run folder. Wait until it has "
        "ended, stop it, or set another `logging.run_folder`."
    )
    try:
        with held(folder / LOCK_FILE, busy):
            try:
                yield
            finally:
                if os.path.isdir(folder):
                    settle(folder)
    finally:
        # What a mistake has stopped before it began leaves no folder behind.
        with contextlib.suppress(OSError):
            folder.rmdir()  # if it is empty


@contextlib.contextmanager
def held(file: Path, busy: str) -> Iterator[None]:
    """Holds a lock file of a folder; other processes are told why they cannot.

    Args:
        file: The lock file.
        busy: What they are told.

    Raises:
        InputError: If another process holds it.
    """
    lock = FileLock(file, timeout=0, fallback_to_soft=False)
    _acquire(lock, file, busy)
    try:
        yield
    finally:
        if lock.is_locked:
            with contextlib.suppress(OSError):  # Windows keeps a file that is open
                file.unlink()  # while it is held: nobody has two
        lock.release()


def _acquire(lock: FileLock, file: Path, busy: str) -> None:
    try:
        lock.acquire()
    except Timeout:
        raise InputError(busy) from None
    except OSError as error:
        if os.path.isdir(file.parent):  # else whoever opens it says why it is not
            logger.warning(
                "%s: cannot be locked (%s); let no two processes work in one folder.",
                *(file, error.strerror or type(error).__name__),
            )
