"""Tables of what a queue teaches: training records, a dictionary, a sample."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from han.data.sampling_units import is_blank
from han.reviewing.decided_view import field_columns
from han.reviewing.lesson_queries import RANDOM, StratumWork
from han.text.distinct_texts import text_keys
from han.text.non_answers import NONE

SURE = ("settled", "agreed")  # states that more than one person stands for
DESIGN_WEIGHT = "design_weight"


@dataclass(frozen=True)
class LessonColumns:
    """What columns are called in a table that a run reads.

    Attributes:
        fields: Column of each text field.
        labels: Label columns: one with the code, or one for each level.
    """

    fields: Mapping[str, str]
    labels: Sequence[str]


def training_table(
    decided: pd.DataFrame, *, only_sure: bool = False, with_random: bool = False
) -> pd.DataFrame:
    """Decided answers that train, as `data.reviewed` reads them.

    Args:
        decided: As `decided_table` gives them.
        only_sure: Whether the decisions of one person alone are left out.
        with_random: Whether answers that were drawn at random train, too.

    Example:
        >>> parts, states = ["work", "sample", "work"], ["single", "single", "agreed"]
        >>> given = pd.DataFrame({"part": parts, "state": states})
        >>> len(training_table(given)), len(training_table(given, only_sure=True))
        (2, 1)
    """
    kept = pd.Series(True, index=decided.index)
    if not with_random:
        kept &= ~decided["part"].isin(RANDOM)
    if only_sure:
        kept &= decided["state"].isin(SURE)
    return decided[kept].drop(columns=["stratum", "batch"], errors="ignore")


def dictionary_table(
    votes: pd.DataFrame, field: str, *, with_random: bool = False
) -> pd.DataFrame:
    """What people said of each text: a row for each of its codes.

    `support` is the number of different people, `purity` their share of those who gave
    the text a code. The stage `exact` of a job reads it as answers coded before, and
    decides by its `min_count` and `min_purity` which texts are entries.

    Args:
        votes: As `code_votes` gives them.
        field: The text field, which names the column of the texts.
        with_random: Whether answers that were drawn at random are in it, too.

    Example:
        >>> given = [("Pan", "1", 7), ("pan.", "1", 7), ("pan.", "1", 8)]
        >>> names = ["text", "code", "person"]
        >>> votes = pd.DataFrame([*given, ("pan", "2", 8)], columns=names)
        >>> votes["part"] = "work"
        >>> dictionary_table(votes, "what").to_numpy().tolist()
        [['Pan', '1', 2, 0.6667], ['Pan', '2', 1, 0.3333]]
    """
    if not with_random:
        votes = votes[~votes["part"].isin(RANDOM)]
    keys = np.array(text_keys({field: votes["text"].tolist()}, NONE), dtype=object)
    is_text = np.array([not is_blank(key) for key in keys], bool)
    votes, keys = votes[is_text], keys[is_text]
    first = votes["text"].groupby(keys, sort=False).transform("first")
    support = votes["person"].groupby([first, votes["code"]], sort=False).nunique()
    found = support.rename("support").rename_axis([field, "code"]).reset_index()
    total = found.groupby(field, sort=False)["support"].transform("sum")
    return found.assign(purity=(found["support"] / total).round(4))


def judging_answers(decided: pd.DataFrame, through: Collection[int]) -> pd.DataFrame:
    """Decided answers that were drawn at random, of batches that are through.

    Args:
        decided: As `decided_table` gives them.
        through: Batches in which no coder is awaited.
    """
    return decided[decided["part"].isin(RANDOM) & decided["batch"].isin(through)]


def calibration_table(
    rows: pd.DataFrame,
    work: Sequence[StratumWork],
    fields: Sequence[str],
    columns: LessonColumns,
) -> pd.DataFrame:
    """Decided answers that were drawn at random, as `han.plan --sample` reads them.

    The design weight is the number of rows that one answer of the sample stands for:
    its own, times the answers of its stratum over those that were done.

    Args:
        rows: As `judging_answers` gives them.
        work: What was done, by stratum.
        fields: Text fields of the queue.
        columns: What the run calls them.
    """
    factors = {found.name: found.answers / max(found.done, 1) for found in work}
    found = run_cells(rows, fields, columns)
    found["stratum"] = rows["stratum"]
    found[DESIGN_WEIGHT] = rows["rows"] * rows["stratum"].map(factors)
    return pd.DataFrame(found)


def run_cells(
    rows: pd.DataFrame, fields: Sequence[str], columns: LessonColumns
) -> dict[str, pd.Series]:
    """Texts and codes of decided answers under the names that a run has for them.

    Args:
        rows: As `decided_table` gives them.
        fields: Text fields of the queue.
        columns: What the run calls them.
    """
    levels = sum(name.startswith("level_") for name in rows.columns)
    names = field_columns(fields, levels)
    one = len(columns.labels) == 1
    found = {columns.fields[name]: rows[names[name]] for name in fields}
    for place, label in enumerate(columns.labels, 1):
        found[label] = rows["code" if one else f"level_{place}"]
    return found
