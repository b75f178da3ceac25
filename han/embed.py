"""`python -m han.embed EXPERIMENT -o VECTORS`: word vectors of one's own texts."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from han.cli import CommandParser, run_command
from han.config.text_config import VectorMethod
from han.errors import InputError
from han.tables.file_kinds import READABLE

EXPERIMENTS = (".yaml", ".yml")
EPILOG = """
examples:
  python -m han.embed experiments/demo.yaml -o demo.vec.gz
      from the training rows of the experiment, coded or not
  python -m han.embed activity.yaml old.csv new.parquet -o activity.vec.gz \\
      --columns tasks=occupation --method fasttext
      and from all rows of other files, where field `tasks` is column `occupation`
  python -m han.embed demo.vec.gz --nearest pan leche
  python -m han.embed demo.vec.gz --projector runs/words
      then: tensorboard --logdir runs/words

Texts are split and cleaned as the experiment says; the words of its validation,
calibration and test texts are not learnt from, in whatever file such a text stands. The
same command gives the same file. A word has a vector if --min-count different texts
hold it, so that no rare word, which may tell who answered, stands in a file that leaves
the office. Train with the file: `embeddings.file` and `.dimension` of an experiment.
"""


def parser() -> argparse.ArgumentParser:
    """Arguments of the command."""
    arguments = CommandParser(
        "embed",
        description="Learn word vectors from your own texts, ask them, export them.",
        epilog=EPILOG,
    )
    add = arguments.add_argument
    add("source", type=Path, help="an experiment (.yaml), or a file of vectors")
    add(
        "files",
        nargs="*",
        default=[],
        metavar="FILE or key.sub=value",
        help=f"more texts: {READABLE}; settings that replace the experiment's",
    )
    add("-o", "--output", type=Path, help="vectors to write, .vec or .vec.gz")
    add(
        "--columns",
        nargs="+",
        metavar="FIELD=COLUMN",
        help="columns of FILES, where they are not called as in the experiment",
    )
    add("--method", choices=get_args(VectorMethod), help="default: the experiment's")
    add("--dimension", type=int, help="numbers of a vector")
    add("--epochs", type=int, help="passes over the texts")
    add("--window", type=int, help="words on each side that a word is learnt from")
    add("--min-count", type=int, help="different texts that must hold a word")
    add("--seed", type=int, help="seed of all draws")
    add("--nearest", nargs="+", metavar="WORD", help="print the words nearest to these")
    add("--projector", type=Path, metavar="FOLDER", help="export for TensorBoard")
    return arguments


def _check(given: argparse.Namespace) -> None:
    is_experiment = given.source.suffix.lower() in EXPERIMENTS
    learning = "output columns method dimension epochs window min_count seed".split()
    asked = [name for name in learning if getattr(given, name) is not None]
    if not is_experiment and (asked or given.files):
        what = f"--{asked[0].replace('_', '-')}" if asked else str(given.files[0])
        raise InputError(
            f"{given.source} is read as a file of vectors, and {what} is for learning "
            "some. Give an experiment, EXPERIMENT.yaml, to learn from."
        )
    if is_experiment and not given.output:
        raise InputError(
            f"{given.source} is an experiment: say where to write the vectors that are "
            "learnt, -o vectors.vec.gz. --nearest alone needs a file of vectors."
        )
    if not is_experiment and not (given.nearest or given.projector):
        raise InputError("Say what to do with the vectors: --nearest or --projector.")
    for name in learning[3:-1]:
        value = getattr(given, name)
        if value is not None and value < 1:
            option = name.replace("_", "-")
            raise InputError(f"--{option} must be at least 1. Received: {value}.")
    if given.seed is not None and not 0 <= given.seed < 2**32:
        raise InputError(f"--seed must be from 0 to 2^32 - 1. Received: {given.seed}.")


def main(argv: Sequence[str] | None = None) -> int:
    """Learns or reads vectors, and shows what was asked for."""
    given = parser().parse_intermixed_args(argv)
    _check(given)
    from han.commands.embed_command import carry_out

    return carry_out(given)


if __name__ == "__main__":
    run_command(main)
