#!/usr/bin/env python3
"""Simulates a FICTITIOUS census set: short texts whose true labels are known.

Every row has a true subcategory, and its text depends on it: at least one sentence is
of the subcategory, the others may be of the category or say nothing. Names of places
and people come from Faker. Then noise is added at the rates you give, and the column
`noise` says what was done to each row.

The same arguments give the same bytes with the same version of Faker. Each kind of
noise draws from its own stream of random numbers, so changing one rate leaves the
truth, the clean texts and the other kinds of noise as they are.

To import `simulate`, put the folder `scripts` on `sys.path`.
"""

from __future__ import annotations

import argparse
import gzip
import io
import os
import sys
from collections.abc import Sequence
from dataclasses import fields
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
from census_text import (
    COMMON,
    LANGUAGES,
    RARE,
    SUBCATEGORIES,
    ScriptError,
    Settings,
    Writer,
    others,
    parent,
)

# fmt: off
COLUMNS = (
    "id", "text", "category", "subcategory", "source", "publication_date", "language",
    "true_category", "true_subcategory", "noise",
)
# fmt: on
MISSING = {
    "missing_text": "text",
    "missing_source": "source",
    "missing_date": "publication_date",
}
NOISES = ("typo", *MISSING, "wrong_label")
FIRST_DAY, DAYS = date(2015, 1, 1), 3653
Row = dict[str, str]


def draw_label(draw: Random, rare_share: float) -> str:
    """Draws a true subcategory: a rare one with the given probability."""
    priors = RARE if draw.random() < rare_share else COMMON
    return draw.choices(list(priors), list(priors.values()))[0]


def clean_rows(settings: Settings) -> list[Row]:
    """Writes the rows before any noise."""
    languages = LANGUAGES[settings.language]
    writers = {language: Writer(language, settings) for language in languages}
    draw = settings.stream("rows")
    # One zero more than needed: ids are text, and readers must keep them so.
    width = len(str(settings.rows)) + 1
    rows = []
    for number in range(1, settings.rows + 1):
        language, label = draw.choice(languages), draw_label(draw, settings.rare_share)
        rows.append(
            {
                "id": str(number).zfill(width),
                "text": writers[language].text(label),
                "category": parent(label),
                "subcategory": label,
                "source": writers[language].source(),
                "publication_date": str(FIRST_DAY + timedelta(draw.randrange(DAYS))),
                "language": language,
                "true_category": parent(label),
                "true_subcategory": label,
            }
        )
    return rows


def misspell(text: str, draw: Random) -> str:
    """Swaps, drops or doubles a letter, one to three times."""
    spoiled = text
    for _ in range(draw.randint(1, 3)):
        pairs = enumerate(pairwise(spoiled))
        spots = [i for i, (a, b) in pairs if a != b and (a + b).isalpha()]
        spot = draw.choice(spots)
        first, second = spoiled[spot], spoiled[spot + 1]
        wrong = draw.choice([second + first, second, first + first + second])
        spoiled = spoiled[:spot] + wrong + spoiled[spot + 2 :]
    # A later mistake may undo an earlier one; the column `noise` must not lie.
    return spoiled if spoiled != text else misspell(text, draw)


def add_noise(row: Row, settings: Settings, streams: dict[str, Random]) -> None:
    """Spoils a row in place and says in its column `noise` what was done."""
    done = []
    if streams["typo"].random() < settings.typo_rate:
        row["text"] = misspell(row["text"], streams["typo"])
        done.append("typo")
    for noise, column in MISSING.items():
        if streams[noise].random() < settings.missing_rate:
            row[column] = ""
            done.append(noise)
    if streams["wrong_label"].random() < settings.wrong_label_rate:
        wrong = streams["wrong_label"].choice(others(row["true_subcategory"]))
        row["category"], row["subcategory"] = parent(wrong), wrong
        done.append("wrong_label")
    if "missing_text" in done and "typo" in done:
        done.remove("typo")  # nothing of it is left to see
    row["noise"] = ";".join(done)


def simulate(**settings: Any) -> pd.DataFrame:
    """Simulates a census set whose truth is known.

    Args:
        **settings: Any of the fields of `Settings`: `rows`, `language`, `seed`,
            `rare_share`, `generic_share`, `typo_rate`, `missing_rate` (of each of
            text, source and date) and `wrong_label_rate`.

    Returns:
        A table of text, with the columns `COLUMNS`; a missing value is empty text.

    Raises:
        ScriptError: If a setting is out of range or Faker is missing.

    Example:
        >>> simulate(rows=2, language="es", seed=1).shape
        (2, 10)
    """
    chosen = Settings(**settings)
    rows = clean_rows(chosen)
    streams = {noise: chosen.stream(noise) for noise in NOISES}
    for row in rows:
        add_noise(row, chosen, streams)
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=str)


def to_bytes(table: pd.DataFrame, compressed: bool) -> bytes:
    """Writes the table as CSV in memory, with no date or file name if compressed."""
    content: bytes = table.to_csv(index=False, lineterminator="\n").encode("utf-8")
    if not compressed:
        return content
    buffer = io.BytesIO()
    with gzip.GzipFile("", "wb", 9, buffer, mtime=0) as file:
        file.write(content)
    return buffer.getvalue()


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Writes to a temporary name first, so that a reader never meets half a file."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(to_bytes(table, path.suffix == ".gz"))
        os.replace(temporary, path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise ScriptError(f"cannot write {path}: {error.strerror}") from error


def summary(table: pd.DataFrame) -> str:
    """Tells rows, the share of each noise, and the rows of each true subcategory."""
    noise = table["noise"].str.split(";").explode().value_counts()
    shares = [f"{name} {noise.get(name, 0) / len(table):.1%}" for name in NOISES]
    counts = table["true_subcategory"].value_counts()
    classes = [f"  {name}: {counts.get(name, 0):,}" for name in SUBCATEGORIES]
    return "\n".join([f"{len(table):,} rows; {', '.join(shares)}", *classes])


def parser() -> argparse.ArgumentParser:
    """Describes the command line."""
    result = argparse.ArgumentParser(
        description="Simulate a FICTITIOUS census set whose true labels are known.",
        epilog="example: simulate_census.py --rows 2000 --language es -o census.csv.gz",
    )
    result.add_argument(
        "-o", "--output", type=Path, required=True, help="a .csv or .csv.gz file"
    )
    for item in fields(Settings):
        result.add_argument(
            "--" + item.name.replace("_", "-"),
            type=type(item.default),
            default=item.default,
            metavar="VALUE",
            help=f"{item.metadata['help']} (default %(default)s)",
        )
    return result


def main(words: Sequence[str] | None = None) -> int:
    """Runs the command line; a mistake of the user gives one line and exit code 2."""
    arguments = vars(parser().parse_args(words))
    path = arguments.pop("output")
    try:
        if not path.name.endswith((".csv", ".csv.gz")):
            raise ScriptError(f"output is {path}; expected a name in .csv or .csv.gz")
        table = simulate(**arguments)
        write_table(table, path)
    except ScriptError as error:
        print(f"simulate_census: {error}", file=sys.stderr)
        return 2
    print(f"{path}: {summary(table)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
