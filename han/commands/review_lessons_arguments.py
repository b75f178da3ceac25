"""Arguments of `python -m han.review lessons`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from han.cli import OF_TERMINAL, add_language

EPILOG = """
examples:
  python -m han.review lessons review.db -o lessons
  python -m han.train experiments/demo.yaml 'data.reviewed=[lessons/records.csv]'

It writes records.csv for `data.reviewed` of an experiment, dictionary.csv for
`exact.coded` of a job, and calibration.csv, the answers that were drawn at random, for
han.plan RUN --sample. What judges does not train. `data.reviewed` takes the queue
itself, too.
"""


def add_lessons(parts: argparse._SubParsersAction[Any]) -> None:
    """Adds the sub-command; its work is `han.commands.review_lessons_command`."""
    arguments = parts.add_parser(
        "lessons",
        help="write what clerks decided for training, a dictionary and a plan",
        description="Write what clerks decided as training records, entries of a "
        "dictionary, and a sample that tests a plan.",
        epilog=EPILOG,
    )
    add = arguments.add_argument
    add("queue", metavar="QUEUE", help="review.db, or the address of a database")
    add("-o", "--output", type=Path, required=True, metavar="FOLDER", help="where to")
    add(
        "--only",
        choices=["agreed"],
        help="train with what two coders agreed on or an adjudicator settled alone",
    )
    add(
        "--all",
        action="store_true",
        help="answers that were drawn at random train, too, and no sample is written",
    )
    add(
        "--field",
        metavar="NAME",
        help="text field of the dictionary, as `exact.field` (default: the first)",
    )
    add(
        "--run",
        type=Path,
        metavar="RUN",
        help="run that will read the sample: columns are called as there (default: "
        "that of the queue)",
    )
    add_language(arguments, "what is printed", OF_TERMINAL)
