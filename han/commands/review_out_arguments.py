"""Arguments of `python -m han.review out`."""

from __future__ import annotations

import argparse
from typing import Any

from han.cli import OF_TERMINAL, add_language, add_table_options

EPILOG = """
examples:
  python -m han.review out jobs/demo -o review.db --budget 500
  python -m han.review out runs/demo new.csv -o review.db --notes notes.csv

Equal answers are one. A budget of decisions is spent on three parts, which nobody who
codes can tell apart:

  work     the answers for people with the highest priority, which is the probability
           of an error times the weight of a row times the number of rows
  sample   some of the other answers for people, drawn at random
  check    some of the answers that the machine has coded, drawn at random of each
           stage and level

A run without thresholds promises nothing: all its answers are for people. The queue
holds the answers: keep it where only those who code can read it.
"""


BUDGET = (
    "decisions in all; for a figure of how right the machine is, enough that two "
    "people code 20 checks (default: 500)"
)


def add_out(actions: argparse._SubParsersAction[Any]) -> None:
    """Adds `out`."""
    arguments = actions.add_parser(
        "out",
        help="make a queue from a finished job, or from a run and data",
        description="Make a queue of answers for people.",
        epilog=EPILOG,
    )
    add = arguments.add_argument
    add("coded", metavar="JOB_FOLDER|RUN", help="folder of a finished job, or a run")
    add("data", nargs="?", help="with RUN: the records, in any form that predict reads")
    add(
        "-o",
        "--output",
        required=True,
        metavar="QUEUE",
        help="the queue: a file such as review.db, or postgresql+psycopg://...",
    )
    add("--task", metavar="NAME", help="the variable, where there are several")
    add("--notes", metavar="FILE", help="notes of the code list (default: as trained)")
    add(
        "--index",
        metavar="FILE",
        help="further titles to search by: a table with text and code (default: the "
        "index of the job, if it has one)",
    )
    add("--store", metavar="STORE", help="a catalogue to which the queue is added")
    _add_shares(arguments)
    add_table_options(arguments, "DATA")
    add_language(arguments, "what is printed", OF_TERMINAL)


def _add_shares(arguments: argparse.ArgumentParser) -> None:
    add = arguments.add_argument
    add("--budget", type=int, default=500, help=BUDGET)
    add("--batch", type=int, default=50, help="answers of a batch (default: 50)")
    shares = {
        "double": (
            0.1,
            "of the answers for people that two people code, each blind; checks have "
            "--double-checks",
        ),
        "double-checks": (0.5, "of the checks that two people code, each blind"),
        "gold": (0.5, "of these two that an adjudicator sees even where both agree"),
        "check": (0.2, "of the answers that the machine has coded"),
        "sample": (0.1, "of the answers drawn at random among those for people"),
        "no-suggestions": (0.1, "of the answers that show no candidates"),
    }
    for name, (default, what) in shares.items():
        add(
            f"--{name}",
            type=float,
            default=default,
            metavar="SHARE",
            help=f"share {what} (default: {default})",
        )
    add(
        "--without",
        action="append",
        default=[],
        choices=("doubt", "weight", "repeats"),
        help="a factor that does not count in the priority; may be repeated",
    )
    add(
        "--active",
        action="store_true",
        help="work is what teaches the model most: doubtful answers, of each predicted "
        "code some; what stands often counts by the root of its rows",
    )
    add("--seed", type=int, default=0, help="of all that is drawn (default: 0)")
