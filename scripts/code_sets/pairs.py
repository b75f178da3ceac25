"""Records with two codes: texts of a labelled set, joined in pairs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import yaml

from accuracy.sets import LabelledSet
from han.tables.output_file import target

ROOT = Path("runs/sets")
SEED = 0  # of the draw; the same for all models and seeds
NO_CODES = ["oos"]  # a text about nothing has no code to be true beside another one
SPLITS = ("train", "validation", "calibration", "test")


@dataclass(frozen=True)
class PairedSet:
    """A labelled set whose texts of each split are joined in pairs.

    A text is in one pair, and both of its own split. The codes of both are true; they
    are different full codes. The texts stand one after the other, as two sentences if
    they are one each.

    Attributes:
        source: The labelled set.
        records: Training records at most; 0 for all. Other splits stay whole.
    """

    source: LabelledSet
    records: int = 0

    @property
    def name(self) -> str:
        """Its name."""
        size = f"_{self.records}" if self.records else ""
        return f"{self.source.name}_pairs{size}"

    @property
    def folder(self) -> Path:
        """Where its records, its experiment and its runs lie."""
        return ROOT / self.name

    @property
    def table(self) -> Path:
        """Its records."""
        return self.folder / f"{self.name}.parquet"

    @property
    def experiment_file(self) -> Path:
        """Its experiment."""
        return self.folder / f"{self.name}.yaml"

    def write(self) -> None:
        """Writes records and experiment."""
        self.folder.mkdir(parents=True, exist_ok=True)
        rows = pd.read_parquet(self.source.table)
        found = paired(rows, self.records)
        with target(self.table) as write:
            write(pa.Table.from_pandas(found, preserve_index=False))
        text = yaml.safe_dump(self._experiment(), sort_keys=False, allow_unicode=True)
        self.experiment_file.write_text(text, encoding="utf-8")

    def _experiment(self) -> dict[str, Any]:
        """That of the labelled set, with twice the sentences and codes."""
        found = self.source.experiment()
        data = found["data"]
        data["train"], data["cache"] = str(self.table), str(ROOT / "cache")
        data["more_codes"] = [_second(data["label_columns"])]
        for limits in data["fields"].values():
            limits["max_sentences"] *= 2
        return {**found, "name": self.name, "model": {"head": "multi_path"}}


def paired(rows: pd.DataFrame, records: int = 0) -> pd.DataFrame:
    """The rows of each split in pairs, drawn without replacement.

    Args:
        rows: Columns `text`, `split` and `level_1`, `level_2` and so on.
        records: Training pairs at most; 0 for all.

    Returns:
        Columns `text`, `split`, the levels, and those of the second code.
    """
    levels = sorted(name for name in rows.columns if name.startswith("level_"))
    rows = rows[~rows[levels[-1]].isin(NO_CODES)]
    generator = np.random.default_rng(SEED)
    parts = []
    for split in SPLITS:
        own = rows[rows["split"] == split]
        order = generator.permutation(len(own))
        most = records if records and split == "train" else len(own)
        half = min(len(own) // 2, most)
        first = own.iloc[order[:half]].reset_index(drop=True)
        second = own.iloc[order[half : 2 * half]].reset_index(drop=True)
        text = first["text"].map(_ended) + " " + second["text"].map(_ended)
        more = second[levels].set_axis(_second(levels), axis=1)
        pair = pd.concat([first[levels], more, first[["split"]]], axis=1)
        differs = (first[levels] != second[levels]).any(axis=1)
        parts.append(pair.assign(text=text)[differs])
    return pd.concat(parts, ignore_index=True)


def _second(levels: list[str]) -> list[str]:
    return [f"second_{name}" for name in levels]


def _ended(text: str) -> str:
    """A text that ends as a sentence does."""
    text = text.strip()
    return text if text.endswith((".", "?", "!")) else f"{text}."
