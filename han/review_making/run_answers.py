"""Answers of a table, coded by a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from han.code_list.taxonomy import Taxonomy
from han.config import Config
from han.data.survey_weights import read_weights
from han.experiment.row_roles import as_in_experiment
from han.prediction.input_records import Block, InputRecords, file_source
from han.prediction.unit_counter import UnitCounter
from han.prediction.workers import PredictionJob, code_blocks, num_processes
from han.review_making.answer_frame import (
    AnswerFrame,
    CodedPart,
    FloatArray,
    FrameBuilder,
    IntArray,
    Keys,
)
from han.runs.loading import load_non_answers
from han.runs.routing_policy import load_routing_policy
from han.runs.run_files import TAXONOMY_FILE
from han.runs.run_folder import RunFolder
from han.runs.set_runs import refuse_sets
from han.tables.columns import Columns
from han.tables.locations import DataFile
from han.tables.reading import column_names, read_table


@dataclass(frozen=True)
class CodedData:
    """A table and the run that codes it.

    Attributes:
        run: Folder of the run.
        file: The table.
        config: The experiment of the run.
        tree: Its code list.
        is_routed: Whether the run has thresholds.
    """

    run: Path
    file: DataFile
    config: Config
    tree: Taxonomy
    is_routed: bool

    @classmethod
    def of(cls, run: Path, file: DataFile, encoding: str | None = None) -> CodedData:
        """A run and a table; nothing is coded yet.

        Raises:
            InputError: If the run is none, or gives sets of codes.
        """
        config = RunFolder(run).config(encoding)
        refuse_sets(config, run, "han.review")
        tree = Taxonomy.load(run / TAXONOMY_FILE)
        return cls(run, file, config, tree, load_routing_policy(run) is not None)

    @property
    def _table(self) -> DataFile:
        """The table, with the separator of the experiment if it says none."""
        return as_in_experiment(self.config, self.file)

    @property
    def weight_column(self) -> str | None:
        """The column of survey weights, if the table has it."""
        name, encoding = self.config.data.weight_column, self.config.data.encoding
        if name is None:
            return None
        names = column_names(self._table, encoding=encoding, wanted=[name])
        return name if name in names else None

    @property
    def keys(self) -> list[str]:
        """Columns that name a row; `row`, its number, if the run knows none."""
        return list(self.config.data.key_columns) or ["row"]

    def frame(self, seen: Callable[[int], object] = int) -> AnswerFrame:
        """Codes the table; its distinct answers.

        Args:
            seen: Is told of rows as they are coded.

        Raises:
            InputError: For a fault of the table, or of the run.
        """
        source = self._source()
        weights = self._weights(source.rows)
        builder = FrameBuilder(self.tree, load_non_answers(self.run))
        kept: list[tuple[Block, int]] = []

        def passed() -> Iterator[Block]:
            first = 0
            for block in source.blocks():
                kept.append((block, first))
                first += len(block)
                yield block

        job = PredictionJob(self.run, top_k=1)
        places = []
        for coded in code_blocks(passed(), job, num_processes(source, "auto")):
            block, first = kept.pop(0)
            own = weights[first : first + len(block)]
            rows = np.ones(len(block), np.int64)
            table = coded.content
            if not isinstance(table, pd.DataFrame):
                raise RuntimeError("coded answers are no table")
            part = CodedPart(block.fields, block.side, rows, own, table)
            places.append(builder.add(part))
            seen(len(block))
        return builder.frame(lambda asked: _keys_of(asked, places, source))

    def _source(self) -> InputRecords:
        policy = load_routing_policy(self.run)
        counter = None
        if policy and policy.limit:
            counter = UnitCounter(policy.limit, load_non_answers(self.run))
        return file_source(self.file, self.config, counter)

    def _weights(self, rows: int) -> FloatArray:
        name = self.weight_column
        if name is None:
            return np.ones(rows)
        columns, encoding = Columns({}, weight=name), self.config.data.encoding
        table = read_table(self._table, columns, encoding=encoding)
        return read_weights(table, name, str(self.file))


def _keys_of(
    asked: Sequence[int], places: Sequence[IntArray], source: InputRecords
) -> dict[int, list[Keys]]:
    """Keys of the rows of some answers; the table is read again."""
    found: dict[int, list[Keys]] = {place: [] for place in asked}
    wanted = np.array(sorted(found), np.int64)
    for block, own in zip(source.blocks(), places, strict=True):
        rows = np.flatnonzero(np.isin(own, wanted))
        names = [str(name) for name in block.keys]
        cells = block.keys.iloc[rows].astype(str).itertuples(index=False, name=None)
        for place, row in zip(own[rows].tolist(), cells, strict=True):
            found[place].append(dict(zip(names, row, strict=True)))
    return found
