"""`python -m han.recode PART ...`: when a code list is revised."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Sequence

from han.cli import PartsParser, run_command
from han.commands.recode_apply_arguments import add_apply
from han.commands.recode_backcast_arguments import add_backcast
from han.commands.recode_check_arguments import add_check
from han.commands.recode_matrix_arguments import add_matrix

PARTS = (add_check, add_apply, add_matrix, add_backcast)
EPILOG = """
examples:
  python -m han.recode check crosswalk.csv --old isic3.csv --new isic4.csv
      says what is missing, unknown or contradictory in a crosswalk
  python -m han.recode apply firms.csv --crosswalk crosswalk.csv --old-column isic3
    --key id --mode random -o recoded.csv
      gives each record a new code, drawn by the shares of the crosswalk
  python -m han.recode matrix dual.csv --old-column isic3 --new-column isic4
    -o matrix.csv
      shares of old codes that go to new ones, from records that carry both
  python -m han.recode backcast totals.csv --matrix matrix.csv -o totals_new.csv
      totals of earlier years by new code, with intervals

A crosswalk is a table with columns old, new and, as may be, share (0 to 1, summing to 1
for each old code) and level (1 at the top); a row for each pair. An old code that ended
has a row with a blank new code.

python -m han.recode PART --help says more of one.
"""


class _Parser(PartsParser):
    """Arguments of the command, or of one of its parts."""

    command = "recode"


def parser() -> argparse.ArgumentParser:
    """Arguments of the command."""
    arguments = _Parser(
        description="Take records, labels and totals to a revised code list.",
        epilog=EPILOG,
    )
    parts = arguments.add_subparsers(
        dest="part", metavar="PART", required=True, title="parts"
    )
    for add in PARTS:
        add(parts)
    return arguments


def main(argv: Sequence[str] | None = None) -> int:
    """Does what is asked of a revision."""
    given = parser().parse_args(argv)
    command = importlib.import_module(f"han.commands.recode_{given.part}_command")
    code: int = command.carry_out(given)
    return code


if __name__ == "__main__":
    run_command(main)
