"""The records of an experiment file as a labelled set, its splits written down."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa

from han.config import Config, read_config
from han.errors import InputError
from han.experiment.labelled_rows import read_role_file
from han.experiment.row_roles import roles_of
from han.tables.output_file import target


def as_set(experiment: Path, root: Path) -> Path:
    """Writes the folder of a set: all seeds then share the splits of the experiment.

    Args:
        experiment: An experiment file whose records are all in `data.train`.
        root: Folder to write it into.

    Returns:
        The folder of the set.
    """
    config = read_config(experiment, [])
    if config.data.validation or config.data.calibration or config.data.test:
        raise InputError(
            f"{experiment}: only experiments whose splits are all cut from "
            "`data.train` can be measured."
        )
    folder = root / config.name
    folder.mkdir(parents=True, exist_ok=True)
    table = pa.Table.from_pandas(_table(config), preserve_index=False)
    with target(folder / f"{config.name}.parquet") as write:
        write(table)
    if config.taxonomy.file:
        codes = pd.read_csv(config.taxonomy.file, dtype=str).fillna("")
        with target(folder / "taxonomy.csv") as write:
            write(codes.to_csv(index=False).encode())
    return folder


def _table(config: Config) -> pd.DataFrame:
    records = read_role_file(config, "train", Path(str(config.data.train)))
    levels = {f"level_{i + 1}": column for i, column in enumerate(records.labels.T)}
    roles = roles_of(config, "train", records)
    return pd.DataFrame({**records.fields, **levels, "split": roles})
