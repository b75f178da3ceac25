"""What a job says of itself: events for programs, a log for people, counts for later.

No text of a respondent is in any of them.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

BANDS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)


class JobEvents:
    """Adds events to `events.jsonl`, and a line for people to `job.log`.

    Each event is one JSON object on a line of its own, written in one go, so that
    several processes may write.

    Args:
        events: The file of events.
        log: The log.
        job: Name of the job.
    """

    def __init__(self, events: Path, log: Path, job: str) -> None:
        self.events, self.log, self.job = events, log, job

    def say(self, event: str, level: str = "info", **counts: Any) -> None:
        """Adds an event."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        said = {"time": now, "level": level, "event": event, "job": self.job, **counts}
        numbers = " ".join(f"{name}={value}" for name, value in counts.items())
        _append(self.events, json.dumps(said, ensure_ascii=False))
        _append(self.log, f"{now} {level} {event} {numbers}".rstrip())


def _append(file: Path, line: str) -> None:
    with file.open("a", encoding="utf-8") as stream:
        stream.write(line + "\n")


def count_answers(files: list[Path]) -> dict[str, Any]:
    """Rows and distinct answers by stage, code, flag, route and score band.

    Args:
        files: The coded chunks of a task.
    """
    found: dict[str, Counter[str]] = {}
    rows = answers = 0
    names = ("method", "code", "flag", "route")
    for file in files:
        has = set(pq.read_schema(file).names)
        asked = [name for name in (*names, "probability") if name in has]
        table = pq.read_table(file, columns=["records", *asked])
        answers += len(table)
        rows += pc.sum(table["records"]).as_py() or 0
        if "probability" in has:
            table = table.set_column(
                table.schema.get_field_index("probability"),
                "band",
                _bands(table["probability"]),
            )
        for name in [*(n for n in asked if n != "probability"), "band"]:
            if name in table.column_names:
                _add(found, name, table)
    return {
        "rows": rows,
        "answers": answers,
        **{name: dict(sorted(count.items())) for name, count in found.items()},
    }


def _add(found: dict[str, Counter[str]], name: str, table: pa.Table) -> None:
    grouped = table.group_by(name).aggregate([("records", "sum"), ("records", "count")])
    for key, rows, distinct in zip(
        grouped[name].to_pylist(),
        grouped["records_sum"].to_pylist(),
        grouped["records_count"].to_pylist(),
        strict=True,
    ):
        found.setdefault(name, Counter())[str(key)] += rows
        found.setdefault(f"{name}_answers", Counter())[str(key)] += distinct


def _bands(probabilities: pa.ChunkedArray) -> pa.Array:
    edges = [0.0, *BANDS, 1.01]
    names = [f"{a:g}-{b:g}" for a, b in zip(edges, edges[1:], strict=False)]
    values = probabilities.to_pandas()
    places = [sum(value >= edge for edge in BANDS) for value in values]
    return pa.array(
        ["none" if v != v else names[p] for v, p in zip(values, places, strict=True)]
    )
