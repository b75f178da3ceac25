"""A trained run with calibration records, and its plans."""

import json

import numpy as np

from han import plan, train
from support.experiments import ROWS

WORDS = "uno dos tres cuatro cinco seis siete ocho nueve diez once doce".split()


def write_data(file, rows, seed, labelled=True):
    """Records of the usual rows with an odd word each, a few of them coded wrongly."""
    rng = np.random.default_rng(seed)
    lines = ["id,text,weight" + (",level_1,level_2" if labelled else "")]
    for i in range(rows):
        text, one, two = ROWS[rng.integers(len(ROWS))]
        if rng.random() < 0.1:
            _, one, two = ROWS[rng.integers(len(ROWS))]
        words = " ".join(rng.choice(WORDS, size=2)) + f" n{seed}x{i}"
        code = f",{one},{two}" if labelled else ""
        lines.append(f"{i},{text} {words},{1 + i % 3}{code}")
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_experiment(folder):
    """Writes the experiment file of a small linear run with calibration records."""
    experiment = folder / "experiment.yaml"
    experiment.write_text(
        f"""
data:
  train: {folder}/data.csv
  fields: {{text: {{}}}}
  label_columns: [level_1, level_2]
  key_columns: [id]
  weight_column: weight
  split: {{validation: 0.1, calibration: 0.4, test: 0.2}}
model: {{kind: tfidf_linear, C: 1}}
logging: {{run_folder: {folder}/run}}
""",
        encoding="utf-8",
    )
    return experiment


def train_with_calibration(folder):
    """Trains a run with calibration records in a folder."""
    write_data(folder / "data.csv", 2400, seed=1)
    assert train.main([str(write_experiment(folder))]) == 0


def planned(run, *arguments):
    """What a plan of a run finds; it replaces the plan before, and is in English."""
    usual = ["--lang", "en", "-o", str(run / "plan")]
    assert plan.main([str(run), *arguments, *usual]) == 0
    return json.loads((run / "plan" / "plan.json").read_text(encoding="utf-8"))
