"""Coded answers of a task, found by their hash."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from han.errors import InputError
from han.jobs.answer_database import HASH

INNER = (*HASH, "records")  # columns that stay here
Halves = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class CodedAnswers:
    """All distinct answers of a task, in the order of their hashes.

    Texts that repeat in a column are kept once: about 180 bytes an answer.

    Attributes:
        table: `high`, `low` and the columns of the output, `n` rows.
    """

    table: pa.Table

    @classmethod
    def read(cls, chunks: Path) -> CodedAnswers:
        """From the folder of the chunks, whose names have their order."""
        files = sorted(chunks.glob("*.parquet"))
        schema = pq.read_schema(files[0])
        texts = [field.name for field in schema if _is_text(field.type)]
        table = pq.read_table(files, read_dictionary=texts)
        return cls(table.unify_dictionaries().combine_chunks())

    @cached_property
    def _halves(self) -> tuple[Halves, Halves]:
        high, low = (self.table[name].to_numpy() for name in HASH)
        return high, low

    def of(self, high: Halves, low: Halves) -> pa.Table:
        """Columns of the output for rows with these hashes, `(n,)` each.

        Raises:
            InputError: If one has not been coded.
        """
        places = self._places(high, low)
        found = self.table.drop_columns(list(INNER)).take(pa.array(places))
        return pa.table(dict(zip(found.column_names, map(_plain, found), strict=True)))

    def _places(self, high: Halves, low: Halves) -> npt.NDArray[np.intp]:
        """Place of each answer: by its first half, then by the second one."""
        known, second = self._halves
        first, last = (np.searchsorted(known, high, side) for side in ("left", "right"))
        while (first < last).any():
            middle = (first + last) // 2
            is_open = first < last
            is_less = second[np.minimum(middle, len(second) - 1)] < low
            first = np.where(is_open & is_less, middle + 1, first)
            last = np.where(is_open & ~is_less, middle, last)
        found = np.minimum(first, len(known) - 1)
        if ((known[found] != high) | (second[found] != low)).any():
            raise InputError(
                "The working files of this job do not go with each other: a row has no "
                "coded answer. Code again with `python -m han.code JOB.yaml --restart`."
            )
        return found


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
