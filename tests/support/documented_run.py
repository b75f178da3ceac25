"""A small run under the name that the documentation uses, `runs/demo`."""

from pathlib import Path

import pytest

from han import train
from support.experiments import ROWS, write_experiment

WORDS = "uno dos tres cuatro cinco seis siete ocho nueve diez once doce".split()


def write_demo(folder: Path) -> Path:
    """An experiment with the fields and settings that the examples name."""
    file = write_experiment(
        folder,
        data=(
            f"{{train: {folder}/demo.csv, key_columns: [clave], "
            "fields: {name: {column: descripcion}, synonyms: {column: palabras}}, "
            "label_columns: [level_1, level_2], "
            "split: {validation: 0.2, calibration: 0.3, test: 0.2}}"
        ),
        training="{epochs: 1, batch_size: 16}",
        logging=f"{{run_folder: {folder}/runs/demo, tensorboard: false}}",
    )
    lines = ["clave,descripcion,palabras,level_1,level_2"]
    for word in WORDS:
        lines += [
            f"{word}{i},{text} {word},otro {word},{one},{two}"
            for i, (text, one, two) in enumerate(ROWS)
        ]
    (folder / "demo.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `runs/demo` in it: a network, trained once."""
    folder = tmp_path_factory.mktemp("documentation")
    assert train.main([str(write_demo(folder))]) == 0
    return folder
