"""Makes, lists and takes away keys, as `han.serve` is asked to."""

from __future__ import annotations

import argparse
from pathlib import Path

from han.jobs.evidence_text import aligned
from han.service.service_keys import add_key, read_keys, remove_key


def carry_out(given: argparse.Namespace) -> int:
    """Does what is asked with keys; a new one is printed, and then known to nobody."""
    file = Path(given.keys)
    if given.add_key:
        limits = given.requests_a_minute, given.records_a_minute
        print(add_key(file, given.add_key, *limits))
    elif given.remove_key:
        remove_key(file, given.remove_key)
    else:
        head = ["name", "created", "requests a minute", "records a minute"]
        rows = [
            [k.name, k.created, *_shown(k.requests_a_minute, k.records_a_minute)]
            for k in read_keys(file)
        ]
        print("\n".join(aligned([head, *rows])))
    return 0


def _shown(*limits: int | None) -> list[str]:
    return ["" if limit is None else str(limit) for limit in limits]
