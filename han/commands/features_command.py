"""Makes a table of features, as `han.features` is asked to."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd

from han.cli import screen_language
from han.config import read_config
from han.errors import InputError
from han.feature_table.feature_files import load_features, save_features
from han.feature_table.fitted_features import FeatureSettings, FittedFeatures
from han.feature_table.record_features import (
    ROLE,
    experiment_features,
    record_features,
)
from han.languages.words import FEATURES, Words
from han.tables.file_access import check_file
from han.tables.locations import data_location
from han.tables.output_file import check_output, check_rows, target
from han.tables.output_rows import content_of
from han.tables.whole_files import whole_file

_NUMBERS = ("words", "pairs", "topics", "dimensions", "components")


def carry_out(given: argparse.Namespace) -> None:
    """Writes the table, and what its columns mean."""
    _check_arguments(given)
    check_output(given.output, given.source)
    words = Words(FEATURES, screen_language(given))
    if given.fitted:
        features, config = load_features(given.fitted)
        data = data_location(given.source)
        check_file(data)
        table = record_features(features, config, data, given.encoding)
    else:
        features, table = _learnt(given)
    check_rows(given.output, len(table))
    with target(given.output) as write:
        write(content_of(table, given.output, is_first=True, titles=()))
    beside = given.output.with_name(given.output.name + ".columns.csv")
    meanings = features.dictionary()
    with whole_file(beside) as temporary:
        meanings.to_csv(temporary, index=False)
    print("\n".join(_lines(table, meanings, given.output, beside, words)))


def _learnt(given: argparse.Namespace) -> tuple[FittedFeatures, pd.DataFrame]:
    config = read_config(Path(given.source), given.overrides)
    asked = {n: v for n in (*_NUMBERS, "seed") if (v := getattr(given, n)) is not None}
    settings = replace(
        FeatureSettings(min_count=config.text.min_count, seed=config.seed), **asked
    )
    if given.groups:
        settings = replace(settings, groups=tuple(dict.fromkeys(given.groups)))
    features, table = experiment_features(
        config, settings, progress=sys.stderr.isatty()
    )
    if given.save:
        save_features(features, config, given.save)
    return features, table


def _check_arguments(given: argparse.Namespace) -> None:
    """An option that would be ignored is a mistake."""
    for name in _NUMBERS:
        if (value := getattr(given, name)) is not None and value < 1:
            raise InputError(f"--{name} {value}: expected 1 or more.")
    if not given.fitted:
        if given.encoding:
            raise InputError(
                "--encoding goes with --fitted; otherwise `data.encoding` says it."
            )
        return
    asked = [n for n in (*_NUMBERS, "seed", "groups", "save") if getattr(given, n)]
    if asked or given.overrides:
        what = f"--{asked[0]}" if asked else given.overrides[0]
        raise InputError(
            f"{what}: with --fitted nothing is learnt, so this would change nothing. "
            "Leave it out, or learn anew from an experiment."
        )


def _lines(
    table: pd.DataFrame,
    meanings: pd.DataFrame,
    output: Path,
    beside: Path,
    words: Words,
) -> list[str]:
    counts = meanings["group"].value_counts(sort=False)
    said = ", ".join(f"{name} {count}" for name, count in counts.items())
    lines = [words.say("written", rows=len(table), file=output, columns=said)]
    if ROLE in table:
        roles = table[ROLE].value_counts(sort=False)
        lines.append(
            words.say("roles", roles=", ".join(f"{k} {v}" for k, v in roles.items()))
        )
    return [*lines, words.say("meanings", file=beside)]
