"""Takes decisions from a file into a queue, as `han.review import` is asked to."""

from __future__ import annotations

import argparse
from pathlib import Path

from han.cli import screen_language
from han.errors import InputError, count_of, printable
from han.languages.words import QUEUE, Words
from han.review_making.given_seats import give_back, person_id
from han.review_making.imported_decisions import Imported, import_decisions
from han.reviewing.queue_database import QueueDatabase


def carry_out(given: argparse.Namespace) -> int:
    """Takes the decisions in, or lists all that is wrong; gives back what is open."""
    words, queue = Words(QUEUE, screen_language(given)), QueueDatabase(given.queue)
    if given.file is None:
        number = _given_back(given, queue)
    else:
        number = _imported(given, queue, words).given_back
    if given.give_back:
        answers = words.count_of(number, "given_back")
        print(words.say("gave_back", answers=answers, person=given.person))
    return 0


def _given_back(given: argparse.Namespace, queue: QueueDatabase) -> int:
    if not given.give_back or given.accept_rest or given.encoding:
        raise InputError(
            "There is no file. Give the one that `export` wrote, filled in; or "
            "--give-back alone, to give back all that is kept for the person."
        )
    with queue.writing() as connection:
        return give_back(connection, person_id(connection, given.person))


def _imported(
    given: argparse.Namespace, queue: QueueDatabase, words: Words
) -> Imported:
    file = Path(given.file)
    found = import_decisions(
        queue,
        file,
        given.person,
        accept_rest=given.accept_rest,
        gives_back=given.give_back,
        encoding=given.encoding,
    )
    for fault in found.faults:
        print(printable(f"{file}, {fault.where}: {fault.what}"))
    if found.faults and not given.accept_rest:
        nothing = "nothing was taken in" + " or given back" * given.give_back
        raise InputError(
            f"{file}: {nothing} ({count_of(len(found.faults), 'fault')}, "
            "listed above). Correct the file, or give --accept-rest for other rows."
        )
    said = words.say(
        "imported",
        file=file,
        decisions=words.count_of(found.taken, "decision"),
        person=given.person,
        replaced=found.replaced,
        same=found.same,
        open=found.open,
    )
    print(said)
    if found.decided:
        rows = words.count_of(found.decided, "row")
        print(words.say("decided_before", rows=rows, person=given.person))
    if found.faults:
        faults = words.count_of(len(found.faults), "faulty")
        print(words.say("left_out", faults=faults))
    return found
