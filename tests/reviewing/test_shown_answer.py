"""What is shown beside an answer."""

import sqlalchemy as sa
from support.example_queue import make_example_queue
from support.site_visits import with_people

from han.reviewing.assignment import next_answer
from han.reviewing.decision_store import Choice, decide
from han.reviewing.queue_codes import QueueCodes
from han.reviewing.queue_database import now
from han.reviewing.queue_tables import seats, texts
from han.reviewing.shown_answer import (
    near_answers,
    progress,
    said_by_coders,
    shown_answer,
)


def test_nearly_equal_answers_are_ones_own_the_nearest_first(queue_place):
    queue = make_example_queue(queue_place, 12)
    people = with_people(queue, ana="coder", eva="coder")
    told = {1: "Vende TORTILLAS a mano", 2: "vende tortillas de mano", 4: "maneja taxi"}
    with queue.writing() as connection:
        connection.execute(sa.delete(texts).where(texts.c.place > 0))
        for answer, text in {**told, 5: "vende tortillas a mano"}.items():
            mine = texts.c.answer == answer
            connection.execute(sa.update(texts).where(mine).values(text=text))
    for node in (7, 8, 9, 10):
        answer = next_answer(queue, people["ana"], "code")
        decide(queue, people["ana"], "code", answer, Choice(node, "search"))
    shown = shown_answer(queue, 5)
    near = near_answers(queue, people["ana"], shown)
    assert [(n.text, n.node) for n in near] == [(told[1], 7), (told[2], 8)]
    assert near_answers(queue, people["eva"], shown) == []


def test_coders_stand_in_either_order_and_without_names(queue_place):
    queue = make_example_queue(queue_place, 30)
    people = with_people(queue, ana="coder", eva="coder")
    for name, node in (("ana", 1), ("eva", 2)):
        while (answer := next_answer(queue, people[name], "code")) is not None:
            choice = Choice(node, "search", comment=f"node {node}")
            decide(queue, people[name], "code", answer, choice)
    said = {a: [s.node for s in said_by_coders(queue, a)] for a in (3, 13, 23)}
    assert set(map(tuple, said.values())) == {(2, 1)}  # odd ids
    with queue.writing() as connection:
        connection.execute(sa.text("UPDATE decisions SET answer = 4 WHERE answer = 3"))
    assert [s.comment for s in said_by_coders(queue, 4)][-2:] == ["node 1", "node 2"]


def test_progress_counts_answers_that_are_left_for_this_person(queue_place):
    queue = make_example_queue(queue_place, 12)
    people = with_people(queue, ana="coder", eva="coder")
    for name, times in (("ana", 3), ("eva", 1)):
        for _ in range(times):
            answer = next_answer(queue, people[name], "code")
            decide(queue, people[name], "code", answer, Choice(None, "none"))
    found = progress(queue, people["ana"], "code", 3)  # of two seats
    assert (found.batch, found.done, found.wanted) == (2, 2 - (answer == 3), 2)
    assert (found.batches, found.own) == (6, 3)
    assert 0 <= found.pace < 60
    assert progress(queue, people["eva"], "adjudicate", 3).pace is None


def test_progress_does_not_lead_back_to_an_earlier_batch(queue_place):
    queue = make_example_queue(queue_place, 12)
    ana = with_people(queue, ana="coder")["ana"]
    with queue.writing() as connection:
        for answer in (11, 3):  # the second seat of 3
            row = {"answer": answer, "seat": 2, "person": ana.id, "taken_at": now()}
            connection.execute(sa.insert(seats), row)
    assert progress(queue, ana, "code", 3).batch == 6


def test_the_code_list_is_a_tree(queue_place):
    codes = QueueCodes(make_example_queue(queue_place, 12))
    assert [codes[node].code for node in codes.top] == ["5", "7", "9"]
    leaf = next(code for code in codes if code.code == "721")
    assert [code.code for code in codes.path(leaf.node)] == ["7", "72", "721"]
    assert [c.code for c in codes.children(leaf.parent)] == ["721", "722", "723"]
    assert codes[leaf.parent].is_partial and not leaf.is_partial
