"""`python -m han.fetch SOURCES.yaml`: brings files that others publish."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from han.cli import OF_TERMINAL, CommandParser, add_language, run_command

EPILOG = """
examples:
  python -m han.fetch experiments/sources/sources.yaml --check
      says what would be asked for, and what is here already; asks nobody
  python -m han.fetch experiments/sources/sources.yaml
      brings what is not here, or may have changed; the same command goes on after a cut
  python -m han.fetch experiments/sources/sources.yaml --only ciuo --accept ciuo
      takes the new content of a source that has changed

A file of sources:
  contact: coding@example.org       # servers are told who asks
  folder: data/sources
  sources:
    ciuo:
      address: https://example.org/ciuo_2019.csv
      publisher: Example Statistics Office
      licence: CC BY 4.0
      date: "2019"
      language: spanish
      sha256: 0f1e...               # optional: what the content must be

robots.txt and Retry-After are obeyed, and a server is asked `requests_a_minute` times
at most. Content that is not what was fetched before, or not what `sha256` says, is
refused and kept aside. Beside each file stands NAME.provenance.json: where it comes
from.

exit codes: 0 all are here; 2 a mistake; 3 some were refused: look at them;
4 some did not come: the same command later goes on.
"""
REFUSED, MISSING = 3, 4


def parser() -> argparse.ArgumentParser:
    """Arguments of the command."""
    arguments = CommandParser(
        "fetch",
        description="Bring files that others publish: code lists, notes, tables.",
        epilog=EPILOG,
    )
    add = arguments.add_argument
    add("sources", type=Path, help="file of sources (.yaml)")
    add("-o", "--output", type=Path, metavar="FOLDER", help="in place of `folder`")
    add("--only", nargs="+", metavar="NAME", help="these sources alone")
    add(
        "--accept",
        nargs="+",
        default=[],
        metavar="NAME",
        help="take the content of these, though it has changed",
    )
    add("--check", action="store_true", help="say what would be done; ask nobody")
    add("--json", action="store_true", help="print what was done as JSON")
    add_language(arguments, "what is printed", OF_TERMINAL)
    return arguments


def main(argv: Sequence[str] | None = None) -> int:
    """Brings what is missing and prints what became of each source."""
    given = parser().parse_args(argv)
    from han.commands.fetch_command import carry_out

    outcomes = carry_out(given)
    return REFUSED if "refused" in outcomes else MISSING * ("failed" in outcomes)


if __name__ == "__main__":
    run_command(main)
