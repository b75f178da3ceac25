"""Slows whoever guesses passwords."""

from __future__ import annotations

import threading
import time
from collections import deque

ATTEMPTS = 10
WITHIN = 15 * 60  # seconds
_MOST_NAMES = 10_000


class SignInLimit:
    """Counts failures to sign in by name, also of names that there are not.

    It holds in memory: a server that starts again has forgotten. Somebody who knows a
    name can lock it out for a quarter of an hour; that is the price.

    Example:
        >>> limit = SignInLimit()
        >>> for _ in range(ATTEMPTS):
        ...     limit.failed("ana")
        >>> limit.is_over("ana"), limit.is_over("eva")
        (True, False)
    """

    def __init__(self) -> None:
        self._failures: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def is_over(self, name: str) -> bool:
        """Whether this name must wait."""
        with self._lock:
            times = self._failures.get(name, deque())
            _drop_old(times)
            return len(times) >= ATTEMPTS

    def failed(self, name: str) -> None:
        """A wrong password, or a wrong name."""
        with self._lock:
            if name not in self._failures and len(self._failures) >= _MOST_NAMES:
                self._make_room()
            times = self._failures.setdefault(name, deque(maxlen=ATTEMPTS))
            times.append(time.monotonic())

    def succeeded(self, name: str) -> None:
        """The right one: what was before counts no longer."""
        with self._lock:
            self._failures.pop(name, None)

    def _make_room(self) -> None:
        """Forgets what is over, else who failed least: never a lock for a new name."""
        for name, times in list(self._failures.items()):
            _drop_old(times)
            if not times:
                del self._failures[name]
        if len(self._failures) >= _MOST_NAMES:
            del self._failures[
                min(self._failures, key=lambda n: len(self._failures[n]))
            ]


def _drop_old(times: deque[float]) -> None:
    while times and times[0] < time.monotonic() - WITHIN:
        times.popleft()
