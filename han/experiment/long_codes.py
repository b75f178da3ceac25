"""Codes of records from a table of its own, with a row for each code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from han.config import Config
from han.data.records import Records, read_records, repeats
from han.errors import InputError, listing
from han.tables.locations import DataFile, data_location
from han.tables.reading import Columns


def codes_file(config: Config) -> DataFile | None:
    """The table of codes, if the experiment names one."""
    named = config.data.codes_file
    return data_location(named) if named else None


def with_long_codes(config: Config, records: Records) -> Records:
    """Records with their codes from `data.codes_file`, if there is one.

    A record without a row there has no code. Codes stand in the order of their rows.

    Args:
        config: The experiment.
        records: All records of a file, with their key columns.

    Raises:
        InputError: If the table cannot be read or lacks a column, if keys are blank
            there or not unique among the records, or if it knows none of the records.
    """
    file = codes_file(config)
    if file is None:
        return records
    codes = _read(config, file)
    if repeats(records.keys).any():
        rows = records.rows[repeats(records.keys)].tolist()
        raise InputError(
            f"{records.source}, rows {listing(rows)}: `data.key_columns` must name "
            "each record once, as `data.codes_file` finds records by them. Correct "
            "the rows, or name further columns."
        )
    place = _places(codes.keys, records.keys)
    if len(records) and not (place >= 0).any():
        raise InputError(
            f"{file}: no row has the keys of a record of {records.source} "
            f"(`data.key_columns`: {listing(map(repr, records.keys))}). Expected the "
            "same cells, letter by letter; zeros in front may be lost in one of them."
        )
    return _joined(records, codes, place)


def stray_rows(config: Config, tables: Sequence[Records]) -> int:
    """Number of rows of `data.codes_file` whose keys no record of any table has."""
    file = codes_file(config)
    if file is None:
        return 0
    keys = pd.concat([table.keys for table in tables]).drop_duplicates()
    return int((_places(_read(config, file).keys, keys) < 0).sum())


def _read(config: Config, file: DataFile) -> Records:
    data = config.data
    columns = Columns({}, data.label_columns, data.key_columns, no_code=data.no_code)
    codes = read_records(file, columns, encoding=data.encoding)
    blank = codes.keys.apply(lambda cells: cells.str.strip() == "").any(axis=1)
    if blank.any():
        rows = codes.rows[blank.to_numpy()].tolist()
        raise InputError(
            f"{file}, rows {listing(rows)}: a key is blank (`data.key_columns`), so "
            "nobody knows whose code it is. Fill it in, or remove the row."
        )
    return codes


def _places(keys: pd.DataFrame, among: pd.DataFrame) -> np.ndarray:
    """Position of each key among others, `(n,)`; -1 where it is not there."""
    known = pd.MultiIndex.from_frame(among)
    return np.asarray(known.get_indexer(pd.MultiIndex.from_frame(keys)))


def _joined(records: Records, codes: Records, place: np.ndarray) -> Records:
    """Records with label columns for as many codes as any of them has."""
    coded = (place >= 0) & (codes.labels != "").any(axis=1)
    rows = np.flatnonzero(coded)
    rows = rows[np.argsort(place[rows], kind="stable")]
    owner, width = place[rows], codes.labels.shape[1]
    begins = np.flatnonzero(np.diff(owner, prepend=-1))
    sizes = np.diff(np.append(begins, len(owner)))
    order = np.arange(len(owner)) - np.repeat(begins, sizes)
    most = int(sizes.max(initial=1))
    labels = np.full((len(records), most, width), "", dtype=object)
    labels[owner, order] = codes.labels[rows]
    return replace(
        records,
        labels=labels.reshape(len(records), most * width),
        label_names=tuple(codes.label_names) * most,
        respelled=_rows_of(records, place, codes.respelled),
        not_coded=None
        if codes.not_coded is None
        else _rows_of(records, place, codes.not_coded),
    )


def _rows_of(records: Records, place: np.ndarray, rows: Sequence[int]) -> Sequence[int]:
    """Rows of the records that rows of the table of codes are about."""
    found = place[np.asarray(rows, np.int64) - 1]
    numbers: list[int] = records.rows[np.unique(found[found >= 0])].tolist()
    return numbers
