"""What is known of each answer: open, one decision, agreed, disputed, settled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from han.reviewing.queue_tables import answers, decisions

ADJUDICATOR = 3  # the seat
State = Literal["open", "waiting", "single", "agreed", "disputed", "settled"]


@dataclass(frozen=True)
class Given:
    """A decision that stands.

    Attributes:
        decision: Its id.
        person: Who decided.
        outcome: `code` or `uncodable`.
        node: The code's node, if there is one.
    """

    decision: int
    person: int
    outcome: str
    node: int | None

    def same(self, other: Given) -> bool:
        """Whether the other says the same."""
        return (self.outcome, self.node) == (other.outcome, other.node)


@dataclass(frozen=True)
class AnswerState:
    """An answer and its decisions.

    Attributes:
        answer: Its id.
        seats: How many coders it needs.
        gold: Whether an adjudicator looks at it even where coders agree.
        given: Decisions that stand, by seat.
    """

    answer: int
    seats: int
    gold: bool
    given: dict[int, Given]

    @property
    def state(self) -> State:
        """Where it stands.

        `open`: nobody decided; `waiting`: one of two coders did; `single`: one of one;
        `agreed`, `disputed`: both did, alike or not; `settled`: the adjudicator did.
        """
        coders = [g for seat, g in self.given.items() if seat != ADJUDICATOR]
        if ADJUDICATOR in self.given:
            return "settled"
        if not coders:
            return "open"
        if len(coders) < self.seats:
            return "waiting"
        if self.seats == 1:
            return "single"
        return "agreed" if coders[0].same(coders[1]) else "disputed"

    @property
    def needs_adjudicator(self) -> bool:
        """Whether the adjudicator has something to do."""
        return self.state == "disputed" or (self.gold and self.state == "agreed")

    @property
    def decided(self) -> Given | None:
        """What is taken for its code: of the adjudicator, of two alike, of one alone.

        None while it is open, waiting or disputed. That one person alone is right is
        not known: whoever measures must not take `single` for the truth.
        """
        if self.state not in ("settled", "agreed", "single"):
            return None
        return self.given.get(ADJUDICATOR) or self.given[min(self.given)]


def answer_states(connection: Connection) -> dict[int, AnswerState]:
    """The state of every answer, by its id.

    Args:
        connection: Of `QueueDatabase.reading()`.
    """
    found = connection.execute(
        sa.select(answers.c.id, answers.c.seats, answers.c.gold).order_by(
            answers.c.place
        )
    )
    states = {row.id: AnswerState(row.id, row.seats, row.gold, {}) for row in found}
    standing = sa.select(decisions).where(decisions.c.replaced_at.is_(None))
    for row in connection.execute(standing.order_by(decisions.c.id)):
        given = Given(row.id, row.person, row.outcome, row.node)
        states[row.answer].given[row.seat] = given
    return states
