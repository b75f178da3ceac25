"""Counts of a job for later: rows and answers by stage, code, flag and score."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from han.jobs.answer_database import Connection, quoted

BANDS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)  # lower ends of the score bands
BY = ("method", "route", "flag", "code")
ANSWERS = "count(DISTINCT high)"  # of equal texts, whatever else stages read
COMMONEST = 100  # the commonest answers: one in so many


def task_counts(connection: Connection, chunks: Path) -> dict[str, Any]:
    """Rows and distinct answers of a task.

    Args:
        connection: The database.
        chunks: Folder of its coded answers.

    Returns:
        `answers`; `commonest`, the rows of the commonest hundredth of them; `people`,
        what a person codes or completes; and for each of `BY` and `probability` the
        `rows` and `answers` of each value.
    """
    names = pq.read_schema(min(chunks.glob("*.parquet"))).names
    source = f"read_parquet({quoted(str(chunks / '*.parquet'))})"

    def counted(by: str) -> dict[str, dict[str, int]]:
        query = (
            f"SELECT {by} AS value, sum(records), {ANSWERS} FROM {source} "
            "GROUP BY value ORDER BY value"
        )
        found = connection.sql(query).fetchall()
        return {str(v): {"rows": int(r), "answers": int(n)} for v, r, n in found}

    (answers,) = connection.sql(f"SELECT {ANSWERS} FROM {source}").fetchall()[0]
    common = (
        f"SELECT sum(rows) FROM (SELECT sum(records) AS rows FROM {source} GROUP BY "
        f"high ORDER BY rows DESC LIMIT {-(-answers // COMMONEST)})"
    )
    waiting = "method = 'clerk'" + " OR route <> 'auto'" * ("route" in names)
    return {
        "answers": answers,
        "commonest": int(connection.sql(common).fetchall()[0][0]),
        "people": counted(f"({waiting}) AND method <> 'non_answer'").get("True", NONE),
        **{name: counted(name) for name in BY if name in names},
        "probability": counted(_band()),
    }


NONE = {"rows": 0, "answers": 0}


def _band() -> str:
    """SQL of the score band of a row."""
    cases = "".join(
        f" WHEN probability < {edge} THEN 'below {edge:g}'" for edge in BANDS
    )
    missing = "WHEN probability IS NULL OR isnan(probability) THEN 'none'"
    return f"CASE {missing}{cases} ELSE '{BANDS[-1]:g} and more' END"
