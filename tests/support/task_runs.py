"""A small experiment with two questions, and its data."""

import random
from pathlib import Path

from support.experiments import ROWS

PLACES = [("fabrica", "9", "91"), ("tienda", "8", "81"), ("puesto", "8", "82")]
TASKS = (
    "{product: {label_columns: [level_1, level_2]}, "
    "place: {label_columns: [act_1, act_2], weight: 0.5}}"
)
WORDS = ["uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho"]


def write_rows(file: Path, repeat: int = 8, seed: int = 0) -> None:
    """Rows with two questions; a fifth of the labels of each is missing."""
    draw = random.Random(seed)
    lines = ["id,text,level_1,level_2,act_1,act_2"]
    for k in range(repeat):
        for i, (text, upper, lower) in enumerate(ROWS):
            place, above, below = draw.choice(PLACES)
            first = [upper, lower] if draw.random() < 0.8 else ["", ""]
            second = [above, below] if draw.random() < 0.8 else ["", ""]
            cells = [f"{k}-{i}", f"{text} {WORDS[k % 8]} {place}", *first, *second]
            lines.append(",".join(cells))
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_tasks(folder: Path, **sections: str) -> Path:
    """The experiment; `sections` replace lines of the YAML."""
    write_rows(folder / "data.csv")
    settings = {
        "data": f"{{train: {folder}/data.csv, fields: {{text: {{}}}}, "
        "key_columns: [id], split: {validation: 0.2, calibration: 0.2, test: 0.2}}",
        "tasks": TASKS,
        "embeddings": "{dimension: 8}",
        "model": "{word_units: 4, sentence_units: 4, bag_units: 8}",
        "training": "{epochs: 2, batch_size: 8, learning_rate: 0.01}",
        "logging": f"{{run_folder: {folder}/run, tensorboard: false}}",
        "pretrained": "{encoder: none}",
        **sections,
    }
    file = folder / "experiment.yaml"
    lines = (f"{key}: {value}\n" for key, value in settings.items())
    file.write_text("".join(lines), encoding="utf-8")
    return file
