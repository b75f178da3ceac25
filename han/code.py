"""`python -m han.code JOB.yaml [key.sub=value ...]`: codes a stream of any size."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from han.cli import OF_TERMINAL, CommandParser, add_language, run_command
from han.config.job_config import STEPS
from han.errors import InputError

EPILOG = """
examples:
  python -m han.code experiments/jobs/demo.yaml --check
      looks for mistakes in the job, its run, tables and columns; codes nothing
  python -m han.code experiments/jobs/demo.yaml
      codes; given again, it goes on where it was stopped
  python -m han.code experiments/jobs/demo.yaml --explain-change rules.csv
      which rows would get another code with these rules; changes nothing
  python -m han.code JOB.yaml --slurm 32 --time 04:00:00
      on a cluster: 32 array tasks code

Equal answers are coded once, whatever the number of rows. Each goes through the stages
of its task in their order, and the first that can decides: non_answer, exact (a
dictionary), rules, recode (a crosswalk from an earlier code), fuzzy (the dictionary but
for a few letters), model, clerk (what is left).

The output has the key columns (else file and row), the columns of a prediction (see
python -m han.predict --help), and of each row:

  method     the stage that gave the code; clerk where none did
  reason     why: the rule, the entry and its support, the margin of the model
  declined   why each stage before did not: stage=reason;stage=reason
  model, code_list, plan, job   short hashes of what it came from

With a labelled sample (tasks.NAME.evidence) the summary has the accuracy of each stage.

The job folder has coded/ (the parts), counts.json, events.jsonl (for programs), job.log
(for people), manifest.json, and work/, which holds respondents' texts: --clean removes
it.
"""


def parser() -> argparse.ArgumentParser:
    """Arguments of the command."""
    arguments = CommandParser(
        "code",
        description="Code a stream of any size through stages, with a reason for "
        "each row.",
        epilog=EPILOG,
    )
    add = arguments.add_argument
    add("job", type=Path, help="YAML file of the job")
    add(
        "overrides",
        nargs="*",
        default=[],
        metavar="key.sub=value",
        help="settings that replace those of the file: output.folder=jobs/b",
    )
    add(
        "--check",
        action="store_const",
        const=True,
        help="look for mistakes, code nothing",
    )
    add(
        "--restart",
        action="store_true",
        help="forget what the job folder holds and begin anew",
    )
    add(
        "--clean",
        action="store_const",
        const=True,
        help="remove working files, which hold texts",
    )
    add(
        "--explain-change",
        metavar="CHANGE",
        help="a rule table, the folder of a run, or key.sub=value: which rows of a job "
        "that is coded would get another code; the job stays as it is",
    )
    _add_cluster(arguments)
    add_language(arguments, "what is printed", OF_TERMINAL)
    return arguments


def _add_cluster(arguments: argparse.ArgumentParser) -> None:
    add = arguments.add_argument
    add(
        "--step",
        choices=STEPS,
        help="do one step alone: read the rows, code answers, or write the rows",
    )
    add(
        "--part",
        metavar="K/N",
        help="with --step code: the K-th of N parts, from 0 (default: as the Slurm "
        "array says, else all)",
    )
    add("--slurm", type=int, metavar="N", help="hand it to Slurm: N array tasks code")
    add("--time", metavar="HH:MM:SS", help="with --slurm: time limit of each step")
    add("--partition", metavar="NAME", help="with --slurm: partition")
    add("--account", metavar="NAME", help="with --slurm: account that pays")


def main(argv: Sequence[str] | None = None) -> int:
    """Codes what the job asks for."""
    given = parser().parse_intermixed_args(argv)
    _check_arguments(given)
    from han.commands.code_command import carry_out

    return carry_out(given)


def _check_arguments(given: argparse.Namespace) -> None:
    if given.part and given.step != "code":
        raise InputError("--part goes with --step code.")
    for name in ("time", "partition", "account"):
        if getattr(given, name) and not given.slurm:
            raise InputError(f"--{name} goes with --slurm.")
    alone = ("check", "clean", "explain_change", "step", "slurm")
    asked = [name for name in alone if getattr(given, name) is not None]
    if given.restart and asked != ["slurm"]:
        asked.append("restart")
    if len(asked) > 1:
        options = " and ".join(f"--{name.replace('_', '-')}" for name in asked)
        raise InputError(f"{options} do not go together. Give one at a time.")


if __name__ == "__main__":
    run_command(main)
