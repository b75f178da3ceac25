"""`python -m han.evaluate RUN [DATA]`: holds a trained run against labelled records."""

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
from han.config.data_config import ROLES
from han.tables.file_kinds import READABLE

EPILOG = """
examples:
  python -m han.evaluate runs/demo
      the run's own test records
  python -m han.evaluate runs/demo coded_last_year.csv
      all rows of another file with the same columns
  python -m han.evaluate runs/demo coded_last_year.csv --cluster household
      the records of a household are no independent evidence
  python -m han.evaluate runs/demo --lang es
      the page in Spanish, whatever the language of the texts

The table is printed, and the result is added to RUN/metrics.json: under the name of the
split, or of the file (coded_last_year.csv; its full path if another file of that name
is there). Paths of the run's own data start at the folder where it was trained.

Numbers in brackets are 95 % bootstrap intervals. What was drawn together is resampled
together: by default what `data.split` of the run kept together, so equal texts, or the
households of its `group_by`. The effective number of records is as if all records of
such a unit were right or wrong together (Kish); it is said where it differs from
theirs.

RUN/report.html is a page for who decides and for who codes: how much can be automatic,
at what accuracy, and what goes wrong where. It needs no network and holds no texts of
respondents. Other data than the test records have a page each: report-NAME.html.
"""


def parser() -> argparse.ArgumentParser:
    """Arguments of the command."""
    arguments = CommandParser(
        "evaluate",
        description="Evaluate a trained run with hierarchical metrics.",
        epilog=EPILOG,
    )
    arguments.add_argument("run", type=Path, help="run folder")
    arguments.add_argument(
        "data",
        nargs="?",
        help=f"labelled records: {READABLE} (default: the run's own data)",
    )
    arguments.add_argument(
        "--split",
        choices=[*ROLES, "all"],
        help="part of the run's own data: its own file, or rows of the training file; "
        "all is the whole training file (default: test)",
    )
    add_table_options(arguments, "DATA")
    arguments.add_argument(
        "--cluster",
        metavar="COLUMN",
        help="intervals count what was drawn together: records with equal cells here; "
        "text: equal texts; none: each record by itself (default: what data.split of "
        "the run keeps together, which is equal texts unless it has a group_by)",
    )
    add_language(
        arguments,
        "the page and of what is printed",
        f"of the page es for Spanish texts, else en; of the screen {OF_TERMINAL}",
    )
    arguments.add_argument(
        "--no-report", action="store_true", help="write no page, metrics.json alone"
    )
    return arguments


def main(argv: Sequence[str] | None = None) -> int:
    """Evaluates and prints the table."""
    given = parser().parse_args(argv)
    from han.runs.task_folders import task_names

    if task_names(given.run):
        from han.commands.evaluate_tasks_command import carry_out_tasks

        return carry_out_tasks(given)
    from han.commands.evaluate_command import carry_out

    return carry_out(given)


if __name__ == "__main__":
    run_command(main)
