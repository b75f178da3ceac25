"""What somebody is shown of an answer, and how far the work is."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from rapidfuzz import fuzz, process
from sqlalchemy.engine import Connection

from han.reviewing.answer_states import ADJUDICATOR
from han.reviewing.assignment import Desk, left_to_adjudicate, seats_of
from han.reviewing.decision_store import OwnDecision, own_decisions
from han.reviewing.people import Person
from han.reviewing.queue_database import QueueDatabase, now
from han.reviewing.queue_tables import answers, comments, decisions, seats, texts

NEAR = 85  # of 100: nearly equal texts
REMEMBERED = 1000  # own decisions among which nearly equal texts are looked for
SHOWN_NEAR = 3
LAST = 20  # decisions that make the pace

Evidence = list[tuple[int, int, float]]


@dataclass(frozen=True)
class ShownAnswer:
    """An answer.

    Attributes:
        id: Its id.
        batch: From 1.
        fields: Name, text, and what speaks for the first candidate: first character,
            the one after the last, weight.
        suggestions: Whether candidates, evidence and earlier decisions may be shown.
        candidates: Nodes and probabilities, the best first.
    """

    id: int
    batch: int
    fields: list[tuple[str, str, Evidence]]
    suggestions: bool
    candidates: list[tuple[int, float]]

    @property
    def text(self) -> str:
        """All of it."""
        return " ".join(text for _, text, _ in self.fields)


@dataclass(frozen=True)
class CoderSaid:
    """A decision that an adjudicator looks at; whose it is stays hidden.

    Attributes:
        decision: Its id: the coder may say something else meanwhile.
        node: The code's node; None if it could not be coded.
        comment: May be empty.
    """

    decision: int
    node: int | None
    comment: str


@dataclass(frozen=True)
class NearAnswer:
    """A nearly equal answer that the same person decided.

    Attributes:
        text: All of its fields.
        node: The code's node; None if it could not be coded.
    """

    text: str
    node: int | None


@dataclass(frozen=True)
class Progress:
    """How far the work is.

    Attributes:
        batch: The last one that the person has come to.
        done: Answers of it that are no longer open for this person.
        wanted: All of its answers.
        batches: In the queue.
        waiting: Answers that wait for an adjudicator; 0 at the other desk.
        own: Decisions of this person in the last 24 hours.
        pace: Median seconds of their last ones; None if not known.
    """

    batch: int
    done: int
    wanted: int
    batches: int
    waiting: int
    own: int
    pace: float | None


def shown_answer(queue: QueueDatabase, answer: int) -> ShownAnswer:
    """Reads an answer with its texts; after `--forget` it has none."""
    with queue.reading() as connection:
        row = connection.execute(sa.select(answers).where(answers.c.id == answer)).one()
        found = connection.execute(
            sa.select(texts).where(texts.c.answer == answer).order_by(texts.c.place)
        ).all()
    return ShownAnswer(
        row.id,
        row.batch,
        [(f.field, f.text, [(a, b, w) for a, b, w in f.evidence]) for f in found],
        row.suggestions,
        [(node, probability) for node, probability in row.candidates],
    )


def said_by_coders(queue: QueueDatabase, answer: int) -> list[CoderSaid]:
    """What the coders of an answer said, in an order that tells nothing of them."""
    wanted = (
        sa.select(decisions.c.id, decisions.c.node, comments.c.text)
        .outerjoin(comments, comments.c.decision == decisions.c.id)
        .where(decisions.c.answer == answer, decisions.c.replaced_at.is_(None))
        .where(decisions.c.seat != ADJUDICATOR)
        .order_by(decisions.c.seat)
    )
    with queue.reading() as connection:
        rows = connection.execute(wanted).all()
    found = [CoderSaid(row.id, row.node, row.text or "") for row in rows]
    return found[::-1] if answer % 2 else found


def near_answers(
    queue: QueueDatabase, person: Person, answer: ShownAnswer
) -> list[NearAnswer]:
    """Nearly equal answers that the person coded, the nearest first.

    As alike as `rapidfuzz.fuzz.token_sort_ratio` says: letters in common, in any order
    of words. Only their own: what others said must not sway them.
    """
    own = {d.answer: d for d in own_decisions(queue, person, "code", REMEMBERED)}
    own.pop(answer.id, None)
    known = _texts_of(queue, own)
    best = process.extract(
        answer.text.casefold(),
        {key: text.casefold() for key, text in known.items()},
        scorer=fuzz.token_sort_ratio,
        score_cutoff=NEAR,
        limit=SHOWN_NEAR,
    )
    return [NearAnswer(known[key], own[key].node) for _, _, key in best]


def _texts_of(queue: QueueDatabase, own: dict[int, OwnDecision]) -> dict[int, str]:
    wanted = (
        sa.select(texts.c.answer, texts.c.text)
        .where(texts.c.answer.in_(list(own)))
        .order_by(texts.c.answer, texts.c.place)
    )
    found: dict[int, str] = {}
    with queue.reading() as connection:
        for answer, text in connection.execute(wanted):
            found[answer] = f"{found[answer]} {text}" if answer in found else text
    return found


def progress(queue: QueueDatabase, person: Person, desk: Desk, answer: int) -> Progress:
    """How far the batch is that somebody has come to, and what they have done.

    An answer of an earlier batch does not lead back to it, and answers are counted, not
    seats: else the page would tell which answers two people code.
    """
    own = own_decisions(queue, person, desk, REMEMBERED)
    day = now() - timedelta(hours=24)
    times = [d.seconds for d in own[:LAST] if d.seconds is not None]
    last = sa.select(sa.func.max(answers.c.batch))
    sat = sa.select(seats.c.answer).where(seats.c.person == person.id, seats_of(desk))
    here = answers.c.id.in_(sat.where(~seats.c.exported)) | (answers.c.id == answer)
    with queue.reading() as connection:
        batches = connection.execute(last).scalar_one()
        batch = connection.execute(last.where(here)).scalar_one()
        done, wanted = _done(connection, person, batch)
        is_third = desk == "adjudicate"
        waiting = left_to_adjudicate(connection, person) if is_third else 0
    today = sum(d.decided_at > day for d in own)
    pace = statistics.median(times) if times else None
    return Progress(batch, done, wanted, batches, waiting, today, pace)


def _done(connection: Connection, person: Person, batch: int) -> tuple[int, int]:
    """Answers of a batch that this person need not code any more, and all of them."""
    mine = sa.func.max(sa.case((decisions.c.person == person.id, 1), else_=0))
    standing = decisions.c.replaced_at.is_(None) & (decisions.c.seat != ADJUDICATOR)
    wanted = (
        sa.select(answers.c.seats, sa.func.count(decisions.c.id), mine)
        .outerjoin(decisions, (decisions.c.answer == answers.c.id) & standing)
        .where(answers.c.batch == batch)
        .group_by(answers.c.id, answers.c.seats)
    )
    found = connection.execute(wanted).all()
    return sum(bool(own) or given >= most for most, given, own in found), len(found)
