"""`python -m han.review ACTION ...`: a queue of answers for people, and back."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Sequence
from typing import Any

from han.cli import CommandParser, run_command
from han.commands.review_stats_arguments import add_stats

EPILOG = """
examples:
  python -m han.review stats review.db

python -m han.review ACTION --help says more of one.
"""


class _Parser(CommandParser):
    """Arguments of the command, or of one of its actions."""

    def __init__(self, prog: str = "", **options: Any) -> None:
        # argparse hands an action its whole name, such as `han review out`.
        super().__init__(" ".join(["review", *prog.split()[-1:]]), **options)

    def parse_intermixed_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: None = None
    ) -> argparse.Namespace:
        """As `parse_args`: argparse does not mix options with actions."""
        return self.parse_args(args, namespace)


def parser() -> argparse.ArgumentParser:
    """Arguments of the command."""
    arguments = _Parser(
        description="Answers that people code or check: a queue, and what comes back.",
        epilog=EPILOG,
    )
    actions = arguments.add_subparsers(
        dest="action", metavar="ACTION", required=True, title="actions"
    )
    for add in (add_stats,):
        add(actions)
    return arguments


def main(argv: Sequence[str] | None = None) -> int:
    """Does what is asked of a queue."""
    given = parser().parse_args(argv)
    command = importlib.import_module(f"han.commands.review_{given.action}_command")
    code: int = command.carry_out(given)
    return code


if __name__ == "__main__":
    run_command(main)
