"""Arguments of `python -m han.review forget`."""

from __future__ import annotations

import argparse
from typing import Any

from han.cli import OF_TERMINAL, add_language
from han.errors import InputError

EPILOG = """
examples:
  python -m han.review forget review.db --all --yes
  python -m han.review forget review.db --key folio=007 --key person=2

What was decided, who decided, and all counts stay, so that han.review stats goes on.
"""


def add_forget(parts: argparse._SubParsersAction[Any]) -> None:
    """Adds the sub-command; its work is `han.commands.review_forget_command`."""
    arguments = parts.add_parser(
        "forget",
        help="remove respondents' texts, comments and keys",
        description="Remove respondents' texts, comments on them and keys of rows from "
        "a queue. Codes and counts stay. It cannot be undone.",
        epilog=EPILOG,
    )
    add = arguments.add_argument
    add("queue", metavar="QUEUE", help="review.db, or the address of a database")
    what = arguments.add_mutually_exclusive_group(required=True)
    what.add_argument("--all", action="store_true", help="everything")
    what.add_argument(
        "--key",
        action="append",
        metavar="COLUMN=CELL",
        help="rows with this key; several keys must all be those of a row",
    )
    add("--yes", action="store_true", help="with --all: do not ask")
    add_language(arguments, "what is printed", OF_TERMINAL)


def given_keys(given: argparse.Namespace) -> dict[str, str] | None:
    """The keys by column; None for all rows.

    Raises:
        InputError: If one is not COLUMN=CELL, or a column stands there twice.
    """
    if given.all:
        return None
    if given.yes:
        raise InputError("--yes is for --all: with --key nothing is asked.")
    found: dict[str, str] = {}
    for text in given.key:
        column, mark, cell = text.partition("=")
        if not mark or not column or column in found:
            raise InputError(
                "--key: expected COLUMN=CELL, such as folio=007, and each column once."
            )
        found[column] = cell
    return found
