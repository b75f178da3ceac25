"""Arguments of `python -m han.review stats`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from han.cli import OF_TERMINAL, add_language

EPILOG = """
examples:
  python -m han.review stats review.db
      seconds per decision, agreement, accuracy of machine, clerks and the whole
  python -m han.review stats review.db -o figures
      writes stats.json, stats.csv and the page stats.html, too

Nobody is assumed to be right: what one coder says is shown as that. Accuracy comes from
answers that two coded without seeing each other, where they differ from an adjudicator,
and is corrected by answers that the adjudicator saw although two agree. What had to be
assumed is said below each table.
"""
LEAST = 20


def add_stats(actions: argparse._SubParsersAction[Any]) -> None:
    """Adds `stats`."""
    arguments = actions.add_parser(
        "stats",
        help="what the decisions say: times, agreement, accuracy with intervals",
        description="What the decisions of a queue say.",
        epilog=EPILOG,
    )
    arguments.add_argument("queue", metavar="QUEUE", help="a queue, such as review.db")
    arguments.add_argument(
        "-o", "--output", type=Path, metavar="FOLDER", help="where figures are written"
    )
    arguments.add_argument(
        "--least",
        type=int,
        default=LEAST,
        metavar="N",
        help=f"answers below which there is no rate, only their number ({LEAST})",
    )
    add_language(
        arguments,
        "what is printed and of the page",
        f"printed: {OF_TERMINAL}; the page: that of the queue",
    )
