"""Recoded records as a table, and what became of them in a few lines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from han.jobs.evidence_text import aligned
from han.languages.words import Words
from han.revision.chosen_targets import UNCODED, Choices
from han.revision.old_records import FloatArray, OldRecords
from han.tables.output_file import target
from han.tables.output_rows import content_of
from han.tables.prediction_columns import ROW


def recoded_table(
    records: OldRecords, choices: Choices, mass: FloatArray | None = None
) -> pd.DataFrame:
    """A row for each record, in the order of the input.

    Its columns: keys (or `row`), old code, domains, weight and what is kept; then
    `new_code`, `method`, `probability`, `num_targets` and `route`; and `model_mass`
    if a model was asked.
    """
    names = records.columns
    kept = [*(names.keys or [ROW]), names.old, *names.domains, *names.keep]
    table = records.table[list(dict.fromkeys(kept))].copy()
    if names.weight:
        table[names.weight] = records.weights
    more = {} if mass is None else {"model_mass": mass}
    return table.assign(
        new_code=choices.new,
        method=choices.method,
        probability=choices.probability,
        num_targets=choices.num_targets,
        route=choices.route,
        **more,
    )


def write_rows(table: pd.DataFrame, file: Path) -> None:
    """Writes a table in the form that the file's name says, whole or not at all."""
    with target(file) as write:
        write(content_of(table, file, is_first=True))


def summary_lines(records: OldRecords, choices: Choices, words: Words) -> Iterator[str]:
    """Records by method, and the rows of those without a code."""
    coded, total = int((choices.new != "").sum()), len(choices.new)
    yield words.say("recoded", total=total, coded=coded, open=total - coded)
    table = [[words.say(key) for key in ("method", "records", "weight")]]
    for method in sorted(set(choices.method)):
        rows = choices.method == method
        weight = words.numbers.count(records.weights[rows].sum())
        table.append([method, words.numbers.count(int(rows.sum())), weight])
    yield from aligned(table)
    for method in UNCODED:
        rows = np.flatnonzero(choices.method == method) + 1
        if len(rows):
            said = {"count": len(rows), "rows": words.listing(rows.tolist())}
            yield words.say("uncoded", what=words.say(method), **said)
