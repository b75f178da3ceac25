"""Writes a file whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from han.errors import InputError


def write_whole(file: Path, content: bytes) -> None:
    """Writes a file under a temporary name, then renames it.

    Args:
        file: The file; one that is there is replaced.
        content: All of it.

    Raises:
        InputError: If it cannot be written; what was there before stays.

    Example:
        >>> import tempfile
        >>> file = Path(tempfile.mkdtemp()) / "codes.csv"
        >>> write_whole(file, b"0111")
        >>> file.read_bytes()
        b'0111'
    """
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        temporary.write_bytes(content)
        os.replace(temporary, file)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise InputError(
            f"{file}: cannot be written ({error.strerror}). Check the folder."
        ) from None
