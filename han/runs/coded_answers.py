"""Answers that have been coded: an equal one that comes later is not coded again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from han.decisions.unit_repeats import Repeats
from han.runs.classifier import Classifier
from han.runs.document_columns import Side
from han.runs.node_columns import Cells

MOST_CHARACTERS = 1 << 22  # of the texts that are kept: some 50 MB with their codes


class CodedAnswers:
    """Codes blocks of records as `Classifier.predict` does, equal ones once for all.

    When too many have been kept, all are forgotten: the frequent ones soon come again.

    Args:
        classifier: What codes them.
        top_k: Number of full codes to list.
    """

    def __init__(self, classifier: Classifier, top_k: int) -> None:
        self._classifier, self._top_k = classifier, top_k
        self._router = classifier.router
        self._forget()

    def _forget(self) -> None:
        self._places: dict[tuple[Any, ...], int] = {}
        self._cells: Cells = {}
        self._characters = 0

    def predict(
        self, fields: Side, side: Side, repeats: Repeats | None = None
    ) -> pd.DataFrame:
        """One row for each record, as `Classifier.predict`.

        Args:
            fields: Texts by field name, `(n,)` each.
            side: Cells of side features by name, `(n,)` each.
            repeats: How often the units of the records stand among all.
        """
        columns = self._classifier.text_columns(fields)
        beside = self._classifier.side_columns(side, columns)
        counted = self._router.counted(columns, repeats) if self._router else {}
        tables = columns, beside, counted
        if self._characters > MOST_CHARACTERS:
            self._forget()
        places, known = self._places, len(self._places)
        rows = zip(
            *(cells for table in tables for cells in table.values()), strict=True
        )
        place = [places.setdefault(row, len(places)) for row in rows]
        if len(places) > known:
            self._code([*places][known:], tables)
        cells = {name: values[place] for name, values in self._cells.items()}
        return self._classifier.columns(self._top_k).frame(cells)

    def _code(
        self, rows: list[tuple[Any, ...]], tables: Sequence[Mapping[str, Sequence[Any]]]
    ) -> None:
        """Codes new rows, and keeps their cells after those of all before."""
        values = map(list, zip(*rows, strict=True))
        parts = [{name: next(values) for name in table} for table in tables]
        new = self._classifier.cells(parts, self._top_k, router=self._router)
        old = self._cells
        joined = {n: np.concatenate([old[n], new[n]]) for n in new} if old else new
        self._cells = joined
        self._characters += sum(sum(map(len, texts)) for texts in parts[0].values())
