"""Second seats at the end of a queue are hidden, wherever its doubles stand."""

import random
from collections import Counter

import pytest
import sqlalchemy as sa
from support.example_queue import make_example_queue
from support.site_visits import with_people

from han.reviewing import assignment
from han.reviewing.assignment import next_answer, skip
from han.reviewing.decision_store import Choice, decide
from han.reviewing.queue_tables import answers

DOUBLES = {
    "first": range(1, 6),
    "last": range(21, 26),
    "every fifth": range(3, 26, 5),
    "random": [4, 9, 19, 22, 25],
}


LAST = pytest.mark.parametrize("queue", ["last"], indirect=True)


@pytest.fixture(params=DOUBLES)
def queue(request, tmp_path):
    """25 answers, of which two people code five."""
    queue = make_example_queue(tmp_path / "queue.db", 25)
    double = answers.c.id.in_(list(DOUBLES[request.param]))
    change = sa.update(answers).values(seats=sa.case((double, 2), else_=1))
    with queue.writing() as connection:
        connection.execute(change)
    return queue


def seats_of(queue):
    with queue.reading() as connection:
        return dict(connection.execute(sa.select(answers.c.id, answers.c.seats)).all())


def coders(queue, number):
    return list(with_people(queue, **dict.fromkeys("abc"[:number], "coder")).values())


def code(queue, person, most=99):
    """Somebody codes; the answers, in order."""
    done = []
    while len(done) < most and (answer := next_answer(queue, person, "code")):
        assert decide(queue, person, "code", answer, Choice(None, "none")) == "stored"
        done.append(answer)
    return done


def test_who_comes_second_gets_as_many_single_ones(queue, monkeypatch):
    monkeypatch.setattr(assignment, "CHANCE", random.Random(2))
    first, second = coders(queue, 2)
    before, after = code(queue, first), code(queue, second)
    seats = seats_of(queue)
    single = [answer for answer in after if seats[answer] == 1]
    assert len(before) == 20 and len(single) == 5 and len(after) == 10
    assert {answer for answer in before if seats[answer] == 2} <= set(after)
    order = "".join(str(seats[answer]) for answer in after)
    assert order not in {"1" * 5 + "2" * 5, "2" * 5 + "1" * 5}
    assert Counter(before + after) == seats
    assert code(queue, first) == []


@LAST
def test_one_coder_gets_everything(queue):
    assert sorted(code(queue, *coders(queue, 1))) == list(range(1, 26))


def test_two_or_three_leave_nothing_and_nobody_sees_an_answer_twice(queue):
    people, chance = coders(queue, 3), random.Random(0)
    done = {person.name: [] for person in people}
    for _ in range(12):
        person = people[chance.randrange(3)]
        done[person.name] += code(queue, person, most=2)
    for person in people * 2:  # what was kept for the first is theirs then
        done[person.name] += code(queue, person)
    assert sum(map(Counter, done.values()), Counter()) == seats_of(queue)
    assert all(len(one) == len(set(one)) for one in done.values())


@LAST
def test_somebody_who_skips_all_keeps_nothing_from_others_for_good(queue):
    idle, busy = coders(queue, 2)
    for _ in range(30):
        skip(queue, idle, next_answer(queue, idle, "code"))
    done = code(queue, busy)
    assert len(done) == 20
    for _ in range(12):
        skip(queue, idle, next_answer(queue, idle, "code"))
    assert Counter(done + code(queue, idle) + code(queue, busy)) == seats_of(queue)
