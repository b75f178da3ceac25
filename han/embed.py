"""`python -m han.embed EXPERIMENT -o VECTORS`: word vectors of one's own texts."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import get_args

from han.cli import CommandParser, run_command
from han.config import read_config
from han.errors import InputError, printable
from han.exploration.own_vectors import (
    LearntVectors,
    Method,
    VectorSettings,
    learn_vectors,
)
from han.text.word_vectors import WordVectors, check_output

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
        help="more texts, CSV, TSV or Parquet; settings that replace the experiment's",
    )
    add("-o", "--output", type=Path, help="vectors to write, .vec or .vec.gz")
    add(
        "--columns",
        nargs="+",
        metavar="FIELD=COLUMN",
        help="columns of FILES, where they are not called as in the experiment",
    )
    add("--method", choices=get_args(Method), help="default: the experiment's")
    add("--dimension", type=int, help="numbers of a vector")
    add("--epochs", type=int, help="passes over the texts")
    add("--window", type=int, help="words on each side that a word is learnt from")
    add("--min-count", type=int, help="different texts that must hold a word")
    add("--seed", type=int, help="seed of all draws")
    add("--nearest", nargs="+", metavar="WORD", help="print the words nearest to these")
    add("--projector", type=Path, metavar="FOLDER", help="export for TensorBoard")
    return arguments


def main(argv: Sequence[str] | None = None) -> int:
    """Learns or reads vectors, and shows what was asked for."""
    given = parser().parse_intermixed_args(argv)
    is_experiment = given.source.suffix.lower() in EXPERIMENTS
    _check(given, is_experiment)
    vectors = _learnt(given) if is_experiment else WordVectors.load(given.source)
    for word in given.nearest or ():
        print(_nearest(vectors, word))
    if given.projector:
        vectors.export(given.projector)
        print(
            f"{len(vectors):,} words for the projector: tensorboard --logdir "
            f"{given.projector}"
        )
    return 0


def _check(given: argparse.Namespace, is_experiment: bool) -> None:
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


def _learnt(given: argparse.Namespace) -> WordVectors:
    check_output(given.output)
    begun = time.perf_counter()
    overrides = [
        text for text in given.files if "=" in text and not Path(text).exists()
    ]
    files = [Path(text) for text in given.files if text not in overrides]
    config = read_config(given.source, overrides)
    names = "method dimension epochs window min_count seed".split()
    asked = {n: v for n in names if (v := getattr(given, n)) is not None}
    settings = replace(VectorSettings.of(config), **asked)
    columns = _columns(given.columns, files)
    progress = sys.stderr.isatty()
    found = learn_vectors(config, files, settings, columns=columns, progress=progress)
    found.vectors.save(given.output)
    print(_summary(found, settings, given.output, time.perf_counter() - begun))
    return found.vectors


def _columns(given: Sequence[str] | None, files: Sequence[Path]) -> dict[str, str]:
    """Column of each field, as `--columns` gives them."""
    if given and not files:
        raise InputError("--columns is for FILES, and there are none.")
    pairs = [text.partition("=") for text in given or ()]
    for (field, _, column), text in zip(pairs, given or (), strict=True):
        if not (field and column):
            raise InputError(f"--columns {text}: expected FIELD=COLUMN.")
    return {field: column for field, _, column in pairs}


def _summary(
    found: LearntVectors, settings: VectorSettings, output: Path, seconds: float
) -> str:
    lines = []
    for taught in found.files:
        left = [
            f"{number:,} {why}"
            for number, why in (
                (taught.held_out, "texts of validation, calibration or test"),
                (taught.blank, "without words"),
            )
            if number
        ]
        out = f"; left out: {', '.join(left)}" if left else ""
        lines.append(f"{taught.rows:,} rows of {taught.file}{out}")
    vectors = found.vectors
    lines += [
        f"{found.num_texts:,} different texts; {len(vectors):,} words that at least "
        f"{settings.min_count} of them hold ({found.covered:.1%} of all running words);"
        f" {found.rare:,} other words left out",
        f"{settings.method}, {settings.dimension} numbers each, {settings.epochs} "
        f"passes, window {settings.window}, seed {settings.seed}; {seconds:.0f} s",
        f"{output}: train with embeddings.file={output} "
        f"embeddings.dimension={settings.dimension}",
    ]
    return "\n".join(lines)


def _nearest(vectors: WordVectors, word: str) -> str:
    rows = [f"  {near:<24} {cosine:.3f}" for near, cosine in vectors.nearest(word)]
    return printable("\n".join([f"\n{word}", *rows]))


if __name__ == "__main__":
    run_command(main)
