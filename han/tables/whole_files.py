"""Files that are whole or not there."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from han.errors import InputError

ADVICE = "Give a place where you can write, with room on the disk."


def temporary_path(file: Path) -> Path:
    """The name under which this process writes a file; it keeps the ending.

    Example:
        >>> temporary_path(Path("runs/codes.csv")).name.endswith(".codes.csv")
        True
    """
    return file.with_name(f".{os.getpid()}.{file.name}")


@contextlib.contextmanager
def whole_file(file: Path, advice: str = ADVICE) -> Iterator[Path]:
    """Gives a temporary path; what is written there gets its name at the end.

    Until then, and after any fault, whatever stood under that name stays.

    Args:
        file: The file, which is replaced; or a folder, which must be new or empty.
        advice: What to do if it cannot be written, for the message.

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
        yield temporary
        os.replace(temporary, file)
    except OSError as error:
        raise not_written(file, error, advice) from error
    finally:
        _remove(temporary)


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


def not_written(file: Path, error: OSError, advice: str = ADVICE) -> InputError:
    """What is said of a file that cannot be written."""
    why = error.strerror or error
    return InputError(f"{file}: cannot be written: {why}. {advice}")


def _remove(path: Path) -> None:
    """Removes what is left; in a folder that cannot be written there is nothing."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    with contextlib.suppress(OSError):
        path.unlink()
