"""Removes what respondents said from a queue, as `han.review forget` is asked to."""

from __future__ import annotations

import argparse

from han.cli import screen_language
from han.commands.review_forget_arguments import given_keys
from han.languages.words import REVIEW_LESSONS, Words
from han.reviewing.forgetting import forget
from han.reviewing.queue_database import QueueDatabase


def carry_out(given: argparse.Namespace) -> int:
    """Forgets, and says how much."""
    words = Words(REVIEW_LESSONS, screen_language(given))
    keys = given_keys(given)
    queue = QueueDatabase(given.queue)
    done = forget(queue, keys)
    print(
        words.say(
            "forgotten",
            place=queue.place,
            rows=done.rows,
            answers=done.answers,
            comments=done.comments,
        )
    )
    if done.shared:
        print(words.say("shared", shared=done.shared))
    print(words.say("copies"))
    return 0
