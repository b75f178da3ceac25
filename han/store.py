"""`python -m han.store PART ...`: what was made from what, and who approved it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from han.cli import PartsParser, run_command
from han.commands.store_arguments import add_parts

EPILOG = """
examples:
  python -m han.store init --store catalogue.db
      makes a catalogue; HAN_STORE=catalogue.db says the same to all that follow
  python -m han.store add runs/demo jobs/demo --store catalogue.db
      adds a run and a job with what they are of: data, code list, vectors, plan
  python -m han.store approve runs/demo --why "as good as the last" --store catalogue.db
      from now on commands that take only what is approved take it
  python -m han.store lineage jobs/demo --row 000001 --store catalogue.db
      which stage, run, list and plan gave this code, who approved it, what all is of

An experiment or a job with `store: catalogue.db` adds itself at its end. No text of a
respondent is ever in a catalogue.

python -m han.store PART --help says more of one.
"""


class _Parser(PartsParser):
    """Arguments of the command, or of one of its parts."""

    command = "store"


def parser() -> argparse.ArgumentParser:
    """Arguments of the command."""
    arguments = _Parser(
        description="A catalogue: data, code lists, runs, plans, jobs, queues, "
        "approvals, and what was made from what.",
        epilog=EPILOG,
    )
    add_parts(
        arguments.add_subparsers(
            dest="part", metavar="PART", required=True, title="parts"
        )
    )
    return arguments


def main(argv: Sequence[str] | None = None) -> int:
    """Does what is asked of a catalogue."""
    given = parser().parse_args(argv)
    from han.commands.store_command import carry_out

    carry_out(given)
    return 0


if __name__ == "__main__":
    run_command(main)
