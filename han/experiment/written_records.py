"""Records to look into: as they were written, with their code where they have one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow.parquet as pq

from han.code_list.taxonomy import ROOT, IntArray
from han.config import Config
from han.data.coders import majority
from han.data.records import Records, read_records
from han.data.splits import split_records
from han.errors import InputError
from han.experiment.config_inputs import columns_of
from han.experiment.data_files import role_shares
from han.experiment.labelled_rows import Source, find_source
from han.experiment.record_labels import coder_nodes, coder_paths
from han.runs.classifier import Classifier
from han.runs.run_folder import RunFolder
from han.tables.columns import separator

Side = dict[str, list[str]]


@dataclass(frozen=True)
class WrittenRecords:
    """Records as they were written.

    Attributes:
        names: What names each record: its keys, or its row.
        columns: Texts by field name, `(n,)` each.
        side: Cells of side features by name, `(n,)` each.
        nodes: True node of each, `(n,)`; -1 where it has no code.
        is_labelled: Whether the file has codes at all.
    """

    names: list[str]
    columns: dict[str, list[str]]
    side: Side
    nodes: IntArray
    is_labelled: bool

    def __len__(self) -> int:
        """Number of records."""
        return len(self.names)


def read_written(
    run: RunFolder,
    classifier: Classifier,
    file: Path,
    *,
    split: str | None = None,
    encoding: str | None = None,
    rows: int | None = None,
) -> WrittenRecords:
    """Records of a file, with their codes if it has the label columns.

    Of the run's own training file only the test records are taken, unless `split` says
    otherwise.

    Args:
        run: The run.
        classifier: The same, loaded.
        file: The data.
        split: A role in the run's own data, or `all`.
        encoding: Encoding of the file, if it is not that of the training file.
        rows: So many records at most, evenly from first to last; all if None.

    Raises:
        InputError: If the file cannot be read, or has no such part.
    """
    config = run.config(encoding)
    if _has_labels(file, config):
        source = find_source(run, config, file, split)
    elif split not in (None, "all"):
        raise InputError(
            f"{file}: --split {split} needs the run's own training file, with label "
            "columns. Leave --split out to use all rows."
        )
    else:
        source = None
    records = _read(config, classifier, file, source)
    chosen: npt.NDArray[np.integer] = np.arange(len(records))
    if source is not None and source.part != "all":
        chosen = _rows_of(config, records, source)
    nodes = np.full(len(records), ROOT, np.int32)
    if source is not None:
        paths = coder_paths(config, records)
        votes = coder_nodes(config, paths, classifier.taxonomy, records.source)
        nodes = majority(votes)
    return _taken(records, nodes, evenly(chosen, rows), source is not None)


def _has_labels(file: Path, config: Config) -> bool:
    """Whether a file has any label column; a file that cannot be read has none."""
    try:
        if file.suffix.lower() == ".parquet":
            header: Sequence[str] = pq.read_schema(file).names
        else:
            encoding, (mark, _) = config.data.encoding, separator(file)
            table = pd.read_csv(file, sep=mark, nrows=0, encoding=encoding)
            header = list(map(str, table.columns))
    except (OSError, ValueError, LookupError):
        return False  # whoever reads it next says what is wrong
    return any(name in header for name in config.data.label_columns)


def _read(
    config: Config, classifier: Classifier, file: Path, source: Source | None
) -> Records:
    role = "train" if source is not None and source.is_training else "test"
    columns = columns_of(config, role=role, labels=source is not None)
    records = read_records(file, columns, encoding=config.data.encoding)
    return replace(records, non_answers=classifier.encoder.non_answers)


def _rows_of(
    config: Config, records: Records, source: Source
) -> npt.NDArray[np.integer]:
    roles = split_records(
        records,
        role_shares(config),
        seed=config.seed,
        group_by=config.data.split.group_by,
    )
    chosen = np.flatnonzero(roles == source.part)
    if not len(chosen):
        raise InputError(
            f"{source.file}: no record is in the split {source.part}. Choose another "
            "--split, or give other data."
        )
    return chosen


def evenly(
    rows: npt.NDArray[np.integer], number: int | None
) -> npt.NDArray[np.integer]:
    """So many of the rows, evenly from first to last.

    Example:
        >>> evenly(np.arange(10), 4).tolist(), evenly(np.arange(2), 4).tolist()
        ([0, 3, 6, 9], [0, 1])
    """
    if number is None or number >= len(rows):
        return rows
    places = np.linspace(0, len(rows) - 1, number).round().astype(int)
    return np.asarray(rows[places])


def _taken(
    records: Records,
    nodes: IntArray,
    rows: npt.NDArray[np.integer],
    is_labelled: bool,
) -> WrittenRecords:
    keys = records.keys.iloc[rows]
    names = [" · ".join(map(str, key)) for key in keys.itertuples(index=False)]
    if not len(keys.columns):
        names = [str(number) for number in records.rows[rows]]
    return WrittenRecords(
        names,
        {name: texts[rows].tolist() for name, texts in records.fields.items()},
        {name: cells[rows].tolist() for name, cells in records.sides.items()},
        nodes[rows],
        is_labelled,
    )
