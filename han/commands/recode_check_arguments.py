"""Arguments of `python -m han.recode check`, and some that other parts share."""

from __future__ import annotations

import argparse
from typing import Any

from han.cli import OF_TERMINAL, add_language, add_table_options

FAULTY = 3
EPILOG = """
examples:
  python -m han.recode check crosswalk.csv --old isic3.csv --new isic4.csv
  python -m han.recode check crosswalk.csv --old isic3.csv --new isic4.csv
    --data firms.csv --old-column isic3 --weight w
      says also what share of the records each kind of change has

exit codes: 0 no fault; 2 a mistake, such as a missing column; 3 there are faults.
"""


def add_check(parts: argparse._SubParsersAction[Any]) -> None:
    """Adds `check`."""
    arguments = parts.add_parser(
        "check",
        help="hold a crosswalk against both code lists",
        description="Hold a crosswalk against both code lists: old codes without a "
        "target, new ones without a source, unknown codes, pairs that stand twice, "
        "codes on the wrong level, shares that do not sum to 1.",
        epilog=EPILOG,
    )
    add = arguments.add_argument
    add("crosswalk", metavar="CROSSWALK", help="the crosswalk, a table of any kind")
    add("--old", required=True, metavar="LIST", help="the old code list, a table")
    add("--new", required=True, metavar="LIST", help="the new code list, a table")
    add(
        "--parents",
        choices=("column", "prefix", "order"),
        help="where both lists have their parents from (default: a column)",
    )
    add(
        "--level",
        type=int,
        metavar="K",
        help="level of all codes, 1 at the top, where the crosswalk has no column "
        "level (default: full codes, with none below them)",
    )
    add("--data", metavar="DATA", help="records with old codes, to be counted")
    add_old_records(arguments, old_required=False)
    add_table_options(arguments, "DATA")
    add_language(arguments, "what is printed", OF_TERMINAL)


def add_old_records(arguments: argparse.ArgumentParser, *, old_required: bool) -> None:
    """Adds the columns of records with old codes."""
    add = arguments.add_argument
    add(
        "--old-column",
        required=old_required,
        metavar="COLUMN",
        help="column of DATA with the old codes",
    )
    add("--weight", metavar="COLUMN", help="column of DATA with the survey weight")
