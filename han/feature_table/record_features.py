"""Features of the records of an experiment, and of other records."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from han.code_list.taxonomy import Taxonomy
from han.config import Config
from han.experiment.config_inputs import columns_of
from han.experiment.corpus import read_parts
from han.experiment.data_files import LabelledFile
from han.feature_table.fitted_features import (
    FeatureSettings,
    FittedFeatures,
    learn_features,
)
from han.tables.locations import DataFile
from han.tables.prediction_columns import ROW
from han.tables.reading import column_names, read_table

ROLE = "role"


def experiment_features(
    config: Config, settings: FeatureSettings, *, progress: bool = False
) -> tuple[FittedFeatures, pd.DataFrame]:
    """Learns features from the records that train, and gives those of all records.

    Args:
        config: The experiment.
        settings: The settings.
        progress: Whether long work shows a bar.

    Returns:
        What was learnt, and a row for each record with a role: its keys, `role`,
        `level_1` to `level_L` (the codes of its path, "" below a partial one) and the
        features.

    Raises:
        InputError: For any mistake in the experiment or its data.
    """
    tree, encoder, parts = read_parts(config, progress)
    fields, labels = _training_texts(parts, tree)
    features = learn_features(encoder, fields, labels, settings)
    tables = [_with_features(part, tree, features) for part in parts]
    return features, pd.concat(tables, ignore_index=True)


def record_features(
    features: FittedFeatures, config: Config, file: DataFile, encoding: str | None
) -> pd.DataFrame:
    """Features of other records, with their keys.

    Args:
        features: What was learnt.
        config: The experiment that it was learnt of.
        file: The records, in the same columns; codes are not needed.
        encoding: Its encoding, if it is not that of the experiment.

    Raises:
        InputError: If a column is missing, or the file cannot be read.
    """
    columns = columns_of(config, role="test", labels=False)
    columns = replace(columns, sides={}, numeric=())
    encoding = encoding or config.data.encoding
    column_names(file, encoding=encoding, wanted=columns.needed)
    table = read_table(file, columns, encoding=encoding)
    fields = {name: table[column].tolist() for name, column in columns.fields.items()}
    keys = table[list(columns.keys)] if columns.keys else _numbered(len(table))
    return pd.concat([keys.reset_index(drop=True), features.table(fields)], axis=1)


def _training_texts(
    parts: list[LabelledFile], tree: Taxonomy
) -> tuple[dict[str, list[str]], np.ndarray]:
    """Texts of the records that train, with their code of the first level."""
    rows = [part.usable("train") for part in parts]
    fields = {
        name: [
            text
            for part, usable in zip(parts, rows, strict=True)
            for text in part.records.fields[name][usable]
        ]
        for name in parts[0].records.fields
    }
    nodes = [part.nodes[usable] for part, usable in zip(parts, rows, strict=True)]
    return fields, tree.paths[np.concatenate(nodes), 0]


def _with_features(
    part: LabelledFile, tree: Taxonomy, features: FittedFeatures
) -> pd.DataFrame:
    rows = np.flatnonzero(part.roles != "")
    fields = {n: texts[rows].tolist() for n, texts in part.records.fields.items()}
    keys = part.records.keys.iloc[rows].reset_index(drop=True)
    if not len(keys.columns):
        keys = pd.DataFrame({ROW: part.records.rows[rows].astype(str)})
    paths = [
        tree.code_path(node) if node >= 0 else () for node in part.nodes[rows].tolist()
    ]
    labels = {
        f"level_{level + 1}": [p[level] if level < len(p) else "" for p in paths]
        for level in range(tree.num_levels)
    }
    beside = pd.DataFrame({ROLE: part.roles[rows], **labels})
    return pd.concat([keys, beside, features.table(fields)], axis=1)


def _numbered(rows: int) -> pd.DataFrame:
    return pd.DataFrame({ROW: [str(row + 1) for row in range(rows)]})
