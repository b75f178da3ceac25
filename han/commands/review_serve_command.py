"""Serves the page of clerks, as `han.review serve` is asked to."""

from __future__ import annotations

import argparse

from han.errors import InputError
from han.review_site.page_server import serve
from han.reviewing.people import people_of
from han.reviewing.queue_database import QueueDatabase


def carry_out(given: argparse.Namespace) -> int:
    """Serves until Ctrl-C or SIGTERM."""
    if not 0 <= given.port <= 65535:
        raise InputError(f"--port {given.port}: expected 0 to 65535.")
    queue = QueueDatabase(given.queue)
    if not any(person.active for person in people_of(queue)):
        raise InputError(
            f"{queue.place}: nobody may sign in. Add somebody: "
            f"python -m han.review people {queue.place} add NAME"
        )
    serve(queue, given.host, given.port, given.behind_proxy, _told)
    return 0


def _told(address: str) -> None:
    print(f"{address} (Ctrl-C ends it)", flush=True)
