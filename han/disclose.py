"""`python -m han.disclose RUN`: what of respondents is in a run, may it leave?"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from han.cli import OF_TERMINAL, CommandParser, add_language, run_command

EPILOG = """
examples:
  python -m han.disclose runs/demo
      reads every file of the run, tries to tell who was in its training, and prints a
      verdict with its reasons
  python -m han.disclose runs/demo -o release.html release.md --lang es
      the same as a page and as Markdown, with a checklist that a person signs
  python -m han.disclose runs/demo --records moved/records.csv --strict office
      in a pipeline: exit code 1 unless the run may be used within the office

verdicts:
  release    nothing of single respondents was found
  office     something of few respondents is in it: rare words, hashes that a guess can
             be tried with, keys, who was in the training
  withhold   something points to persons: names behind titles, mail, long numbers,
             whole texts

Nothing that is found is shown, only counted, unless --show-words asks for it. No
program sees all: the checklist is part of the answer.

exit codes: 0 checked; 1 with --strict, if the verdict is stricter; 2 a mistake.
"""


def parser() -> argparse.ArgumentParser:
    """Arguments of the command."""
    arguments = CommandParser(
        "disclose",
        description="Check what of respondents is in a run before it is handed on.",
        epilog=EPILOG,
    )
    add = arguments.add_argument
    add("run", type=Path, help="folder of a run")
    add("--records", metavar="FILE", help="its training records, if they lie elsewhere")
    add(
        "--min-records",
        type=int,
        default=10,
        metavar="N",
        help="a word of fewer training records is rare (default: 10, the threshold of "
        "frequency tables in research data centres)",
    )
    add(
        "--shadows",
        type=int,
        default=0,
        metavar="N",
        help="train N linear shadow models for a stronger attack (default: none)",
    )
    add(
        "-o",
        "--output",
        type=Path,
        nargs="+",
        default=[],
        metavar="FILE",
        help="also write it as .html, .md or .json",
    )
    add("--json", action="store_true", help="print it as JSON")
    add("--show-words", action="store_true", help="show words of respondents, too")
    add(
        "--sacro",
        type=Path,
        metavar="FOLDER",
        help="write proba_train.csv and proba_test.csv, which SACRO-ML reads",
    )
    add(
        "--strict",
        nargs="?",
        const="release",
        choices=("release", "office"),
        help="exit code 1 if the verdict is stricter than this (default: release)",
    )
    add_language(arguments, "what is written", OF_TERMINAL)
    return arguments


def main(argv: Sequence[str] | None = None) -> int:
    """Checks a run and says whether it may be handed on."""
    given = parser().parse_args(argv)
    from han.commands.disclose_command import carry_out

    return carry_out(given)


if __name__ == "__main__":
    run_command(main)
