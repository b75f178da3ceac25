"""Numbers of answers in addresses: they tell nothing of the order of the queue."""

from __future__ import annotations

import random

from flask import current_app
from werkzeug.routing import IntegerConverter, ValidationError

from han.reviewing.answer_states import answer_states
from han.reviewing.queue_database import QueueDatabase

MOST = 10**9


class AnswerNumbers:
    """A number for each answer, the same whenever the queue is served.

    Ids are places in the queue: with them in addresses a coder would see that an answer
    is an earlier one, which others must have coded, too.

    Args:
        queue: The queue; its `digest_key` is known to nobody at the page.
    """

    def __init__(self, queue: QueueDatabase) -> None:
        with queue.reading() as connection:
            ids = sorted(answer_states(connection))
        chance = random.Random(str(queue.settings.get("digest_key")))
        self.of: dict[int, int] = dict(
            zip(ids, chance.sample(range(MOST), len(ids)), strict=True)
        )
        self.answers = {number: answer for answer, number in self.of.items()}


class AnswerConverter(IntegerConverter):
    """The number of an answer in an address; any other is no address."""

    regex = "[0-9]{1,9}"

    def to_python(self, value: str) -> int:
        """The answer's id."""
        numbers: AnswerNumbers = current_app.config["NUMBERS"]
        if (answer := numbers.answers.get(int(value))) is None:
            raise ValidationError
        return answer

    def to_url(self, value: int) -> str:
        """Its number."""
        numbers: AnswerNumbers = current_app.config["NUMBERS"]
        return str(numbers.of[value])
