#!/usr/bin/env python3
"""Writes a copy of a table whose texts are harder to code, to see what a model loses.

    python scripts/stress.py TABLE COPY --fields title,tasks --typos 0.1
    python scripts/stress.py TABLE COPY --fields title,tasks --no-accents --upper-case
    python scripts/stress.py TABLE COPY --fields title,tasks --remove tasks
    python -m han.evaluate RUN COPY

TABLE is CSV, TSV (either may end in .gz) or Parquet, and COPY is of the same kind. The
columns of `--fields` are changed, all others stay as they are, codes among them. What
is asked for is done in this order: remove, truncate, typos, misspellings, accents,
upper case. The same seed makes the same mistakes; those of a smaller share are among
those of a larger one, so that two shares can be compared text by text.
"""

from __future__ import annotations

import argparse
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from random import Random
from typing import Any

from stress_tables import Columns, copy_table

from han.cli import run_command
from han.errors import InputError
from han.text.cleaning import fold_accents
from han.text.splitting import WORD_PATTERN
from han.text.typos import misspelling, typo

_WORD = re.compile(WORD_PATTERN)
_LETTER = re.compile(r"[^\W\d_]")
Corrupt = Callable[[str, Random], str]


def setting(default: Any, text: str) -> Any:
    """A stress with the value at which it does nothing, and its help."""
    return field(default=default, metadata={"help": text})


@dataclass(frozen=True)
class Stress:
    """What is done to texts; nothing by default."""

    remove: str = setting("", "a field that is left blank in all rows")
    truncate: bool = setting(False, "keep the first half of the words of each field")
    typos: float = setting(0.0, "share of words with a slip of the finger")
    phonetic: float = setting(0.0, "share of words spelt by ear, in Spanish")
    no_accents: bool = setting(False, "take accents away; ñ stays")
    upper_case: bool = setting(False, "write in upper case")

    def __post_init__(self) -> None:
        """Refuses shares that are none."""
        for name in ("typos", "phonetic"):
            value = getattr(self, name)
            if not 0 <= value <= 1:
                raise InputError(f"--{name} is {value}; expected a share from 0 to 1.")


def misspelt(text: str, share: float, random: Random, corrupt: Corrupt = typo) -> str:
    """A text with a share of its words misspelt; codes and numbers stay.

    Args:
        text: The text.
        share: Probability of each word that has a letter to be misspelt.
        random: Source of random numbers. Words misspelt at a smaller share are
            misspelt at a larger one, too, and in the same way.
        corrupt: How a word is misspelt: `typo`, or `misspelling`, which leaves the
            words that have one spelling only.

    Example:
        >>> misspelt("Venta de pan, 24 horas.", 0.5, Random(2))
        'Venta ed pan, 24 horas.'
    """

    def changed(match: re.Match[str]) -> str:
        word, draw, seed = match[0], random.random(), random.getrandbits(64)
        hit = draw < share and _LETTER.search(word)
        return corrupt(word, Random(seed)) if hit else word

    return _WORD.sub(changed, text)


def truncated(text: str) -> str:
    """The first half of the words of a text, the greater one if their number is odd.

    Example:
        >>> truncated("Venta de pan, dulces.")
        'Venta de'
    """
    words = list(_WORD.finditer(text))
    return text[: words[(len(words) - 1) // 2].end()] if words else text


def stressed(
    columns: Columns, stress: Stress, *, seed: int = 0
) -> dict[str, list[str]]:
    """Texts under stress.

    Args:
        columns: One text for each row, by field name.
        stress: What is done to them.
        seed: Seed of the mistakes. Those of a text depend on the seed, its field and
            its row, and on nothing else.

    Raises:
        InputError: If the field to remove is none of the columns.

    Example:
        >>> stressed({"a": ["Camión rojo"]}, Stress(no_accents=True, truncate=True))
        {'a': ['Camion']}
    """
    if stress.remove and stress.remove not in columns:
        raise InputError(
            f"--remove is {stress.remove!r}; expected one of the fields: "
            f"{', '.join(columns)}."
        )
    found = {
        name: [
            _stressed(text, stress, f"{seed}/{name}/{i}")
            for i, text in enumerate(texts)
        ]
        for name, texts in columns.items()
    }
    if stress.remove:
        found[stress.remove] = [""] * len(columns[stress.remove])
    return found


def _stressed(text: str, stress: Stress, address: str) -> str:
    text = unicodedata.normalize("NFC", text)  # else an accent would part a word
    if stress.truncate:
        text = truncated(text)
    if stress.typos:
        text = misspelt(text, stress.typos, Random(f"{address}/typos"))
    if stress.phonetic:
        random = Random(f"{address}/phonetic")
        text = misspelt(text, stress.phonetic, random, misspelling)
    if stress.no_accents:
        text = fold_accents(text)
    return text.upper() if stress.upper_case else text


# The command


def parser() -> argparse.ArgumentParser:
    """Describes the command line."""
    result = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = result.add_argument
    add("table", type=Path, metavar="TABLE", help="the table, which is only read")
    add("copy", type=Path, metavar="COPY", help="the copy to write")
    add("--fields", required=True, help="columns to change, separated by commas")
    for option in fields(Stress):
        name, text = option.name.replace("_", "-"), option.metadata["help"]
        if option.type == "bool":
            add(f"--{name}", action="store_true", help=text)
        else:
            kind, mark = (float, "SHARE") if option.type == "float" else (str, "FIELD")
            add(f"--{name}", type=kind, default=option.default, metavar=mark, help=text)
    add("--seed", type=int, default=0, help="seed of the mistakes (default 0)")
    add("--encoding", default="utf-8", help="encoding of a text file (default utf-8)")
    return result


def main(words: Sequence[str] | None = None) -> int:
    """Writes the copy that the command line asks for."""
    given = parser().parse_args(words)
    chosen = {option.name: getattr(given, option.name) for option in fields(Stress)}
    stress = Stress(**chosen)
    if stress == Stress():
        raise InputError("nothing to do. Give --typos, --no-accents or another stress.")
    names = [name.strip() for name in given.fields.split(",") if name.strip()]

    def change(columns: Columns) -> dict[str, list[str]]:
        return stressed(columns, stress, seed=given.seed)

    rows = copy_table(given.table, given.copy, names, change, encoding=given.encoding)
    print(f"{given.copy}: {rows:,} rows")
    return 0


if __name__ == "__main__":
    run_command(main)
