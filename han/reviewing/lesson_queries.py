"""What a queue teaches: decided answers, who said what of a text, what was done."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from han.reviewing.answer_states import ADJUDICATOR, AnswerState, answer_states
from han.reviewing.decided_view import VIEW
from han.reviewing.queue_tables import answers, codes, strata, texts

RANDOM = ("sample", "check")  # parts that were drawn at random


@dataclass(frozen=True)
class StratumWork:
    """What was done of the answers that were drawn from a stratum.

    Attributes:
        name: Its name.
        answers: Distinct answers in it.
        drawn: Answers that were drawn from it at random.
        done: Those with a decision that stands, a code or none.
        disputed: Those on which coders differ, and nobody has settled it.
    """

    name: str
    answers: int
    drawn: int
    done: int
    disputed: int


def decided_table(connection: Connection) -> pd.DataFrame:
    """The view `decided` in the order of its answers, with the stratum of each.

    Args:
        connection: Of `QueueDatabase.reading()`.
    """
    view = sa.Table(VIEW, sa.MetaData(), autoload_with=connection)
    wanted = (
        sa.select(view, answers.c.stratum)
        .join(answers, answers.c.id == view.c.answer)
        .order_by(answers.c.id)
    )
    found = connection.execute(wanted)
    return pd.DataFrame(found.all(), columns=list(found.keys()))


def code_votes(connection: Connection, field: str) -> pd.DataFrame:
    """How many people gave an answer which code: `text`, `code`, `votes`, `part`.

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
        (row.text, names[node], votes, row.part)
        for row in connection.execute(wanted)
        for node, votes in _votes(states[row.id]).items()
    ]
    return pd.DataFrame(rows, columns=["text", "code", "votes", "part"])


def _votes(state: AnswerState) -> Counter[int]:
    given = Counter(g.node for g in state.given.values() if g.node is not None)
    last = state.given.get(ADJUDICATOR)
    if last is None:
        return given
    return Counter({node: n for node, n in given.items() if node == last.node})


def random_work(connection: Connection) -> list[StratumWork]:
    """What was done of the random parts, by stratum; forgotten answers do not count.

    Args:
        connection: Of `QueueDatabase.reading()`.
    """
    known = sa.select(texts.c.answer)
    wanted = sa.select(answers.c.id, answers.c.stratum).where(
        answers.c.part.in_(RANDOM), answers.c.id.in_(known)
    )
    states, drawn = answer_states(connection), Counter[str]()
    done, disputed = Counter[str](), Counter[str]()
    for row in connection.execute(wanted):
        drawn[row.stratum] += 1
        done[row.stratum] += states[row.id].decided is not None
        disputed[row.stratum] += states[row.id].state == "disputed"
    sizes = sa.select(strata.c.name, strata.c.answers).order_by(strata.c.name)
    return [
        StratumWork(name, number, drawn[name], done[name], disputed[name])
        for name, number in connection.execute(sizes)
        if drawn[name]
    ]
