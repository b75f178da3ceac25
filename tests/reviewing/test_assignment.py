"""Who gets which answer, and what becomes of decisions."""

import random
import threading
from collections import Counter
from datetime import timedelta

import numpy as np
import pytest
import sqlalchemy as sa
from support.example_queue import make_example_queue
from support.site_visits import with_people

from han.reviewing import assignment
from han.reviewing.answer_states import answer_states
from han.reviewing.assignment import HELD, next_answer, skip
from han.reviewing.decision_store import Choice, decide, own_decisions
from han.reviewing.forgetting import forget
from han.reviewing.people import deactivate
from han.reviewing.queue_database import now
from han.reviewing.queue_tables import answers, decisions, seats, texts
from han.reviewing.sessions import close_session, open_session

NOTHING = Choice(None, "none")


def taken(node, comment=""):
    return Choice(node, "candidate", 1, True, comment)


@pytest.fixture
def queue(queue_place):
    """Twelve answers; the third is coded by two, and gold."""
    return make_example_queue(queue_place, 12)


@pytest.fixture
def people(queue):
    return with_people(queue, ana="coder", eva="coder", luz="adjudicator")


def code_all(queue, person, choice, desk="code"):
    """Somebody decides all that is left for them; the ids, in order."""
    done = []
    while (answer := next_answer(queue, person, desk)) is not None:
        assert decide(queue, person, desk, answer, choice(answer)) == "stored"
        done.append(answer)
    return done


def states(queue):
    with queue.reading() as connection:
        return answer_states(connection)


def change(queue, statement):
    with queue.writing() as connection:
        connection.execute(statement)


def test_an_answer_stays_with_whoever_holds_it(queue, people):
    ana, eva, luz = people.values()
    assert next_answer(queue, ana, "code") == next_answer(queue, ana, "code") == 1
    assert next_answer(queue, eva, "code") == 2
    assert next_answer(queue, luz, "code") == 4  # never one of two seats
    assert next_answer(queue, luz, "adjudicate") is None


def test_what_is_held_too_long_goes_to_the_next(queue, people):
    ana, eva, _ = people.values()
    assert next_answer(queue, ana, "code") == 1
    change(queue, sa.update(seats).values(until=now() - timedelta(seconds=1)))
    assert next_answer(queue, eva, "code") == 1
    assert decide(queue, ana, "code", 1, NOTHING) == "lost"
    assert decide(queue, eva, "code", 1, NOTHING) == "stored"
    assert next_answer(queue, ana, "code") == 2


def test_who_returns_late_finds_the_answer_where_nobody_took_it(queue, people):
    ana = people["ana"]
    next_answer(queue, ana, "code")
    past = now() - 2 * HELD
    change(queue, sa.update(seats).values(until=past, taken_at=past))
    assert next_answer(queue, ana, "code") == 1
    decide(queue, ana, "code", 1, NOTHING)
    assert own_decisions(queue, ana, "code", 1)[0].seconds < 60  # not the pause
    next_answer(queue, ana, "code")
    change(queue, sa.update(seats).values(taken_at=past))
    decide(queue, ana, "code", 2, NOTHING)
    assert own_decisions(queue, ana, "code", 1)[0].seconds is None


def test_two_who_race_never_get_the_same_seat(queue, people):
    ready, got = threading.Barrier(2), {}

    def work(person):
        ready.wait()
        got[person.name] = code_all(queue, person, lambda _: NOTHING)

    both = [threading.Thread(target=work, args=[people[n]]) for n in ("ana", "eva")]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    times = Counter(got["ana"] + got["eva"])
    assert times == {number: 1 + (number == 3) for number in range(1, 13)}
    with queue.reading() as connection:
        found = connection.execute(sa.select(seats.c.answer, seats.c.seat)).all()
    assert len(found) == len(set(found)) == 13


def test_what_is_skipped_comes_last_and_others_may_have_it(queue, people):
    ana, eva, _ = people.values()
    next_answer(queue, ana, "code")
    skip(queue, ana, 1)
    assert next_answer(queue, ana, "code") == 2
    skip(queue, ana, 2)
    skip(queue, ana, 2)  # a second press finds nothing
    assert next_answer(queue, eva, "code") == 1
    change(queue, sa.update(answers).values(seats=1))
    assert code_all(queue, ana, lambda _: NOTHING) == [*range(3, 13), 2]


@pytest.mark.parametrize("left", [timedelta(days=3), HELD / 2])
def test_what_was_exported_to_a_person_is_not_on_their_page(queue, people, left):
    ana, eva, _ = people.values()
    until = now() + left
    export = {**_seat(1, 1, ana), "until": until, "exported": True}
    change(queue, sa.insert(seats).values(export))
    assert next_answer(queue, ana, "code") == 2
    token = open_session(queue, ana)
    skip(queue, ana, 1)
    close_session(queue, token, ana)
    assert next_answer(queue, eva, "code") == 2
    with queue.reading() as connection:
        kept = connection.execute(sa.select(seats.c.until, seats.c.answer)).first()
    assert kept == (until, 1)


def test_signing_out_keeps_what_another_browser_shows(queue, people):
    ana, eva, _ = people.values()
    both = [open_session(queue, ana) for _ in range(2)]
    next_answer(queue, ana, "code")
    close_session(queue, both[0], ana)
    assert next_answer(queue, eva, "code") == 2
    close_session(queue, both[1], ana)
    skip(queue, eva, 2)
    assert next_answer(queue, eva, "code") == 1


