"""Labelled sets by folder, and the experiment that is run on each."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import yaml

from accuracy.experiments import as_set
from han.errors import InputError
from han.tables.output_file import target

# What may differ between sets: language, lengths and epochs, and nothing else.
SETTINGS: dict[str, dict[str, Any]] = {
    "scian2023_es": {"language": "spanish", "words": 30, "sentences": 4},
    "esco_es": {"language": "spanish", "words": 30, "sentences": 4},
    "esco_desc_es": {"language": "spanish", "words": 50, "sentences": 8},
    "msha_body_en": {"language": "english", "words": 50, "sentences": 8},
    "ng20_en": {"language": "english", "words": 60, "sentences": 50},
    "onet_titles_en": {"language": "english", "words": 30, "sentences": 4},
    "clinc150_en": {"language": "english", "words": 30, "sentences": 4},
    "demo": {"language": "spanish", "words": 25, "sentences": 2},
}
SETS = Path("runs/accuracy/sets")
CACHE = Path("runs/accuracy/cache")  # most variants share texts and linear model
DEFAULT: dict[str, Any] = {"language": "english", "words": 40, "sentences": 15}


@dataclass(frozen=True)
class LabelledSet:
    """A folder `NAME` with `NAME.parquet` and, perhaps, `taxonomy.csv`.

    The table has the columns `level_1` and so on, `split`, which says train,
    validation, calibration or test, and a column `text`, or one for each text field if
    there are several. What stands beside a column `text` is not read. What `notes.csv`
    says of the codes is joined to the code list.
    """

    folder: Path

    @property
    def name(self) -> str:
        """Name of the set."""
        return self.folder.name

    @property
    def table(self) -> Path:
        """Its records."""
        return self.folder / f"{self.name}.parquet"

    def experiment(self) -> dict[str, Any]:
        """The experiment, as an experiment file has it."""
        columns = pq.read_schema(self.table).names
        levels = sorted(name for name in columns if name.startswith("level_"))
        others = [name for name in columns if name not in (*levels, "split")]
        texts = ["text"] if "text" in columns else others
        if not levels or not texts or "split" not in columns:
            raise InputError(
                f"{self.table}: expected columns of text, split and level_1, level_2 "
                f"and so on; found {', '.join(columns)}."
            )
        own = {**DEFAULT, **SETTINGS.get(self.name, {})}
        limits = {"max_words": own["words"], "max_sentences": own["sentences"]}
        experiment: dict[str, Any] = {
            "name": self.name,
            "data": {
                "train": str(self.table),
                "fields": {name: dict(limits) for name in texts},
                "label_columns": levels,
                "split": {"column": "split"},
                "cache": str(CACHE),
            },
            "text": {"language": own["language"]},
            "logging": {"tensorboard": False},
        }
        if (self.folder / "taxonomy.csv").is_file() and self._is_complete(levels):
            experiment["taxonomy"] = {"file": str(self._code_list())}
        if "epochs" in own:
            experiment["training"] = {"epochs": own["epochs"]}
        return experiment

    def _code_list(self) -> Path:
        """The code list, with the notes if there are any."""
        listed, notes = self.folder / "taxonomy.csv", self.folder / "notes.csv"
        if not notes.is_file():
            return listed
        texts = pd.read_csv(notes, dtype=str).drop(columns="title", errors="ignore")
        joined = pd.read_csv(listed, dtype=str).merge(texts, how="left", on="code")
        SETS.mkdir(parents=True, exist_ok=True)
        file = SETS / f"{self.name}_code_list.csv"
        with target(file) as write:
            write(joined.fillna("").to_csv(index=False).encode())
        return file

    def _is_complete(self, levels: list[str]) -> bool:
        """Whether the code list has all codes, each under the parent that it has here.

        One that does not is left alone: the tree is then learnt from the labels.
        """
        listed = pd.read_csv(self.folder / "taxonomy.csv", dtype=str).fillna("")
        known = set(zip(listed["code"], listed["parent"], strict=True))
        labels = pq.read_table(self.table, columns=levels).to_pandas()
        labels = labels.fillna("").astype(str)
        above = [""] * len(labels)
        used = set()
        for level in levels:
            used |= {(c, p) for c, p in zip(labels[level], above, strict=True) if c}
            above = labels[level].tolist()
        return used <= known

    def write_experiment(self, folder: Path) -> Path:
        """Writes the experiment file into a folder."""
        file = folder / f"{self.name}.yaml"
        folder.mkdir(parents=True, exist_ok=True)
        text = yaml.safe_dump(self.experiment(), sort_keys=False, allow_unicode=True)
        file.write_text(text, encoding="utf-8")
        return file


def find_sets(folders: list[Path], root: Path = SETS) -> list[LabelledSet]:
    """The sets that are there; the others are named and skipped.

    Args:
        folders: Folders of sets, or experiment files.
        root: Where the records of experiment files are written as sets.
    """
    found = []
    for folder in folders:
        if folder.suffix == ".yaml":
            folder = as_set(folder, root)
        one = LabelledSet(folder.resolve())
        if one.table.is_file():
            found.append(one)
        else:
            print(f"Skipped: {one.table} is not there.", file=sys.stderr)
    if not found:
        raise InputError("None of the sets is there, so there is nothing to measure.")
    return found
