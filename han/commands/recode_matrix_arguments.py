"""Arguments of `python -m han.recode matrix`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from han.cli import OF_TERMINAL, add_language, add_table_options
from han.commands.recode_check_arguments import add_old_records

EPILOG = """
example:
  python -m han.recode matrix dual.csv --old-column isic3 --new-column isic4 --weight w
    --unit psu --crosswalk crosswalk.csv -o matrix.csv

The output is also a crosswalk with shares, for han.recode apply.
"""


def add_matrix(parts: argparse._SubParsersAction[Any]) -> None:
    """Adds `matrix`."""
    arguments = parts.add_parser(
        "matrix",
        help="shares of old codes that go to new ones, from dual-coded records",
        description="Shares of old codes that go to new ones, with intervals, from a "
        "sample of records that carry both codes.",
        epilog=EPILOG,
    )
    add = arguments.add_argument
    add("data", metavar="DUAL", help="records with both codes, a table of any kind")
    add_old_records(arguments, old_required=True)
    add("--new-column", required=True, metavar="COLUMN", help="column of new codes")
    add(
        "--unit", metavar="COLUMN", help="column of the unit of sampling (default: row)"
    )
    add("--crosswalk", metavar="CROSSWALK", help="allowed pairs, those never seen too")
    add("-o", "--output", required=True, type=Path, help="file to write")
    add_confidence(arguments)
    add_table_options(arguments, "DUAL")
    add_language(arguments, "what is printed", OF_TERMINAL)


def add_confidence(arguments: argparse.ArgumentParser) -> None:
    """Adds the confidence of intervals."""
    arguments.add_argument(
        "--confidence",
        type=float,
        default=0.95,
        metavar="P",
        help="confidence of each interval (default: 0.95)",
    )
