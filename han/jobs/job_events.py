"""What a job says of itself: events for programs, a log for people.

No text of a respondent is in either of them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from han.event_lines import append_line, event_line, event_of


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
        said = event_of(event, level, job=self.job, **counts)
        numbers = " ".join(f"{name}={value}" for name, value in counts.items())
        append_line(self.events, event_line(said))
        append_line(self.log, f"{said['time']} {level} {event} {numbers}".rstrip())
