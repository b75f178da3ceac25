"""Arguments of `python -m han.recode apply`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from han.cli import OF_TERMINAL, add_language, add_table_options
from han.commands.recode_check_arguments import add_old_records

MODES = ("best", "random", "proportions", "model")
EPILOG = """
examples:
  python -m han.recode apply firms.csv --crosswalk crosswalk.csv --old-column isic3
    --key id --mode best -o recoded.csv
  python -m han.recode apply firms.csv --crosswalk crosswalk.csv --old-column isic3
    --key id --mode random --seed 1 -o recoded.csv

  python -m han.recode apply firms.csv --crosswalk crosswalk.csv --old-column isic3
    --key id --mode proportions --proportions shares.csv --by state -o recoded.csv

modes:
  best    the target with the largest share. Each record gets the likeliest code, and
          totals are wrong: small targets get nothing.
  random  a target drawn by shares. Totals are right on average. The same record (key)
          gets the same code whatever the order of rows.
  proportions  as many records as shares say, within one record in each cell of old
          code, --by and target; or, with --proportions, so many of each new code as the
          table says, by the pairs of the crosswalk. An error if that cannot be.
  model   the target that a run of the new list (--run) finds most probable, among the
          allowed ones. Texts without a word get a target by --blank.

Each record is in the output, with new_code, method, probability (share of the code
among the targets), num_targets and route: review where there is no code. Records whose
old code is blank, unknown or without a target are listed.
"""


def add_apply(parts: argparse._SubParsersAction[Any]) -> None:
    """Adds `apply`."""
    arguments = parts.add_parser(
        "apply",
        help="give records new codes",
        description="Give records with old codes new ones.",
        epilog=EPILOG,
    )
    add = arguments.add_argument
    add("data", metavar="DATA", help="records with old codes, a table of any kind")
    add("--crosswalk", required=True, metavar="CROSSWALK", help="old, new, share")
    add("--mode", required=True, choices=MODES, help="how a target is chosen")
    add("-o", "--output", required=True, type=Path, help="file to write")
    add_old_records(arguments, old_required=True)
    add("--key", nargs="+", default=[], metavar="COLUMN", help="what names a record")
    add("--keep", nargs="+", default=[], metavar="COLUMN", help="go to the output, too")
    add("--seed", type=int, help="not best: another number, other draws (default: 0)")
    add(
        "--ties",
        choices=("error", "first"),
        help="best: where two targets have the largest share, an error (the default), "
        "or the one that stands first as text (method best_tie)",
    )
    add(
        "--proportions",
        metavar="TABLE",
        help="proportions: columns new, proportion (summing to 1), and those of --by",
    )
    add(
        "--by",
        nargs="+",
        default=[],
        metavar="COLUMN",
        help="proportions: columns of DATA; they are met in each group of these",
    )
    add("--run", type=Path, metavar="RUN", help="model: a run of the new code list")
    add(
        "--least",
        type=float,
        metavar="P",
        help="model: less probable codes are routed to review (default: 0)",
    )
    add(
        "--blank",
        choices=("random", "best"),
        help="model: what texts without a word get (default: random)",
    )
    add_table_options(arguments, "DATA")
    add_language(arguments, "what is printed", OF_TERMINAL)
