"""Files with a word on each line: names, and words that are none."""

from __future__ import annotations

from pathlib import Path

from han.errors import InputError
from han.tables.file_access import check_file


def read_words(file: str | Path | None, key: str) -> list[str]:
    """The words of a file; blank lines, and what follows `#`, are left out.

    Args:
        file: A UTF-8 text file, a word or name on each line; None: there are none.
        key: What names it, for messages.

    Raises:
        InputError: If it is not there, not UTF-8, or empty.
    """
    if file is None:
        return []
    check_file(Path(file), f"file of words ({key})", "Correct its path.")
    try:
        lines = Path(file).read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise InputError(
            f"{file}: not UTF-8 text. Save it as UTF-8, a word on each line ({key})."
        ) from None
    words = [word for line in lines if (word := line.partition("#")[0].strip())]
    if not words:
        raise InputError(f"{file}: no word in it. Expected one on each line ({key}).")
    return sorted(set(words))
