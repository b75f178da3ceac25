"""`python -m han.review PART ...`: a queue of answers for people, and back."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Sequence

from han.cli import PartsParser, run_command
from han.commands.review_export_arguments import add_export
from han.commands.review_forget_arguments import add_forget
from han.commands.review_import_arguments import add_import
from han.commands.review_lessons_arguments import add_lessons
from han.commands.review_out_arguments import add_out
from han.commands.review_people_arguments import add_people
from han.commands.review_serve_arguments import add_serve
from han.commands.review_stats_arguments import add_stats

PARTS = (
    *(add_out, add_people, add_serve, add_export, add_import),
    *(add_stats, add_lessons, add_forget),
)
EPILOG = """
examples:
  python -m han.review out jobs/demo -o review.db --budget 500
  python -m han.review export review.db -o queue.xlsx --person ana --batches 1-3
  python -m han.review import review.db queue.xlsx --person ana
  python -m han.review stats review.db -o figures

python -m han.review PART --help says more of one.
"""


class _Parser(PartsParser):
    """Arguments of the command, or of one of its parts."""

    command = "review"


def parser() -> argparse.ArgumentParser:
    """Arguments of the command."""
    arguments = _Parser(
        description="Answers that people code or check: a queue, and what comes back.",
        epilog=EPILOG,
    )
    parts = arguments.add_subparsers(
        dest="part", metavar="PART", required=True, title="parts"
    )
    for add in PARTS:
        add(parts)
    return arguments


def main(argv: Sequence[str] | None = None) -> int:
    """Does what is asked of a queue."""
    given = parser().parse_args(argv)
    command = importlib.import_module(f"han.commands.review_{given.part}_command")
    code: int = command.carry_out(given)
    return code


if __name__ == "__main__":
    run_command(main)
