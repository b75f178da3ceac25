"""`python -m han.explain RUN INPUT -o PAGE`: why records get their codes."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from han.cli import (
    OF_TEXTS,
    CommandParser,
    add_language,
    add_table_options,
    run_command,
)
from han.config.data_config import ROLES
from han.errors import InputError
from han.explanation.evidence_kinds import LEAST_RECORDS, ROWS, By
from han.tables.file_kinds import READABLE
from han.tables.whole_files import check_place

EPILOG = """
examples:
  python -m han.explain runs/demo coded.csv -o why.html
  python -m han.explain runs/demo coded.csv -o why.html --by deletion --lang en
  python -m han.explain runs/demo data/productos/productos.csv.gz --faithfulness
      of the run's own training file, its test records
  python -m han.explain runs/demo coded.csv --classes classes.csv

The page shows answers of respondents: it is as confidential as they are. It needs
nothing else and no network; a name ending in .jsonl gets one line of JSON a record.

attention is what the encoder of the network looks at, which is not all that decides;
with model.attention: per_level, for each level of the code by itself;
deletion asks the whole model again without each word, and works for every model;
gradients are integrated gradients of the encoder's word vectors, which take TensorFlow
and time. How far parts and attention can be believed is what --faithfulness measures.

--classes writes the words behind each code to FILE, a picture of them to the same name
ending in .png, and, where records have codes, the words that tell confused siblings
apart to the same name ending in _siblings.csv. No word is listed that fewer than
--min-records records hold.
"""


def parser() -> argparse.ArgumentParser:
    """Arguments of the command."""
    arguments = CommandParser(
        "explain",
        description="Show why records get their codes, and how far to believe it.",
        epilog=EPILOG,
    )
    add = arguments.add_argument
    add("run", type=Path, help="run folder")
    add("input", help=f"records: {READABLE}, with codes or without")
    add("-o", "--output", type=Path, help="page to write: .html, or .jsonl")
    add(
        "--by",
        choices=get_args(By),
        help="kind of evidence (default: parts; deletion where a model has none)",
    )
    add(
        "--rows",
        type=int,
        help=f"records to take, evenly from first to last (default: {ROWS}; for "
        "--classes alone all)",
    )
    add("--faithfulness", action="store_true", help="measure how far to believe it")
    add("--other", type=Path, metavar="RUN", help="same training with another seed")
    add("--classes", type=Path, metavar="FILE", help="words behind each code, .csv")
    add("--min-records", type=int, default=LEAST_RECORDS, help="default: %(default)s")
    add("--split", choices=[*ROLES, "all"], help="part of the run's own data")
    add_table_options(arguments, "INPUT")
    add_language(arguments, "the page and of what is printed", OF_TEXTS)
    add("--seed", type=int, default=0, help="seed of random orders and intervals")
    return arguments


def _check(given: argparse.Namespace) -> None:
    if not (given.output or given.faithfulness or given.classes):
        raise InputError(
            "Say what to make: a page (-o page.html), a measurement (--faithfulness) "
            "or a table of words (--classes words.csv)."
        )
    for name, endings in (("output", (".html", ".jsonl")), ("classes", (".csv",))):
        file = getattr(given, name)
        if file is None:
            continue
        if file.suffix.lower() not in endings:
            raise InputError(
                f"{file}: expected a name ending in {' or '.join(endings)}."
            )
        check_place(file)
    for name, least in (("rows", 1), ("min_records", 1)):
        value = getattr(given, name)
        if value is not None and value < least:
            option = name.replace("_", "-")
            raise InputError(f"--{option} must be at least {least}. Received: {value}.")
    if given.other and not given.faithfulness:
        raise InputError("--other goes with --faithfulness.")


def main(argv: Sequence[str] | None = None) -> int:
    """Writes what was asked for."""
    given = parser().parse_args(argv)
    _check(given)
    from han.commands.explain_command import carry_out

    return carry_out(given)


if __name__ == "__main__":
    run_command(main)
