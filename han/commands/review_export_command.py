"""Gives answers of a queue to a person, as `han.review export` is asked to."""

from __future__ import annotations

import argparse
import os
import re
from datetime import timedelta
from pathlib import Path
from shlex import quote

from han.cli import screen_language
from han.errors import InputError
from han.languages.words import QUEUE, Words
from han.review_making.exported_answers import CodeNames, exported_answers
from han.review_making.given_seats import take_seats
from han.review_making.label_studio import write_tasks
from han.review_making.review_sheets import check_ending, file_beside, write_sheet
from han.reviewing.queue_database import QueueDatabase, now
from han.tables.whole_files import check_place

MOST_DAYS = 3650


def carry_out(given: argparse.Namespace) -> int:
    """Seats the person, writes the file and says until when."""
    words, file = Words(QUEUE, screen_language(given)), given.output
    check_ending(file)
    check_place(file)
    _check_new(file)
    if not 1 <= given.days <= MOST_DAYS:
        raise InputError(
            f"--days must be from 1 to {MOST_DAYS}. Received: {given.days}."
        )
    if not 0 < given.share <= 1:
        raise InputError(
            f"--share must be above 0 and at most 1. Received: {given.share}."
        )
    queue, at = QueueDatabase(given.queue), now()
    until = at + timedelta(days=given.days)
    batches = asked_batches(given.batches)
    ids = take_seats(queue, given.person, batches, until, given.share)
    with queue.reading() as connection:
        found = exported_answers(connection, ids)
        names = CodeNames.of(connection)
    is_json = file.suffix.lower() == ".json"
    write = write_tasks if is_json else write_sheet
    beside = write(file, given.person, at, found, names)
    said = words.say(
        "exported",
        file=file,
        answers=words.count_of(len(found), "answer"),
        batches=words.count_of(len({one.batch for one in found}), "batch"),
        person=given.person,
        until=f"{until:%Y-%m-%d %H:%M} UTC",
    )
    print(said)
    if beside != file:
        print(words.say("labels" if is_json else "codes", file=beside))
    names_it = {"place": given.queue, "file": file, "person": given.person}
    quoted = {name: quote(str(value)) for name, value in names_it.items()}
    print(words.say("import_next", **quoted))  # to be copied into a terminal
    return 0


def _check_new(file: Path) -> None:
    """What somebody has filled in must not be written over."""
    for one in dict.fromkeys([file, file_beside(file)]):
        if os.path.lexists(one):
            raise InputError(
                f"{one}: there is such a file already, maybe filled in. Give --output "
                "another name, or remove the file."
            )


def asked_batches(text: str | None) -> range | None:
    """Numbers of batches; None for all.

    Raises:
        InputError: If the text is neither a number nor two with a hyphen.

    Example:
        >>> asked_batches("2"), asked_batches("1-3"), asked_batches(None)
        (range(2, 3), range(1, 4), None)
    """
    if text is None:
        return None
    found = re.fullmatch(r"(\d{1,9})(?:-(\d{1,9}))?", text.strip(), re.ASCII)
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
    if first > last:
        raise InputError(
            f"--batches: expected 2 or 1-3, for instance. Received: {text}."
        )
    return range(first, last + 1)
