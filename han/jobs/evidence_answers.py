"""Labelled answers of a job with the codes that they were given, judged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from han.data.sampling_units import ROW, TEXT, is_blank, unit_numbers
from han.decisions.routing import AUTO
from han.decisions.unit_evidence import UNKNOWN_OUTCOME
from han.jobs.evidence_codes import TrueCells, outcomes_of
from han.jobs.evidence_figures import JudgedRecords
from han.jobs.job_tasks import Task
from han.text.distinct_texts import text_keys

LEFT = ("clerk", "non_answer")  # methods that give no code
WHOLE = 0.95  # of the repeated answers, of which all rows are labelled


def is_drawn_whole(table: pd.DataFrame) -> bool:
    """Whether texts that repeat in the job have all their rows in the sample.

    Args:
        table: Labelled answers: `high`, the hash of their texts, `n` of the sample, and
            `records`, the rows of the job with that text.

    Example:
        >>> table = pd.DataFrame({"high": [1, 2], "n": [3, 1]})
        >>> is_drawn_whole(table.assign(records=[3, 1]))
        True
        >>> is_drawn_whole(table.assign(records=[9, 1]))
        False
    """
    texts = table.groupby("high").agg({"n": "sum", "records": "first"})
    repeated = texts[texts["records"] > 1]
    whole = (repeated["n"] >= repeated["records"]).sum()
    return bool(len(repeated)) and bool(whole >= WHOLE * len(repeated))


@dataclass(frozen=True)
class LabelledAnswers:
    """Labelled answers with the codes that they were given.

    Attributes:
        task: The task.
        table: Equal ones once, `n` records each: `method`, `reason`, `node`, `route` if
            the run has thresholds, `unit`, and the fields as `f0` and so on.
        true: What counts as right of each.
        unit: What was drawn together.
        largest: Records of the largest unit of the job, as far as it is known.
        is_whole: Whether units are texts, and have all their rows in the sample.
    """

    task: Task
    table: pd.DataFrame
    true: TrueCells
    unit: str
    largest: int
    is_whole: bool

    @property
    def records(self) -> npt.NDArray[np.int64]:
        """Records of each."""
        return self.table["n"].to_numpy(np.int64)

    @property
    def text_keys(self) -> list[str]:
        """Normalised text of each."""
        fields = {
            name: self.table[f"f{place}"].tolist()
            for place, name in enumerate(self.task.fields)
        }
        return text_keys(fields, self.task.non_answers)

    def judged(self) -> JudgedRecords:
        """Each record, judged.

        A code counts as given without a person if it is full and, where the run has
        thresholds, its route is `auto`: what a plan promises. Other codes are judged at
        their own level, apart from these.
        """
        tree, table, records = self.task.tree, self.table, self.records
        texts = tree.naming.paths if tree.naming.has_repeats else tree.codes
        node_of = {text: node for node, text in enumerate(texts)} | {"": -1}
        nodes = np.array([node_of[text] for text in table["node"]], np.int32)
        coded = (nodes >= 0) & ~table["method"].isin(LEFT).to_numpy(bool)
        outcomes = np.full(len(nodes), UNKNOWN_OUTCOME, np.int8)
        outcomes[coded] = outcomes_of(nodes[coded], self.true.nodes[coded], tree)
        full = coded & (np.append(tree.child_counts, 1)[nodes] == 0)
        if "route" in table:
            full &= (table["route"] == AUTO).to_numpy(bool)
        methods = table["method"].to_numpy(object)
        return JudgedRecords(
            np.repeat(methods, records),
            np.repeat(coded, records),
            np.repeat(full, records),
            np.repeat(outcomes, records),
            self._units(),
        )

    def _units(self) -> npt.NDArray[np.int64]:
        """Number of the unit of each record; a blank text or cell is none."""
        records = self.records
        if self.unit == ROW:
            return np.arange(records.sum())
        keys = self.text_keys if self.unit == TEXT else self.table["unit"].tolist()
        numbers = np.repeat(unit_numbers(keys), records)
        blank = np.repeat(np.array([is_blank(key) for key in keys], bool), records)
        numbers[blank] = len(keys) + np.arange(blank.sum())
        return numbers
