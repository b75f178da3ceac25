"""Columns beside the texts, from the table to the code."""

import json

import numpy as np
import pandas as pd
import pytest
from support.experiments import write_experiment

import han
from han import train

pytestmark = pytest.mark.tensorflow

WORDS = ["pan", "queso", "clavo", "martillo", "leche"]


def table(rows: int = 240) -> pd.DataFrame:
    """Texts say nothing; the sector decides level 1, the hours level 2 in it."""
    random = np.random.default_rng(4)
    sector = random.choice(["campo", "fábrica"], rows)
    hours = random.normal(40, 10, rows).round(1)
    first = np.where(sector == "campo", "1", "2").astype(object)
    second = np.where(hours > 40, "1", "2").astype(object)
    return pd.DataFrame(
        {
            "id": np.arange(rows),
            "text": [" ".join(random.choice(WORDS, 3)) for _ in range(rows)],
            "sector": sector,
            "hours": hours,
            "level_1": first,
            "level_2": first + second,
        }
    )


def accuracies(folder, side: str, wide: str) -> dict[str, float]:
    """Accuracy of each level on the test records of a run."""
    experiment = write_experiment(
        folder,
        data=(
            f"{{train: {folder}/data.csv, fields: {{text: {{}}}}, "
            "label_columns: [level_1, level_2], split: {group_by: none}, "
            f"side_features: {side}}}"
        ),
        model=f"{{word_units: 4, sentence_units: 4, wide: {wide}}}",
        training="{epochs: 10, batch_size: 16, learning_rate: 0.05}",
    )
    table().to_csv(folder / "data.csv", index=False)
    assert train.main([str(experiment)]) == 0
    metrics = json.loads((folder / "run" / "metrics.json").read_text())
    found: dict[str, float] = metrics["test"]["level_accuracy"]
    return found


BOTH = "{sector: {kind: categorical}, hours: {kind: numeric}}"


@pytest.mark.parametrize("wide", ["true", "false"])
def test_columns_that_alone_decide_the_code_are_learnt(tmp_path, wide):
    found = accuracies(tmp_path, BOTH, wide)
    assert found["1"] > 0.9 and found["2"] > 0.8  # a half and a quarter by chance
    run = han.load(tmp_path / "run")
    texts = ["pan queso", "pan queso", "clavo", "clavo"]
    side = {"sector": ["campo", "fábrica"] * 2, "hours": ["60", "60", "20", "20"]}
    assert run.predict(texts, side=side)["code"].tolist() == ["11", "21", "12", "22"]


def test_without_them_nothing_is_learnt(tmp_path):
    """Or the test above would say nothing."""
    assert accuracies(tmp_path, "{}", "false")["2"] < 0.6
