"""Removes what respondents said from a queue, as `han.review forget` is asked to."""

from __future__ import annotations

import argparse
import sys

from han.cli import screen_language
from han.commands.review_forget_arguments import given_keys
from han.errors import InputError
from han.languages.words import REVIEW_LESSONS, Words
from han.reviewing.forgetting import forget
from han.reviewing.queue_database import QueueDatabase

YES = {"yes", "y", "sí", "si", "s"}


def carry_out(given: argparse.Namespace) -> int:
    """Forgets, and says how much."""
    words = Words(REVIEW_LESSONS, screen_language(given))
    keys = given_keys(given)
    queue = QueueDatabase(given.queue)
    if keys is None and not given.yes:
        _ask(words.say("ask", place=queue.place))
    done = forget(queue, keys)
    print(
        words.say(
            "forgotten",
            place=queue.place,
            rows=words.count_of(done.rows, "row"),
            answers=words.count_of(done.answers, "answer"),
            comments=words.count_of(done.comments, "comment"),
        )
    )
    if done.shared:
        answers = words.count_of(done.shared, "answer")
        print(words.say("shared", answers=answers))
    print(words.say("copies"))
    return 0


def _ask(question: str) -> None:
    """Goes on where somebody says yes; in a script it must be said before."""
    if not sys.stdin.isatty():
        raise InputError("--all cannot be undone, and nobody can be asked: give --yes.")
    if input(question).strip().casefold() not in YES:
        raise InputError("Nothing was forgotten.")
