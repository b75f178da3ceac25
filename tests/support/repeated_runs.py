"""A trained run of records whose texts repeat, as answers of a survey do."""

import numpy as np
import pandas as pd

from han import train
from support.experiments import ROWS
from support.planned_runs import WORDS, write_experiment

CANARY = "zafiro"  # a word of many texts: no plan may hold it
NEW_TEXTS, FREQUENT, RECORDS = 700, 6, 150


def repeated_texts(seed, texts=NEW_TEXTS, frequent=FREQUENT):
    """Records by text: most stand once or twice, a few `RECORDS` times each."""
    rng, rows = np.random.default_rng(seed), []
    for number in range(texts + frequent):
        text, _, code = ROWS[rng.integers(len(ROWS))]
        is_frequent = number >= texts
        if not is_frequent and rng.random() < 0.03:
            _, _, code = ROWS[rng.integers(len(ROWS))]
        words = " ".join(rng.choice(WORDS, size=2))
        text = f"{text} {words} {CANARY} n{seed}x{number}"
        size = RECORDS if is_frequent else int(rng.choice([1, 1, 2, 3]))
        rows += [(text, code, number)] * size
    table = pd.DataFrame(rows, columns=["text", "level_2", "number"])
    table["level_1"] = table["level_2"].str[0]
    table["weight"] = 1 + np.arange(len(table)) % 3
    table["firm"] = "f" + (np.arange(len(table)) // 3).astype(str)
    table = table.sample(frac=1, random_state=seed).reset_index(drop=True)
    table.insert(0, "id", np.arange(len(table)))
    return table.drop(columns="number")


def write_again(file, target):
    """The same records under other numbers, so that the run does not know the file."""
    table = pd.read_csv(file, dtype=str)
    table["id"] = range(1, len(table) + 1)
    table.to_csv(target, index=False)
    return target


def train_repeated(folder, *settings):
    """Trains a run with calibration records on such texts."""
    repeated_texts(1).to_csv(folder / "data.csv", index=False)
    assert train.main([str(write_experiment(folder)), *settings]) == 0
    return folder / "run"
