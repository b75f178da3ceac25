"""The same records, coded by two runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from han.code_list.taxonomy import Taxonomy
from han.config import Config
from han.data.sampling_units import unit_numbers
from han.data.survey_weights import read_weights
from han.errors import InputError
from han.gating.changed_totals import FloatArray, IntArray
from han.runs.classifier import Classifier
from han.runs.loading import load_classifier
from han.runs.run_folder import RunFolder
from han.tables.columns import Columns
from han.tables.locations import DataFile
from han.tables.prediction_columns import ROW
from han.tables.reading import column_names, read_table
from han.text.distinct_texts import text_keys

_BLOCK = 4096


@dataclass(frozen=True)
class TwiceCoded:
    """Records that two runs have coded, `n` of them.

    Attributes:
        tree: The code list of both.
        keys: What names each record, a column or more, `n` rows.
        weights: `(n,)`.
        units: Unit of sampling of each, from 0, `(n,)`.
        nodes: The most probable full code of each record under the old and the new run,
            `(2, n)`; -1 where a text has none.
        auto: Whether each run codes it without a person, `(2, n)`.
    """

    tree: Taxonomy
    keys: pd.DataFrame
    weights: FloatArray
    units: IntArray
    nodes: IntArray
    auto: npt.NDArray[np.bool_]

    def at_level(self, level: int) -> IntArray:
        """Place of each code among those of a level, `(2, n)`; -1 without one."""
        paths = self.tree.paths
        found = np.full(self.nodes.shape, -1, np.int64)
        is_coded = self.nodes >= 0
        found[is_coded] = paths[self.nodes[is_coded], level - 1]
        return found


def code_twice(
    old: Path,
    new: Path,
    data: DataFile,
    names: tuple[list[str], str | None, str | None],
    encoding: str | None,
    seen: Callable[[int], object],
) -> TwiceCoded:
    """Codes records with two runs.

    Args:
        old: Folder of the run that is used.
        new: Folder of the run that may replace it.
        data: The records.
        names: Key columns, the column of the weight, that of the unit of sampling.
        encoding: Encoding of the records; that of the old run if None.
        seen: Is told of records as they are coded, by either run.

    Raises:
        InputError: If the runs have other code lists, read other columns than the
            records have, or code sets or several tasks.
    """
    configs = [_config(folder, encoding) for folder in (old, new)]
    runs = [load_classifier(folder) for folder in (old, new)]
    if runs[0].taxonomy != runs[1].taxonomy:
        raise InputError(
            f"{new}: its code list is not that of {old}, so totals of its codes cannot "
            "be compared. Bring the old codes over first: python -m han.recode --help."
        )
    keys, weight, unit = names
    table = _table(configs, data, keys, weight, unit)
    weights = read_weights(table, weight, str(data), "--weight")
    coded = [
        _coded(run, config, table, seen)
        for run, config in zip(runs, configs, strict=True)
    ]
    named = table[keys] if keys else _numbered(len(table))
    units = _units(table, configs[0], runs[0], unit)
    nodes, auto = (np.stack(part) for part in zip(*coded, strict=True))
    return TwiceCoded(runs[0].taxonomy, named, weights, units, nodes, auto)


def _config(folder: Path, encoding: str | None) -> Config:
    config = RunFolder(folder).config(encoding)
    if config.model.gives_sets:
        raise InputError(
            f"{folder}: this run gives sets of codes, and totals are of one code a "
            "record. Name a run that gives one."
        )
    return config


def _table(
    configs: list[Config],
    data: DataFile,
    keys: list[str],
    weight: str | None,
    unit: str | None,
) -> pd.DataFrame:
    texts = [field.column or n for c in configs for n, field in c.data.fields.items()]
    sides = [
        side.column or name
        for config in configs
        for name, side in config.data.side_features.items()
    ]
    others = dict.fromkeys([*texts, *sides, *([unit] if unit else [])])
    asked = dict.fromkeys(others, "a field of the runs") | (
        {unit: "--unit"} if unit else {}
    )
    columns = Columns(
        {}, keys=keys, weight=weight, others={n: n for n in others}, asked_by=asked
    )
    encoding = configs[0].data.encoding
    column_names(data, encoding=encoding, wanted=columns.needed)
    return read_table(data, columns, encoding=encoding)


def _coded(
    run: Classifier, config: Config, table: pd.DataFrame, seen: Callable[[int], object]
) -> tuple[IntArray, npt.NDArray[np.bool_]]:
    """The most probable full code of each record, and whether it is coded with it."""
    fields = {n: table[f.column or n] for n, f in config.data.fields.items()}
    sides = {n: table[s.column or n] for n, s in config.data.side_features.items()}
    nodes, auto = [], []
    for first in range(0, len(table), _BLOCK):
        rows = slice(first, first + _BLOCK)
        columns = {name: cells[rows].tolist() for name, cells in fields.items()}
        side = {name: cells[rows].tolist() for name, cells in sides.items()}
        texts = run.encode_columns(columns, side)
        nodes.append(run.decode(texts, top_k=1).top_nodes[:, 0].astype(np.int64))
        auto.append(_is_auto(run.predict(columns, side=side, top_k=1)))
        seen(len(texts))
    return np.concatenate(nodes), np.concatenate(auto)


def _is_auto(coded: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Which records need no person; without thresholds those that have a code."""
    found = coded["route"] == "auto" if "route" in coded else coded["code"] != ""
    return found.to_numpy(bool)


def _units(
    table: pd.DataFrame, config: Config, run: Classifier, unit: str | None
) -> IntArray:
    """Units of sampling: those of a column, else equal texts; blanks are units each."""
    if unit:
        cells = table[unit].tolist()
        named = [cell or f"\0{row}" for row, cell in enumerate(cells)]
        return unit_numbers(named)
    fields = {
        name: table[field.column or name].tolist()
        for name, field in config.data.fields.items()
    }
    texts = text_keys(fields, run.encoder.non_answers)
    return unit_numbers([key.strip("\x1f") or f"\0{k}" for k, key in enumerate(texts)])


def _numbered(rows: int) -> pd.DataFrame:
    return pd.DataFrame({ROW: [str(row + 1) for row in range(rows)]})
