"""Arguments of `python -m han.review import`."""

from __future__ import annotations

import argparse
from typing import Any

from han.cli import OF_TERMINAL, add_language

EPILOG = """
examples:
  python -m han.review import review.db queue.xlsx --person ana
  python -m han.review import review.db tasks.json --person ana --accept-rest
  python -m han.review import review.db queue.xlsx --person ana --give-back
      what she has not filled in goes to others, on the page or in their files
  python -m han.review import review.db --person ana --give-back
      all that is kept for her in files, as where a file was lost

All faults are listed by row, and nothing is taken in while there is one; with
--accept-rest all other rows are. Rows without a code are open still: the file may come
again. A code that the same person changes replaces the one before, which is kept; a
file that was exported earlier does not undo what a later one has decided.
"""


def add_import(actions: argparse._SubParsersAction[Any]) -> None:
    """Adds `import`."""
    arguments = actions.add_parser(
        "import",
        help="decisions from such a file, back into the queue",
        description="Take the decisions of a person from a file into the queue.",
        epilog=EPILOG,
    )
    add = arguments.add_argument
    add("queue", help="the queue: a file, or the address of a database")
    add(
        "file",
        nargs="?",
        help="what `export` wrote, filled in: .xlsx, .csv, .tsv or .json",
    )
    add("--person", required=True, metavar="NAME", help="who coded")
    add(
        "--accept-rest",
        action="store_true",
        help="take in the rows that have no fault",
    )
    add(
        "--give-back",
        action="store_true",
        help="end before the deadline what is kept for the person: of rows that were "
        "left open; without a file, of all that went out to them",
    )
    add("--encoding", help="encoding of a text file (default: utf-8)")
    add_language(arguments, "what is printed", OF_TERMINAL)
