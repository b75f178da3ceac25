"""`python -m han.gate OLD NEW --on DATA`: may a new run replace the old one?"""

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

BROKEN = 3
EPILOG = """
examples:
  python -m han.gate runs/approved runs/2026-11 --on wave.csv --weight factor
      how many records would get another code, and how totals of codes would change
  python -m han.gate runs/approved runs/2026-11 --on wave.csv --protected codes.txt \\
      --most-changed 0.05 --most-points 0.5 --most-protected 0.02 -o gate
      with limits of your own; gate/ gets totals.csv, changed.csv and gate.json

Offices publish totals. Both runs give each record their most probable full code, as if
no person coded; DATA needs no codes. Three rules: the weight that gets another full
code; at each level the points by which the share of one code changes; the change of the
totals of protected codes. Intervals are of what the records were drawn from, by
units of sampling: those of --unit, else equal texts. Where the interval reaches beyond
the limit the verdict says "not for sure": take more records.

Whether the new run is right more often, labelled records say: python -m han.compare.

exit codes: 0 all rules hold; 2 a mistake; 3 a rule is broken.
"""


def parser() -> argparse.ArgumentParser:
    """Arguments of the command."""
    arguments = CommandParser(
        "gate",
        description="Say what would change in published figures if a run replaced "
        "another.",
        epilog=EPILOG,
    )
    add = arguments.add_argument
    add("old", type=Path, metavar="OLD", help="the run that is used")
    add("new", type=Path, metavar="NEW", help="the run that may replace it")
    add("--on", required=True, metavar="DATA", help="records, coded or not")
    add("--key", nargs="+", default=[], metavar="COLUMN", help="what names a record")
    add("--weight", metavar="COLUMN", help="the survey weight (default: 1 each)")
    add(
        "--unit",
        metavar="COLUMN",
        help="what was drawn together (default: a text)",
    )
    add(
        "--protected",
        metavar="CODES",
        help="codes whose totals must hardly change: a file with one a line, or a list "
        "with commas",
    )
    for name, default, what in (
        ("changed", 0.1, "share of the weight that may get another full code"),
        ("points", 1.0, "points by which the share of a code may change"),
        ("protected", 0.05, "share by which the total of a protected code may change"),
    ):
        add(
            f"--most-{name}",
            type=float,
            default=default,
            metavar="X",
            help=f"{what} (default: {default})",
        )
    add("-o", "--output", type=Path, metavar="FOLDER", help="where tables are written")
    add_table_options(arguments, "DATA")
    add_language(arguments, "what is printed", OF_TERMINAL)
    return arguments


def main(argv: Sequence[str] | None = None) -> int:
    """Prints what would change; whether a rule is broken is the exit code."""
    given = parser().parse_args(argv)
    from han.commands.gate_command import carry_out

    return 0 if carry_out(given) else BROKEN


if __name__ == "__main__":
    run_command(main)
