"""Takes decisions from a file into a queue, as `han.review import` is asked to."""

from __future__ import annotations

import argparse
from pathlib import Path

from han.cli import screen_language
from han.errors import InputError, printable
from han.languages.words import QUEUE, Words
from han.review_making.imported_decisions import import_decisions
from han.reviewing.queue_database import QueueDatabase


def carry_out(given: argparse.Namespace) -> int:
    """Takes the decisions in, or lists all that is wrong."""
    words, file = Words(QUEUE, screen_language(given)), Path(given.file)
    found = import_decisions(
        QueueDatabase(given.queue),
        file,
        given.person,
        accept_rest=given.accept_rest,
        encoding=given.encoding,
    )
    for fault in found.faults:
        print(printable(f"{file}, {fault.where}: {fault.what}"))
    if found.faults and not given.accept_rest:
        raise InputError(
            f"{file}: nothing was taken in ({len(found.faults)} faulty rows, listed "
            "above). Correct them, or give --accept-rest for the others."
        )
    said = words.say(
        "imported",
        file=file,
        decisions=words.count_of(found.taken, "decision"),
        person=given.person,
        same=found.same,
        open=found.open,
    )
    print(said)
    if found.faults:
        faults = words.count_of(len(found.faults), "faulty")
        print(words.say("left_out", faults=faults))
    return 0
