"""The log of a service: JSON lines, to a file or to standard error."""

from __future__ import annotations

import logging
import os
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from han.event_lines import append_line, event_line, event_of

WAITING = 10_000  # events, of some 300 bytes
_STANDARD_ERROR = 2
_PLACES = 8
_LOGGERS = ("waitress", "werkzeug", "han")
_OWN = "han."  # loggers of ours, which say no text of a respondent


class EventLog:
    """Adds events to a log. What cannot be written is counted, and stops nothing.

    Nobody need read standard error: a pipe that is full takes nothing. So a thread
    writes there, and at most `WAITING` events wait for it. It ends when none does.

    Args:
        file: The log; None for standard error.
        facts: What every event says.
    """

    def __init__(self, file: Path | None = None, **facts: Any) -> None:
        self.file, self.facts, self.lost = file, facts, 0
        self._lock = threading.Lock()
        self._ended = threading.Condition(self._lock)
        self._waiting: deque[dict[str, Any]] = deque()
        self._is_writing = False

    def say(self, event: str, level: str = "info", **facts: Any) -> None:
        """Adds an event; the next that is written says how many were lost, too."""
        with self._lock:
            said = event_of(event, level, **self.facts, **facts)
            if self.file is not None:
                self.lost = _lost(said, self.lost, partial(append_line, self.file))
            elif len(self._waiting) < WAITING:
                self._waiting.append(said)
                self._begin()
            else:
                self.lost += 1

    def flush(self, seconds: float) -> bool:
        """Waits until all is written, but no longer; says whether it is."""
        with self._lock:
            return self._ended.wait_for(lambda: not self._is_writing, seconds)

    def _begin(self) -> None:
        if not self._is_writing:
            self._is_writing = True
            threading.Thread(target=self._write, daemon=True).start()

    def _write(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._is_writing = False
                    self._ended.notify_all()
                    return
                said, before = self._waiting.popleft(), self.lost
            after = _lost(said, before, _to_standard_error)  # which may last
            with self._lock:
                self.lost += after - before


def _lost(said: dict[str, Any], lost: int, write: Callable[[str], None]) -> int:
    """Writes an event, with how many were lost before; how many are lost then."""
    if lost:
        said["lost"] = lost
    try:
        write(event_line(said))
    except (OSError, ValueError):
        return lost + 1
    return 0


def _to_standard_error(line: str) -> None:
    """Not by `sys.stderr`: Python would wait for its lock at the end."""
    if sys.stderr is None:  # and another file may have its number
        return
    left = f"{line}\n".encode()
    while left:
        left = left[os.write(_STANDARD_ERROR, left) :]


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
