"""Records with two questions: a simulated census, and lines of an index of activities.

The questions of the first, and the second one of the other, are made up here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import yaml
from simulate_census import simulate

from accuracy.sets import LabelledSet
from han.errors import InputError
from han.tables.output_file import target

ROOT = Path("runs/sets")
CENSUS = "census"
INDEX = "scian2023_es"
CENSUS_RECORDS = 5000
SHARES = {"train": 0.7, "validation": 0.1, "calibration": 0.1, "test": 0.1}
RARE, OTHER = 100, "otro"  # a process of fewer rows has no code of its own
SEED = 1


def two_questions(work: str, records: int) -> Path:
    """Writes the records of a set and its experiment, with two tasks.

    Args:
        work: `census`, a folder `scian2023_es`, or an experiment file, which stays.
        records: As for each of the two sets; 0 for its default.

    Returns:
        The experiment file.
    """
    if work.endswith(".yaml"):
        return Path(work)
    if work == CENSUS:
        rows, experiment = census(records or CENSUS_RECORDS), _census_experiment()
    elif Path(work).name == INDEX:
        source = LabelledSet(Path(work).resolve())
        rows = with_process(pd.read_parquet(source.table), records)
        experiment = _index_experiment(source.experiment())
    else:
        raise InputError(f"{work}: expected census, a folder {INDEX} or a .yaml file.")
    name = f"{experiment['name']}_tasks" + (f"_{records}" if records else "")
    file = ROOT / name / f"{name}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    with target(file.with_suffix(".parquet")) as write:
        write(pa.Table.from_pandas(rows, preserve_index=False))
    experiment["data"] |= {"train": str(file.with_suffix(".parquet"))}
    experiment |= {"name": name, "logging": {"tensorboard": False}}
    text = yaml.safe_dump(experiment, sort_keys=False, allow_unicode=True)
    file.write_text(text, encoding="utf-8")
    return file


def census(records: int) -> pd.DataFrame:
    """Texts in which Spanish sentences are about one thing, English ones about another.

    The questions are what either are about. Half of the records have the same answer to
    both, as occupation and activity often do; the others are joined at random. Of the
    labels of either question one in twenty is wrong.

    Args:
        records: Training records; the other splits are cut as shares of all.
    """
    rows = round(records / SHARES["train"])
    # The same seed draws the same subjects in both languages.
    spanish = simulate(rows=rows, language="es", seed=SEED)
    english = simulate(rows=rows, language="en", seed=SEED)
    generator = np.random.default_rng(SEED)
    order = np.arange(rows)
    moved = generator.random(rows) < 0.5
    order[moved] = generator.permutation(order[moved])
    english = english.iloc[order].reset_index(drop=True)
    columns: dict[str, Any] = {"text": spanish["text"] + " " + english["text"]}
    for name, part in (("spanish", spanish), ("english", english)):
        columns |= {f"{name}_1": part["category"], f"{name}_2": part["subcategory"]}
    splits = generator.choice(list(SHARES), rows, p=list(SHARES.values()))
    return pd.DataFrame({**columns, "split": splits})


def with_process(rows: pd.DataFrame, records: int = 0) -> pd.DataFrame:
    """Lines of an index of activities, with a second label: what is done.

    A line says a product and, after the last comma, what is done with it: `soya
    (grano), cultivo`. The first word of that is the first level of the label, all of it
    the second, each where enough lines that train have it. So the second question asks
    for a rule over words that also speak for the activity.

    Args:
        rows: Columns `text`, `split` and the levels of the activity.
        records: Records of each split at most, drawn at random; 0 for all.
    """
    said = rows["text"].str.rsplit(",", n=1).str[-1].str.strip().str.lower()
    first = _common(said.str.split().str[0], rows["split"])
    whole = _common(said, rows["split"]).where(first != OTHER, OTHER)
    rows = rows.assign(process_1=first, process_2=first + ": " + whole)
    if not records:
        return rows
    order = np.random.default_rng(SEED).permutation(len(rows))
    return rows.iloc[order].groupby("split").head(records).sort_index()


def _common(values: pd.Series, splits: pd.Series) -> pd.Series:
    """What enough training rows have; `OTHER` for the rest."""
    counts = values[splits == "train"].value_counts()
    return values.where(values.map(counts).fillna(0) >= RARE, OTHER)


def _census_experiment() -> dict[str, Any]:
    tasks = {
        name: {"label_columns": [f"{name}_1", f"{name}_2"]}
        for name in ("spanish", "english")
    }
    limits = {"max_words": 30, "max_sentences": 8}
    data = {"fields": {"text": limits}, "split": {"column": "split"}}
    return {"name": CENSUS, "data": data, "tasks": tasks, "text": {"language": "es"}}


def _index_experiment(alone: dict[str, Any]) -> dict[str, Any]:
    """The experiment of the index with its process as a second task."""
    data = {name: alone["data"][name] for name in ("fields", "split")}
    activity = {"label_columns": alone["data"]["label_columns"]}
    tasks = {
        "activity": {**activity, "taxonomy": alone["taxonomy"]},
        "process": {"label_columns": ["process_1", "process_2"]},
    }
    return {"name": INDEX, "data": data, "tasks": tasks, "text": alone["text"]}
