"""What a queue teaches: decided answers, who said what of a text, what was done."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from han.reviewing.answer_states import ADJUDICATOR, AnswerState, answer_states
from han.reviewing.decided_view import VIEW
from han.reviewing.queue_tables import answers, codes, skips, strata, texts

_SKIPPED = sa.select(skips.c.answer)
RANDOM = ("sample", "check")  # parts that were drawn at random


@dataclass(frozen=True)
class StratumWork:
    """What was done of the answers that were drawn from a stratum.

    Attributes:
        name: Its name.
        answers: Distinct answers in it.
        drawn: Answers that were drawn from it at random.
        done: Those of batches that are through with a decision that stands, a code or
            none.
        disputed: Those on which coders differ, and nobody has settled it.
    """

    name: str
    answers: int
    drawn: int
    done: int
    disputed: int


def decided_table(connection: Connection) -> pd.DataFrame:
    """The view `decided` in the order of its answers, with stratum and batch of each.

    Args:
        connection: Of `QueueDatabase.reading()`.
    """
    view = sa.Table(VIEW, sa.MetaData(), autoload_with=connection)
    wanted = (
        sa.select(view, answers.c.stratum, answers.c.batch)
        .join(answers, answers.c.id == view.c.answer)
        .order_by(answers.c.id)
    )
    found = connection.execute(wanted)
    return pd.DataFrame(found.all(), columns=list(found.keys()))


def code_votes(connection: Connection, field: str) -> pd.DataFrame:
    """Who gave an answer which code: `text`, `code`, `person`, `part`.

    Where an adjudicator decided, only votes for his code count, and his own. Decisions
    that it cannot be coded are none. Codes of disputed answers are there, too: they say
    that the text does not mean one code.

    Args:
        connection: Of `QueueDatabase.reading()`.
        field: The text field.
    """
    wanted = (
        sa.select(answers.c.id, texts.c.text, answers.c.part)
        .join(texts, texts.c.answer == answers.c.id)
        .where(texts.c.field == field)
        .order_by(answers.c.id)
    )
    states = answer_states(connection)
    names = dict(connection.execute(sa.select(codes.c.node, codes.c.code)).all())
    rows = [
        (row.text, names[node], person, row.part)
        for row in connection.execute(wanted)
        for node, person in _votes(states[row.id])
    ]
    return pd.DataFrame(rows, columns=["text", "code", "person", "part"])


def repeated_codes(connection: Connection) -> set[str]:
    """Codes that stand under several parents: alone they name no node."""
    code = codes.c.code
    found = sa.select(code).group_by(code).having(sa.func.count() > 1)
    return set(connection.scalars(found))


def _votes(state: AnswerState) -> list[tuple[int, int]]:
    """Nodes, and the person who gave each."""
    given = [(g.node, g.person) for g in state.given.values() if g.node is not None]
    last = state.given.get(ADJUDICATOR)
    return [one for one in given if last is None or one[0] == last.node]


def batches_through(connection: Connection) -> set[int]:
    """Batches in which no coder is awaited: all answers are decided, or skipped.

    Inside a batch answers stand by predicted code, so those of one that is half done
    are no random part of it.
    """
    states, skipped = answer_states(connection), set(connection.scalars(_SKIPPED))
    batches = dict(connection.execute(sa.select(answers.c.id, answers.c.batch)).all())
    waiting = {
        batches[answer]
        for answer, state in states.items()
        if state.state in ("open", "waiting") and answer not in skipped
    }
    return {*batches.values()} - waiting


def random_work(connection: Connection) -> list[StratumWork]:
    """What was done of the random parts, by stratum; forgotten answers do not count.

    Args:
        connection: Of `QueueDatabase.reading()`.
    """
    known, through = sa.select(texts.c.answer), batches_through(connection)
    wanted = sa.select(answers.c.id, answers.c.stratum, answers.c.batch).where(
        answers.c.part.in_(RANDOM), answers.c.id.in_(known)
    )
    states, drawn = answer_states(connection), Counter[str]()
    done, disputed = Counter[str](), Counter[str]()
    for row in connection.execute(wanted):
        drawn[row.stratum] += 1
        if row.batch in through:
            done[row.stratum] += states[row.id].decided is not None
        disputed[row.stratum] += states[row.id].state == "disputed"
    sizes = sa.select(strata.c.name, strata.c.answers).order_by(strata.c.name)
    return [
        StratumWork(name, number, drawn[name], done[name], disputed[name])
        for name, number in connection.execute(sizes)
        if drawn[name]
    ]
