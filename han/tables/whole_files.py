"""Files that are whole or not there."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from han.errors import InputError
from han.tables.file_access import check_tilde

ADVICE = "Give a place where you can write, with room on the disk."


def temporary_path(file: Path) -> Path:
    """The name under which this process writes a file; it keeps the ending.

    Example:
        >>> temporary_path(Path("runs/codes.csv")).name.endswith(".codes.csv")
        True
    """
    return file.with_name(f".{os.getpid()}.{file.name}")


def check_place(file: Path) -> None:
    """Finds what keeps a file from being written, before the work begins.

    Raises:
        InputError: If it is a folder or a device, if its folder is missing, or if
            nothing can be written there.
    """
    check_tilde(file)
    if os.path.isdir(file):
        raise InputError(f"{file}: this is a folder. Give the name of a file in it.")
    try:
        if not file.parent.is_dir():
            raise InputError(
                f"{file}: there is no folder {file.parent}. Make it first."
            )
        _check_replaceable(file)
        temporary_path(file).touch()
        temporary_path(file).unlink()
    except InputError:
        raise
    except (OSError, ValueError) as error:
        raise not_written(file, error) from None


def _check_replaceable(file: Path) -> None:
    """What is no file must not be replaced by one: who may could lose a device."""
    if file.exists() and not stat.S_ISREG(file.stat().st_mode):
        raise InputError(
            f"{file}: this is a device, a pipe or a socket. Give the name of a file."
        )


@contextlib.contextmanager
def whole_file(
    file: Path, advice: str = ADVICE, *, is_folder: bool = False
) -> Iterator[Path]:
    """Gives a temporary path; what is written there gets its name at the end.

    Until then, and after any fault, whatever stood under that name stays. What is
    written can be read by its owner alone: it may hold keys or texts.

    Args:
        file: The file, which is replaced; or a folder, which must be new or empty.
        advice: What to do if it cannot be written, for the message.
        is_folder: Whether it is a folder.

    Raises:
        InputError: If it cannot be written.

    Example:
        >>> import tempfile
        >>> file = Path(tempfile.mkdtemp()) / "codes.csv"
        >>> with whole_file(file) as temporary:
        ...     _ = temporary.write_bytes(b"0111")
        >>> file.read_bytes()
        b'0111'
    """
    temporary = temporary_path(file)
    try:
        _make_private(temporary, is_folder)
        if not is_folder:
            _check_replaceable(file)
        yield temporary
        os.replace(temporary, file)
    except OSError as error:
        raise not_written(file, error, advice) from error
    finally:
        _remove(temporary)


def _make_private(temporary: Path, is_folder: bool) -> None:
    """Makes it before anything is in it: later rights would come too late."""
    _remove(temporary)  # of a process that was killed and had the same number
    if is_folder:
        temporary.mkdir(0o700, parents=True)
    else:
        temporary.touch(0o600, exist_ok=False)


def write_whole(file: Path, content: bytes) -> None:
    """Writes a file under a temporary name, then renames it.

    Args:
        file: The file; one that is there is replaced.
        content: All of it.

    Raises:
        InputError: If it cannot be written; what was there before stays.
    """
    with whole_file(file) as temporary:
        temporary.write_bytes(content)


def not_written(file: Path, error: Exception, advice: str = ADVICE) -> InputError:
    """What is said of a file that cannot be written."""
    why = getattr(error, "strerror", None) or error
    return InputError(f"{file}: cannot be written: {why}. {advice}")


def _remove(path: Path) -> None:
    """Removes what is left; in a folder that cannot be written there is nothing."""
    if os.path.isdir(path):
        shutil.rmtree(path, ignore_errors=True)
    with contextlib.suppress(OSError):
        path.unlink()
