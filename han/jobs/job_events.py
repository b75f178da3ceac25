"""What a job says of itself: events for programs, a log for people.

No text of a respondent is in either of them.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


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
    with file.open("ab+") as stream:
        if stream.tell():
            stream.seek(-1, os.SEEK_END)
            # A full disk may have taken half a line.
            line = line if stream.read(1) == b"\n" else f"\n{line}"
        stream.write(f"{line}\n".encode())
