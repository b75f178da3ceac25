"""Records to explain: as they were written, with their code where they have one.

For `explain` and its pages alone; other readers of labelled rows use
`han.experiment.labelled_rows`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from han.code_list.true_codes import TrueCodes
from han.errors import InputError
from han.experiment.labelled_rows import LabelledRows, has_labels, read_rows
from han.experiment.row_sources import Source, find_source
from han.runs.classifier import Classifier
from han.runs.run_folder import RunFolder

Side = dict[str, list[str]]


@dataclass(frozen=True)
class WrittenRecords:
    """Records as they were written.

    Attributes:
        names: What names each record: its keys, or its row.
        columns: Texts by field name, `(n,)` each.
        side: Cells of side features by name, `(n,)` each.
        true: What counts as right of each.
        is_labelled: Whether the file has codes at all.
    """

    names: list[str]
    columns: dict[str, list[str]]
    side: Side
    true: TrueCodes
    is_labelled: bool

    def __len__(self) -> int:
        """Number of records."""
        return len(self.names)


def read_written(
    run: RunFolder,
    classifier: Classifier,
    file: Path | None = None,
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
        file: The data; None for the run's own.
        split: A role in the run's own data, or `all`.
        encoding: Encoding of other data, if it is not that of the training file.
        rows: So many records at most, evenly from first to last; all if None.

    Raises:
        InputError: If the file cannot be read, or has no such part.
    """
    config = run.config()
    source = Source(file, encoding or config.data.encoding) if file else None
    if source is None or has_labels(config, source):
        source = find_source(run, config, file, split, encoding)
    elif split not in (None, "all"):
        raise InputError(
            f"{file}: --split {split} needs the run's own training file, with label "
            "columns. Leave --split out to use all rows."
        )
    found = read_rows(config, classifier, source, needs_codes=False, unknown="wrong")
    return _written(found.take(evenly(np.arange(len(found)), rows)))


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


def _written(rows: LabelledRows) -> WrittenRecords:
    keys = rows.records.keys.iloc[rows.places]
    names = [" · ".join(map(str, key)) for key in keys.itertuples(index=False)]
    if not len(keys.columns):
        names = [str(number) for number in rows.records.rows[rows.places]]
    return WrittenRecords(names, rows.texts, rows.sides, rows.true, rows.is_labelled)
