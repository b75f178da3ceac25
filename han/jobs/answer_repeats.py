"""How often the text of each distinct answer stands among all rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from han.decisions.repeat_limit import RepeatLimit
from han.decisions.unit_repeats import NO_UNIT, Hashes, unit_hashes
from han.jobs.job_tasks import Task
from han.text.distinct_texts import text_keys

IntArray = npt.NDArray[np.int64]


def counted_texts(
    task: Task, answers: Path, columns: dict[str, str], limit: RepeatLimit
) -> IntArray:
    """Rows with the text of each answer, and the number of a frequent one, `(2, n)`.

    The number counts from 1 in the order of the answers, and is 0 of all others.

    Args:
        task: The task.
        answers: Its distinct answers.
        columns: Name of each input column in that file.
        limit: From which number of rows on a text is frequent.
    """
    return repeats_of(*text_rows(task, answers, columns), limit)


def text_rows(
    task: Task, answers: Path, columns: dict[str, str]
) -> tuple[Hashes, IntArray]:
    """Hash of the normalised text of each answer, and its rows, `(n,)` each.

    Args:
        task: The task.
        answers: Its distinct answers.
        columns: Name of each input column in that file.
    """
    hashes, records = [], []
    for block in _blocks(answers):
        fields = {
            name: block[columns[at]].to_pylist() for name, at in task.fields.items()
        }
        hashes.append(unit_hashes(text_keys(fields, task.non_answers)))
        records.append(block["records"].to_numpy())
    return np.concatenate(hashes), np.concatenate(records)


def most_rows(hashes: Hashes, records: IntArray) -> int:
    """Rows of the commonest text, of answers with these hashes; 1 without any.

    Example:
        >>> most_rows(np.array([7, 5, 7, 0], np.uint64), np.array([2, 1, 3, 9]))
        5
    """
    is_text = hashes != NO_UNIT
    place = np.unique(hashes[is_text], return_inverse=True)[1]
    return int(np.bincount(place, records[is_text], minlength=1).max(initial=1))


def repeats_of(hashes: Hashes, records: IntArray, limit: RepeatLimit) -> IntArray:
    """The same of the hashes of units and the rows of each answer, `(n,)` each.

    Example:
        >>> hashes, rows = np.array([7, 5, 7, 0], np.uint64), np.array([2, 1, 3, 4])
        >>> repeats_of(hashes, rows, RepeatLimit(3, 10)).tolist()
        [[5, 1, 5, 0], [1, 0, 1, 0]]
    """
    units, first, place = np.unique(hashes, return_index=True, return_inverse=True)
    counts = np.bincount(place, records, minlength=len(units)).astype(np.int64)
    counts[units == NO_UNIT] = 0
    is_frequent = counts > limit.among(int(records.sum()))
    numbers = np.zeros(len(units), np.int64)
    order = np.argsort(first[is_frequent], kind="stable")
    numbers[np.flatnonzero(is_frequent)[order]] = np.arange(1, len(order) + 1)
    return np.stack([counts[place], numbers[place]])


def _blocks(file: Path) -> Iterator[pa.Table]:
    with pq.ParquetFile(file) as source:
        for number in range(source.num_row_groups):
            yield source.read_row_group(number)
