"""Learns word vectors from one's own texts, as `han.embed` is asked to."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from han.config import read_config
from han.errors import InputError, printable
from han.exploration.own_vectors import LearntVectors, VectorSettings, learn_vectors
from han.tables.locations import DataFile, data_location, is_database
from han.text.word_vectors import WordVectors, check_output


def carry_out(given: argparse.Namespace) -> int:
    """Learns or reads vectors, and shows what was asked for."""
    # An output is given where there is something to learn from, and only there.
    vectors = _learnt(given) if given.output else WordVectors.load(given.source)
    for word in given.nearest or ():
        print(_nearest(vectors, word))
    if given.projector:
        vectors.export(given.projector)
        print(
            f"{len(vectors):,} words for the projector: tensorboard --logdir "
            f"{given.projector}"
        )
    return 0


def _learnt(given: argparse.Namespace) -> WordVectors:
    check_output(given.output)
    begun = time.perf_counter()
    overrides = [
        text
        for text in given.files
        if "=" in text and not (Path(text).exists() or is_database(text))
    ]
    files = [data_location(text) for text in given.files if text not in overrides]
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


def _columns(given: Sequence[str] | None, files: Sequence[DataFile]) -> dict[str, str]:
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
