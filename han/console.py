"""`han COMMAND ...`: lists the commands, and runs the one that is asked for."""

from __future__ import annotations

import difflib
import importlib
import sys
from collections.abc import Sequence
from functools import partial

import han
from han.cli import run_command
from han.errors import InputError

COMMANDS = {
    "fetch": "bring files that others publish: code lists, notes, tables",
    "scrub": "take personal data out of a table of texts",
    "train": "train the model of an experiment file, evaluate it, keep the run",
    "evaluate": "evaluate a trained run with hierarchical metrics",
    "predict": "code new records with a trained run",
    "code": "code a stream of any size through stages, with a reason for each row",
    "serve": "serve trained runs and coding jobs over HTTP",
    "review": "make queues of answers for people, and take back what they decide",
    "store": "a catalogue: what was made from what, and who approved it",
    "recode": "take records, labels and totals to a revised code list",
    "plan": "plan what is coded automatically, in part, and by people",
    "explain": "show why records get their codes, and how far to believe it",
    "disclose": "check what of respondents is in a run before it is handed on",
    "compare": "compare runs on the same labelled records",
    "gate": "say what a new run would change in published figures",
    "combine": "mix the probabilities of several runs",
    "embed": "learn word vectors from your own texts, ask them, export them",
    "features": "make a table of features of texts, for models elsewhere",
    "sweep": "search the settings of an experiment: many runs, one table",
    "submit": "hand the training of an experiment to Slurm",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs `han COMMAND ...` and leaves with its exit code.

    Args:
        arguments: Name of the command and its own arguments; those of the process if
            None.
    """
    given = sys.argv[1:] if arguments is None else list(arguments)
    run_command(partial(_main, given))


def _main(given: list[str]) -> int:
    name, *more = given or ["--help"]
    if name in {"-h", "--help"}:
        print(usage())
        return 0
    if name == "--version":
        print(f"han {han.__version__}")
        return 0
    if name not in COMMANDS:
        close = difflib.get_close_matches(name, COMMANDS, n=1)
        hint = f"Did you mean {close[0]}?" if close else "han --help lists them all."
        raise InputError(f"there is no command {name!r}. {hint}")
    # Imported now: a command must not wait for the packages of the others.
    code: int = importlib.import_module(f"han.{name}").main(more)
    return code


def usage() -> str:
    """All commands with a line each."""
    lines = [f"  {name:<10}{line}" for name, line in COMMANDS.items()]
    return "\n".join(
        [
            "usage: han COMMAND ...",
            "",
            "Codes free text into a hierarchical classification.",
            "",
            "commands:",
            *lines,
            "",
            "han COMMAND --help says more of one; python -m han.COMMAND is the same.",
            "han --version says which version this is.",
        ]
    )
