"""Decisions on the answers of a queue, without a page."""

import sqlalchemy as sa

from han.reviewing.queue_database import now
from han.reviewing.queue_tables import comments, decisions, people

NOBODY = "no password"


def add_people(queue, names=("ana", "beto", "carla")):
    """Coders, the last of them an adjudicator; their ids are 1, 2, 3."""
    rows = [
        {
            "id": number,
            "name": name,
            "role": "adjudicator" if number == len(names) else "coder",
            "password": NOBODY,
            "active": True,
            "made_at": now(),
        }
        for number, name in enumerate(names, 1)
    ]
    with queue.writing() as connection:
        connection.execute(sa.insert(people), rows)


def decide(queue, answer, seat, node, *, comment=None, replaced=False):
    """A decision of person `seat` at this seat; without a node it cannot be coded."""
    row = {
        "answer": answer,
        "seat": seat,
        "person": seat,
        "outcome": "uncodable" if node is None else "code",
        "node": node,
        "way": "search",
        "suggestions": True,
        "decided_at": now(),
        "seconds": 10.0,
        "replaced_at": now() if replaced else None,
    }
    with queue.writing() as connection:
        made = connection.execute(sa.insert(decisions).values(row))
        if comment:
            said = {"decision": made.inserted_primary_key[0], "text": comment}
            connection.execute(sa.insert(comments).values(said))


def decide_all(queue, nodes):
    """Every seat of every answer decides as given, by answer; adjudicators do not."""
    from han.reviewing.queue_tables import answers

    with queue.reading() as connection:
        seats = connection.execute(sa.select(answers.c.id, answers.c.seats)).all()
    for answer, number in seats:
        for seat in range(1, number + 1):
            decide(queue, answer, seat, nodes[answer])
