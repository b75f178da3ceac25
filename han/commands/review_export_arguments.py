"""Arguments of `python -m han.review export`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from han.cli import OF_TERMINAL, add_language

EPILOG = """
examples:
  python -m han.review export review.db -o queue.xlsx --person ana --batches 1-3
  python -m han.review export review.db -o ana.xlsx --person ana --share 0.5
  python -m han.review export review.db -o tasks.json --person ana --days 7

Fill in final_code, or uncodable (x), and comment; leave the other columns as they are.
The file is for this person alone, and no file is written over.
A code of any level is right where the answer says no more. The answers are kept for the
person until the deadline; who codes on the page gets others. .json is for Label Studio,
with its labelling configuration beside it (.xml).
"""


def add_export(actions: argparse._SubParsersAction[Any]) -> None:
    """Adds `export`."""
    arguments = actions.add_parser(
        "export",
        help="answers of a queue as a spreadsheet, or for Label Studio",
        description="Give answers of a queue to a person, as a file.",
        epilog=EPILOG,
    )
    add = arguments.add_argument
    add("queue", help="the queue: a file, or the address of a database")
    add(
        "-o",
        "--output",
        type=Path,
        required=True,
        help="file to write: .xlsx, .csv, .tsv or .json",
    )
    add("--person", required=True, metavar="NAME", help="who codes them")
    add(
        "--batches",
        metavar="A-B",
        help="numbers of batches, such as 2 or 1-3 (default: all)",
    )
    add(
        "--days",
        type=int,
        default=14,
        help="for how many days they are kept for the person (default: 14)",
    )
    add(
        "--share",
        type=float,
        default=1.0,
        metavar="SHARE",
        help="share of what is free in each batch, drawn at random, so that several "
        "people code it (default: 1)",
    )
    add_language(arguments, "what is printed", OF_TERMINAL)