def test_second_seats_come_among_first_ones(queue_place, monkeypatch):
    queue = make_example_queue(queue_place, 60)
    ana, eva = with_people(queue, ana="coder", eva="coder").values()
    for _ in range(25):
        decide(queue, ana, "code", next_answer(queue, ana, "code"), NOTHING)
    monkeypatch.setattr(assignment, "CHANCE", random.Random(0))
    done = code_all(queue, eva, lambda _: NOTHING)
    second = [k for k, answer in enumerate(done) if answer <= 25]
    assert sorted(done) == [3, 13, 23, *range(26, 58)]
    assert second[0] > 0 and min(np.diff(second)) > 1
    # The last ones were kept for ana: they hide her second seats.
    assert sorted(code_all(queue, ana, lambda _: NOTHING)) == [33, 43, 53, 58, 59, 60]
    assert next_answer(queue, eva, "code") is None


def test_nothing_is_kept_for_nobody(queue, people):
    ana = people["ana"]
    assert code_all(queue, ana, lambda _: NOTHING) == [*range(1, 12)]
    deactivate(queue, "eva")
    assert code_all(queue, ana, lambda _: NOTHING) == [12]


def test_a_comment_on_what_was_forgotten_is_not_kept(queue, people):
    ana = people["ana"]
    next_answer(queue, ana, "code")
    forget(queue)
    assert decide(queue, ana, "code", 1, taken(4, "vende tacos")) == "stored"
    assert own_decisions(queue, ana, "code", 1)[0].comment == ""


def test_a_clock_that_was_put_back_measures_nothing(queue, people):
    ana = people["ana"]
    next_answer(queue, ana, "code")
    change(queue, sa.update(seats).values(taken_at=now() + HELD))
    decide(queue, ana, "code", 1, NOTHING)
    assert own_decisions(queue, ana, "code", 1)[0].seconds is None


def test_what_was_forgotten_is_given_to_nobody(queue, people):
    change(queue, sa.delete(texts).where(texts.c.answer == 1))
    assert next_answer(queue, people["ana"], "code") == 2


def test_a_change_takes_the_place_of_a_decision_and_a_second_press_does_not(
    queue, people
):
    ana = people["ana"]
    next_answer(queue, ana, "code")
    assert decide(queue, ana, "code", 1, taken(4, " ¿taller? ")) == "stored"
    assert decide(queue, ana, "code", 1, taken(5)) == "known"
    (own,) = own_decisions(queue, ana, "code", 9)
    assert (own.node, own.comment) == (4, "¿taller?")
    assert decide(queue, ana, "code", 1, NOTHING, replaces=own.id) == "stored"
    assert decide(queue, ana, "code", 1, taken(6), replaces=own.id) == "known"
    with queue.reading() as connection:
        kept = connection.execute(sa.select(decisions)).all()
    assert [(row.node, row.replaced_at is None) for row in kept] == [
        (4, False),
        (None, True),
    ]
    assert kept[0].seconds is not None and kept[1].seconds is None


@pytest.mark.parametrize("differ", [True, False])
def test_adjudicators_get_what_coders_differ_on_and_gold(queue_place, differ):
    queue = make_example_queue(queue_place, 60)
    change(queue, sa.delete(answers).where(answers.c.place % 10 != 3))  # of one coder
    people = with_people(queue, ana="coder", eva="coder", luz="adjudicator")
    ana, eva, luz = people.values()
    first = {}
    code_all(queue, ana, lambda answer: first.setdefault(answer, taken(answer % 20)))
    assert next_answer(queue, luz, "adjudicate") is None  # one of two is not enough
    node = 21 if differ else None
    code_all(queue, eva, lambda a: taken(node or first[a].node))
    wanted = [a for a, s in states(queue).items() if s.needs_adjudicator]
    assert len(wanted) == (6 if differ else 2)  # 3, 13, ..; gold: 3, 53
    assert next_answer(queue, luz, "adjudicate") == 3
    own = next(d for d in own_decisions(queue, ana, "code", 99) if d.answer == 3)
    # While the adjudicator looks a change is taken, and told of no one.
    assert decide(queue, ana, "code", 3, NOTHING, replaces=own.id) == "stored"
    assert code_all(queue, luz, lambda _: taken(9), "adjudicate") == wanted
    assert {s.state for s in states(queue).values()} <= {"agreed", "settled"}
    assert states(queue)[3].decided.node == 9
    own = next(d for d in own_decisions(queue, ana, "code", 99) if d.answer == 3)
    assert own.is_change
    assert decide(queue, ana, "code", 3, taken(4), replaces=own.id) == "closed"
    assert decide(queue, ana, "code", 3, NOTHING, replaces=own.id) == "known"


def test_nobody_adjudicates_what_they_coded(queue, people):
    _, eva, luz = people.values()
    change(queue, sa.update(answers).values(seats=2))
    change(queue, sa.insert(seats).values(_seat(1, 1, luz)))
    decide(queue, luz, "code", 1, taken(3))
    change(queue, sa.insert(seats).values(_seat(1, 2, eva)))
    decide(queue, eva, "code", 1, taken(4))
    assert states(queue)[1].state == "disputed"
    assert next_answer(queue, luz, "adjudicate") is None
    assert decide(queue, luz, "adjudicate", 1, taken(3)) == "lost"


def _seat(answer, seat, person):
    at = now()
    return {
        "answer": answer,
        "seat": seat,
        "person": person.id,
        "taken_at": at,
        "until": at + HELD,
    }
