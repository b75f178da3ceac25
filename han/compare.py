"""`python -m han.compare RUN RUN [...] --on DATA`: which run is better, for sure?"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from han.cli import (
    OF_TERMINAL,
    CommandParser,
    add_language,
    add_table_options,
    run_command,
)

EPILOG = """
examples:
  python -m han.compare runs/linear runs/demo
      both on the test records of the first run
  python -m han.compare runs/2025 runs/2026 --on golden.csv --cluster household
      on other labelled records; those of one household are drawn together
  python -m han.compare runs/2025 runs/2026 --must-not-regress codes.txt
      ends with 1 if a code in the file (one a line, of any level) got worse; where
      codes repeat, the path of one, as in 1 > 11 > 111

The first run is what the others are held against. Differences are in points, with
paired 95 % bootstrap intervals: every run is scored on the same resamples of the
records, drawn in groups of equal texts (or of a column), which are no independent
evidence. The effective number of records is as if all of a group were right or wrong
together. An interval without 0 is a difference that the sample of records does not
explain; another seed of the training might.

A protected code got worse if its recall or its F1 (with all codes below it) fell and
the paired interval of the fall lies below 0; any other fall is a warning. Of many
codes a few fall so by chance: about 1 in 40 of those that did not change.

Below a partial true code a deeper one may be right. Such a record does not count
against a protected code, and hF up to the depth of the true codes, which is to be read
first there, stands beside the strict one.

Records that one of the runs was trained on are refused. That is known by the file
(SHA-256) and the run's split; copies of records in another file are not found.

exit codes: 0 done, 1 a protected code got worse, 2 a mistake in runs, data or
arguments.
"""


def parser() -> argparse.ArgumentParser:
    """Arguments of the command."""
    arguments = CommandParser(
        "compare",
        description="Compare runs on the same labelled records.",
        epilog=EPILOG,
    )
    arguments.add_argument(
        "runs", type=Path, nargs="+", metavar="RUN", help="run folders, two at least"
    )
    arguments.add_argument(
        "--on",
        metavar="DATA",
        help="labelled records with the columns of the runs (default: the test records "
        "of the first run)",
    )
    add_table_options(arguments, "DATA")
    arguments.add_argument(
        "--target",
        type=float,
        default=0.95,
        help="accuracy of full codes at which the coverage is taken (default: 0.95)",
    )
    arguments.add_argument(
        "--cluster",
        metavar="COLUMN",
        help="intervals count what was drawn together: records with equal cells here; "
        "text: equal texts; none: each record by itself (default: what data.split of "
        "the first run keeps together, which is equal texts unless it has a group_by)",
    )
    arguments.add_argument(
        "--must-not-regress",
        metavar="CODES",
        help="a file with one code a line, or CODE,CODE,...: end with 1 if one of them "
        "gets worse than in the first run",
    )
    arguments.add_argument(
        "-o", "--output", type=Path, help="write it, too: .md, .csv or .json"
    )
    add_language(arguments, "the comparison, but for warnings", OF_TERMINAL)
    return arguments


def main(argv: Sequence[str] | None = None) -> int:
    """Compares, prints the table, and says whether a protected code got worse."""
    given = parser().parse_args(argv)
    from han.commands.compare_command import carry_out

    return carry_out(given)


if __name__ == "__main__":
    run_command(main)
