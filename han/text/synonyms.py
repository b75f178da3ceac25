"""Reads lists of synonyms."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from han.errors import InputError
from han.tables.file_access import check_file

_EXPECTED = "Expected one set of words on each line: `tienda, local, comercio`."


def read_synonyms(
    file: Path, words_of: Callable[[str], list[str]]
) -> list[tuple[str, ...]]:
    """Reads sets of interchangeable words, as they stand in cleaned texts.

    One set on a line, its words separated by commas; blank lines and those that begin
    with `#` say nothing. A word may be in several sets.

    Args:
        file: The list, UTF-8.
        words_of: Splits and cleans a text as the model's texts are.

    Returns:
        The sets, without those that cleaning leaves a single word of.

    Raises:
        InputError: If the file cannot be read, a line has fewer than two words, an
            entry is a phrase, or no set is left.
    """
    sets = []
    for number, line in enumerate(_lines(file), start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            sets.append(_set(line, f"{file}, line {number}", words_of))
    sets = [words for words in sets if len(words) > 1]
    if not sets:
        raise InputError(f"{file}: no set of two words is left. {_EXPECTED}")
    return sets


def _lines(file: Path) -> list[str]:
    check_file(file, "list of synonyms", "Check `augmentation.synonyms_file`.")
    try:
        return file.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise InputError(f"{file}: not a UTF-8 text file. Save it as UTF-8.") from None


def _set(
    line: str, where: str, words_of: Callable[[str], list[str]]
) -> tuple[str, ...]:
    entries = [entry.strip() for entry in line.split(",") if entry.strip()]
    if len(entries) < 2:
        raise InputError(f"{where}: a single word has no synonym. {_EXPECTED}")
    words: dict[str, None] = {}
    for entry in entries:
        found = words_of(entry)
        if len(found) > 1:
            raise InputError(
                f"{where}: {entry!r} is more than one word, and words are replaced one "
                "by one. Take it out."
            )
        words |= dict.fromkeys(found)
    return tuple(words)
