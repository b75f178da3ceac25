"""Arguments of `python -m han.recode backcast`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from han.cli import OF_TERMINAL, add_language
from han.commands.recode_matrix_arguments import add_confidence

EPILOG = """
example:
  python -m han.recode backcast totals_2015.csv --matrix matrix.csv -o totals_new.csv

Totals count as known; intervals hold what the dual-coded sample leaves open.
"""


def add_backcast(parts: argparse._SubParsersAction[Any]) -> None:
    """Adds `backcast`."""
    arguments = parts.add_parser(
        "backcast",
        help="totals by old code become totals by new code",
        description="Totals by old code become totals by new code, with intervals.",
        epilog=EPILOG,
    )
    add = arguments.add_argument
    add("totals", metavar="TOTALS", help="a table with columns old and total")
    add("--matrix", required=True, metavar="MATRIX", help="what recode matrix wrote")
    add("-o", "--output", required=True, type=Path, help="file to write")
    add("--seed", type=int, default=0, help="of the draws (default: 0)")
    add_confidence(arguments)
    add_language(arguments, "what is printed", OF_TERMINAL)
