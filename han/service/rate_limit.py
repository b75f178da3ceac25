"""How much somebody may ask for in a minute."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

MOST_CLIENTS = 10_000


@dataclass
class _Bucket:
    """What is left, and when that was so."""

    left: float
    at: float


class RateLimit:
    """A token bucket for each client: a minute's worth at once, then as it comes in.

    What costs more than a minute's worth waits for a full bucket, and those after it
    wait for all of its cost. Buckets are held in memory: a service that starts again
    has forgotten them, and of more than `MOST_CLIENTS` those that asked longest ago.

    Args:
        a_minute: What comes in, unless a client has a limit of its own; None for no
            limit.
        clock: Seconds that only grow.

    Example:
        >>> limit = RateLimit(a_minute=2, clock=lambda: 0.0)
        >>> [limit.wait("survey") for _ in range(3)]
        [0.0, 0.0, 30.0]
    """

    def __init__(
        self, a_minute: int | None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.a_minute, self._clock = a_minute, clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, client: str, cost: int = 1, own: int | None = None) -> float:
        """Takes what a request costs, if it is there.

        Args:
            client: Who asks.
            cost: What is asked for.
            own: The client's own limit.

        Returns:
            0 if it was taken; else after how many seconds it is worth asking again.
        """
        size = own or self.a_minute
        if size is None:
            return 0.0
        with self._lock:
            bucket = self._filled(client, size)
            missing = min(cost, size) - bucket.left
            if missing > 0:
                return missing * 60 / size
            bucket.left -= cost
        return 0.0

    def _filled(self, client: str, size: int) -> _Bucket:
        """A client's bucket, with what has come in since."""
        now = self._clock()
        bucket = self._buckets.setdefault(client, _Bucket(size, now))
        self._buckets.move_to_end(client)
        bucket.left = min(size, bucket.left + (now - bucket.at) * size / 60)
        bucket.at = now
        if len(self._buckets) > MOST_CLIENTS:
            self._buckets.popitem(last=False)
        return bucket
