"""`python -m han.combine RUN RUN [...] -o FOLDER`: mixes runs into one."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from han.cli import OF_TERMINAL, CommandParser, add_language, run_command

EPILOG = """
examples:
  python -m han.combine runs/demo runs/linear -o runs/both
      mixes two runs of one experiment, say the network and a linear baseline
  python -m han.evaluate runs/both
      then tests the mixture on the test records, which chose nothing
  python -m han.combine runs/a runs/b runs/c -o runs/all --data coded_by_hand.csv
      chooses the weights on other labelled records, as runs with different data need

How it works: the mixture says of each code the weighted mean of the probabilities that
the runs give it. The weights, one for each run, are those of the least log loss on the
validation records (a convex search with one answer). A run that makes other mistakes
than the best one gets weight even if it is worse; one that adds nothing gets 0 and is
left out.

All runs need the same code list and, without --data, the same data and split. The
folder holds copies of the runs and is a run like others: han.evaluate, han.predict and
han.load take it, the runs may be moved or removed. Coding takes as long as all
its runs together.

The mixture is calibrated on the calibration records of the runs, as a run is; with
--data it is not, since those records chose the weights.

The log loss printed is that of the probabilities before calibration, which are mixed.
The scores printed are of the records that chose the weights (and stopped or calibrated
the runs): a little too good. Judge by han.evaluate on the test records.
"""


def parser() -> argparse.ArgumentParser:
    """Arguments of the command."""
    arguments = CommandParser(
        "combine",
        description="Mix the probabilities of several runs, with weights chosen on the "
        "validation records.",
        epilog=EPILOG,
    )
    arguments.add_argument(
        "runs", type=Path, nargs="+", metavar="RUN", help="run folders, two at least"
    )
    arguments.add_argument(
        "-o", "--output", type=Path, required=True, help="run folder to make"
    )
    arguments.add_argument(
        "--data",
        help="labelled records to choose the weights on, with the columns of the first "
        "run; no run may have trained on them (default: the validation records)",
    )
    add_language(arguments, "what is printed", OF_TERMINAL)
    return arguments


def main(argv: Sequence[str] | None = None) -> int:
    """Chooses the weights, makes the folder, prints what was found."""
    given = parser().parse_args(argv)
    from han.commands.combine_command import carry_out

    return carry_out(given)


if __name__ == "__main__":
    run_command(main)
