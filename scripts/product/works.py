"""What the contestants are given: a folder of records, the same for all of them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from han.code_list.taxonomy import Taxonomy
from han.data.splits import hash_split
from product.generated import COLUMNS, NAMES, Shape, generate

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "experiments/demo.yaml"
SCORED = 10_000  # new records that generated works are tested on
RECORDS_FILE, NEW_FILE, EXPERIMENT_FILE = "records.csv", "new.csv", "experiment.yaml"


@dataclass(frozen=True)
class Work:
    """A set of records to learn from, and others to code.

    Attributes:
        name: What the tables say.
        key: Its name in the file of results.
        shape: Of what it is made; None for the shipped demo.
    """

    name: str
    key: str
    shape: Shape | None

    @classmethod
    def of(cls, shape: Shape | None) -> Work:
        """The work of a shape, or the demo."""
        if shape is None:
            return cls("The shipped demo", "demo", None)
        return cls(str(shape), f"{shape.records}x{shape.codes}x{shape.words}", shape)

    def write(self, folder: Path) -> dict[str, int | float]:
        """Writes what contestants read; numbers of records, codes and words."""
        folder.mkdir(parents=True, exist_ok=True)
        if self.shape is None:
            return write_demo(folder)
        return write_generated(folder, self.shape)


def write_generated(folder: Path, shape: Shape) -> dict[str, int | float]:
    """Generated records; those to be coded are others of the same codes."""
    made = generate(shape, SCORED)
    codes = np.array(made.tree.codes, object)[made.tree.paths[made.nodes]]
    table = pd.DataFrame(codes, columns=[f"level_{k}" for k in (1, 2, 3)])
    table.insert(0, "text", made.texts)
    tenths = np.arange(shape.records) % 10
    roles = np.select(
        [tenths == 0, tenths == 1], ["validation", "calibration"], "train"
    )
    table.iloc[: shape.records].assign(split=roles).to_csv(
        folder / RECORDS_FILE, index=False
    )
    table.iloc[shape.records :].assign(scored="1").to_csv(
        folder / NEW_FILE, index=False
    )
    experiment: dict[str, Any] = {
        "name": "generated",
        "data": {"fields": {"text": {}}, "label_columns": list(table.columns[1:])},
        "text": {"language": "spanish"},
    }
    write_tree(folder, made.tree)
    write_experiment(folder, experiment)
    return {"records": shape.records, "codes": shape.codes, "words": shape.words}


def write_demo(folder: Path) -> dict[str, int | float]:
    """The shipped demo, divided by text; all its records are coded, the test scored."""
    table = pd.read_csv(NAMES, dtype=str, keep_default_na=False)
    texts = table[COLUMNS[0]] + " " + table[COLUMNS[1]]
    shares = dict.fromkeys(("validation", "calibration", "test"), 0.1)
    roles = hash_split(texts.tolist(), shares, seed=17)
    learnt = table[roles != "test"].assign(split=roles[roles != "test"])
    learnt.to_csv(folder / RECORDS_FILE, index=False)
    scored = np.where(roles == "test", "1", "0")
    table.assign(scored=scored).to_csv(folder / NEW_FILE, index=False)
    experiment = yaml.safe_load(DEMO.read_text(encoding="utf-8"))
    list_file = ROOT / experiment["taxonomy"]["file"]
    (folder / "taxonomy.csv").write_bytes(list_file.read_bytes())
    experiment["data"].pop("key_columns")
    write_experiment(folder, experiment)
    words = np.mean([len(text.split()) for text in texts])
    levels = experiment["data"]["label_columns"]
    codes = table[levels].drop_duplicates().shape[0]
    return {"records": len(learnt), "codes": codes, "words": round(float(words), 1)}


def write_tree(folder: Path, tree: Taxonomy) -> None:
    """The code list, as the demo has it."""
    with (folder / "taxonomy.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["code", "parent", "title"])
        for code, parent in zip(tree.codes, tree.parents.tolist(), strict=True):
            rows.writerow([code, "" if parent < 0 else tree.codes[parent], ""])


def write_experiment(folder: Path, experiment: dict[str, Any]) -> None:
    """The experiment file, with the files of this folder."""
    experiment["data"] |= {
        "train": str(folder / RECORDS_FILE),
        "split": {"column": "split"},
        "cache": None,  # or the second contestant finds the texts of the first
    }
    experiment["taxonomy"] = {"file": str(folder / "taxonomy.csv")}
    experiment["logging"] = {"tensorboard": False}
    text = yaml.safe_dump(experiment, sort_keys=False, allow_unicode=True)
    (folder / EXPERIMENT_FILE).write_text(text, encoding="utf-8")


@dataclass(frozen=True)
class Given:
    """The folder of a work, as rivals read it.

    Attributes:
        texts: Texts of each field to learn from, `{field: (n,)}`.
        codes: Full code of each of them, `(n,)`.
        levels: Their codes on each level, blank below a partial code, `(n, L)`.
        roles: `train`, `validation` or `calibration`, `(n,)`.
        new: Texts to be coded, by field, `{field: (m,)}`.
        truth: Their codes on each level, `(m, L)`.
        scored: Which of them count for the accuracy, `(m,)`.
    """

    texts: dict[str, list[str]]
    codes: list[str]
    levels: Any
    roles: Any
    new: dict[str, list[str]]
    truth: Any
    scored: Any

    @classmethod
    def read(cls, folder: Path) -> Given:
        """Reads what `Work.write` wrote."""
        experiment = yaml.safe_load((folder / EXPERIMENT_FILE).read_text("utf-8"))
        data = experiment["data"]
        known, new = (
            pd.read_csv(folder / name, dtype=str, keep_default_na=False)
            for name in (RECORDS_FILE, NEW_FILE)
        )
        columns = {n: f.get("column", n) for n, f in data["fields"].items()}
        levels = known[data["label_columns"]].to_numpy(object)
        return cls(
            {name: known[column].tolist() for name, column in columns.items()},
            deepest(levels),
            levels,
            known["split"].to_numpy(object),
            {name: new[column].tolist() for name, column in columns.items()},
            new[data["label_columns"]].to_numpy(object),
            (new["scored"] == "1").to_numpy(),
        )


def deepest(levels: Any) -> list[str]:
    """The last code of each path that is not blank."""
    return [next(code for code in row[::-1] if code) for row in levels.tolist()]
