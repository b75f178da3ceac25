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
    lock = FileLock(folder / LOCK_FILE, timeout=0, fallback_to_soft=False)
    _acquire(lock, folder)
    try:
        yield
    finally:
        if os.path.isdir(folder):
            settle(folder)
        if lock.is_locked:
            with contextlib.suppress(OSError):  # Windows keeps a file that is open
                (folder / LOCK_FILE).unlink()  # while it is held: nobody has two
        lock.release()
        # What a mistake has stopped before it began leaves no folder behind.
        with contextlib.suppress(OSError):
            folder.rmdir()  # if it is empty


def _acquire(lock: FileLock, folder: Path) -> None:
    try:
        lock.acquire()
    except Timeout:
        raise InputError(
            f"{folder}: another process is training in this run folder. Wait "
            "until it has ended, stop it, or set another `logging.run_folder`."
        ) from None
    except OSError as error:
        if os.path.isdir(folder):  # else whoever opens the run says why it is not
            logger.warning(
                "%s: cannot be locked (%s); do not train twice in one folder.",
                *(folder / LOCK_FILE, error.strerror or type(error).__name__),
            )
