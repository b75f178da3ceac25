"""The log of a service: JSON lines, to a file or to standard error."""

from __future__ import annotations

import logging
import os
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from han.event_lines import append_line, event_line, event_of

_PLACES = 8
_LOGGERS = ("waitress", "werkzeug", "han")
_OWN = "han."  # loggers of ours, which say no text of a respondent


class EventLog:
    """Adds events to a log. What cannot be written is counted, and stops nothing.

    Args:
        file: The log; None for standard error.
        facts: What every event says.
    """

    def __init__(self, file: Path | None = None, **facts: Any) -> None:
        self.file, self.facts, self.lost = file, facts, 0
        self._lock = threading.Lock()

    def say(self, event: str, level: str = "info", **facts: Any) -> None:
        """Adds an event; after a full disk it says how many were lost, too."""
        with self._lock:
            said = event_of(event, level, **self.facts, **facts)
            if self.lost:
                said["lost"] = self.lost
            try:
                self._write(event_line(said))
                self.lost = 0
            except (OSError, ValueError):
                self.lost += 1

    def _write(self, line: str) -> None:
        if self.file is not None:
            append_line(self.file, line)
        elif sys.stderr is not None:
            sys.stderr.write(f"{line}\n")
            sys.stderr.flush()


def places_of(error: BaseException) -> str:
    """Where something went wrong, from the inside out, without any value.

    Example:
        >>> try:
        ...     int("a respondent's word")
        ... except ValueError as error:
        ...     print(places_of(error).startswith("<doctest"))
        True
    """
    frames = traceback.extract_tb(error.__traceback__)[-_PLACES:]
    return " < ".join(f"{_short(f.filename)}:{f.lineno}" for f in reversed(frames))


def _short(file: str) -> str:
    return "/".join(file.split(os.sep)[-2:])


class LibraryEvents(logging.Handler):
    """Makes events of what libraries log: where and how grave, never their message.

    waitress writes addresses with what was asked for, Flask what an error says of its
    values.

    Args:
        log: Where they go.
    """

    def __init__(self, log: EventLog) -> None:
        super().__init__()
        self.log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Adds an event."""
        place = f"{_short(record.pathname)}:{record.lineno}"
        facts = {"logger": record.name, "place": place}
        if record.name.startswith(_OWN):
            facts["message"] = record.getMessage()
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            facts |= {"error": type(error).__name__, "places": places_of(error)}
        level = "info" if record.levelno < logging.WARNING else "warning"
        level = "error" if record.levelno >= logging.ERROR else level
        self.log.say("logged", level, **facts)


@contextmanager
def library_events(log: EventLog) -> Iterator[None]:
    """While this lasts, what libraries and `han` log are events, and nothing else."""
    handler, loggers = LibraryEvents(log), [logging.getLogger(n) for n in _LOGGERS]
    before = [logger.propagate for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.propagate = False
    try:
        yield
    finally:
        for logger, propagates in zip(loggers, before, strict=True):
            logger.removeHandler(handler)
            logger.propagate = propagates
