"""An example queue that two coders and an adjudicator have coded."""

from datetime import datetime, timedelta

import numpy as np
import sqlalchemy as sa

from han.reviewing.queue_tables import answers, decisions, people
from support.example_queue import make_example_queue, true_nodes

PEOPLE = {1: ("ana", "coder"), 2: ("beto", "coder"), 3: ("carla", "adjudicator")}
BEGIN = datetime(2026, 11, 30, 9)


def make_decided_queue(place, count=60, batches=99, error=0.1, seed=0):
    """A queue whose first batches are coded; the adjudicator is right.

    Args:
        place: Where it is made.
        count: Answers.
        batches: Number of batches that are coded.
        error: Chance that a coder takes another code.
        seed: Of what is drawn.

    Returns:
        QueueDatabase: Of `place`.
    """
    queue = make_example_queue(place, count)
    truth, chance = true_nodes(queue), np.random.default_rng(seed)
    nodes = sorted(set(truth.values()))
    with queue.reading() as connection:
        drawn = connection.execute(sa.select(answers).order_by(answers.c.place)).all()
    given, clock = [], BEGIN
    for row in drawn:
        if row.batch > batches:
            break
        coded = []
        for seat in range(1, row.seats + 1):
            errs = chance.random() < error
            coded.append(int(chance.choice(nodes)) if errs else truth[row.id])
            clock += timedelta(seconds=20)
            person = 1 + (row.id + seat) % 2
            given.append(_decision(row, seat, person, coded[-1], clock))
        if row.seats == 2 and (row.gold or coded[0] != coded[1]):
            given.append(_decision(row, 3, 3, truth[row.id], clock))
    with queue.writing() as connection:
        for number, (name, role) in PEOPLE.items():
            person = {"id": number, "name": name, "role": role, "password": "-"}
            more = {"active": True, "made_at": BEGIN}
            connection.execute(sa.insert(people), person | more)
        connection.execute(sa.insert(decisions), given)
    return queue


def _decision(row, seat, person, node, clock):
    """A decision that took 15 seconds."""
    known = [candidate for candidate, _ in row.candidates]
    rank = known.index(node) + 1 if row.suggestions and node in known else None
    return {
        "answer": row.id,
        "seat": seat,
        "person": person,
        "outcome": "code",
        "node": node,
        "way": "candidate" if rank else "search",
        "rank": rank,
        "suggestions": row.suggestions,
        "shown_at": clock - timedelta(seconds=15),
        "decided_at": clock,
        "seconds": 15.0,
    }
