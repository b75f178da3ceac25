"""Files of several people: what each may hold, and what comes back of whom."""

import shlex
import unicodedata
from datetime import timedelta

import pandas as pd
import pytest
import sqlalchemy as sa
from support.example_queue import NODES, make_example_queue
from support.filled_files import asked, exported, filled, imported, rows_of

from han.commands import review_export_command
from han.errors import InputError
from han.reviewing.forgetting import forget
from han.reviewing.people import deactivate
from han.reviewing.queue_database import now
from han.reviewing.queue_tables import (
    answers,
    codes,
    comments,
    decisions,
    people,
    seats,
)


@pytest.fixture
def queue(queue_place):
    return make_example_queue(queue_place)


def test_no_file_holds_nothing_but_what_two_code(queue, tmp_path):
    first = exported(queue, tmp_path / "a.csv", "--batches", "1-3")
    assert set(pd.read_csv(first)["id"]) == set(range(1, 31))
    double = {row.id for row in rows_of(queue, answers) if row.seats == 2}
    assert double & set(range(1, 31))
    with pytest.raises(InputError, match="nothing is left for 'eva'"):
        exported(queue, tmp_path / "c.csv", "--batches", "1-3", person="eva")
    with queue.writing() as connection:  # the deadline of the first is over
        ana = sa.select(people.c.id).where(people.c.name == "ana").scalar_subquery()
        late = sa.update(seats).where(seats.c.person == ana).values(until=now())
        connection.execute(late)
    third = exported(queue, tmp_path / "c.csv", "--batches", "1", person="eva")
    assert set(pd.read_csv(third)["id"]) == set(range(1, 11))
    with pytest.raises(InputError, match="nothing was taken in"):
        filled(first, {1: {"final_code": "511"}})
        imported(queue, first)


def test_who_shares_batches_codes_some_answers_twice(queue, tmp_path):
    with queue.writing() as connection:
        twice = sa.update(answers).where(answers.c.id % 10 == 5).values(seats=2)
        connection.execute(twice)
    double = {row.id for row in rows_of(queue, answers) if row.seats == 2}
    with pytest.raises(InputError, match="--share must be above 0"):
        exported(queue, tmp_path / "no.csv", "--share", "0")
    first = exported(queue, tmp_path / "a.csv", "--share", "0.5")
    second = exported(queue, tmp_path / "b.csv", person="bea")
    found = [set(pd.read_csv(file)["id"]) for file in (first, second)]
    assert double <= found[0] and found[0] | found[1] == set(range(1, 61))
    both = found[0] & found[1]
    assert both <= double
    alone = [row.id for row in rows_of(queue, answers) if row.id in found[1] - both]
    batch = {row.id: row.batch for row in rows_of(queue, answers)}
    for one in both:  # a single answer of the batch before it, and one behind it
        around = [k for k in alone if batch[k] == batch[one]]
        assert min(around) < one < max(around)


def test_what_the_page_left_over_is_no_sign_of_two(queue, tmp_path):
    with queue.writing() as connection:
        ana = {"name": "ana", "role": "coder", "password": "!", "active": True}
        connection.execute(sa.insert(people), ana | {"id": 1, "made_at": now()})
        row = {"seat": 1, "person": 1, "taken_at": now(), "until": None}
        done = [row | {"answer": number} for number in range(1, 6)]
        connection.execute(sa.insert(seats), done)
        connection.execute(sa.update(answers).values(seats=1))
        twice = sa.update(answers).where(answers.c.id == 3).values(seats=2)
        connection.execute(twice)
    file = exported(queue, tmp_path / "b.csv", "--batches", "1", person="bea")
    assert set(pd.read_csv(file)["id"]) == set(range(6, 11))


def test_a_file_is_one_persons_and_not_written_over(queue, tmp_path, capsys):
    for ending in ("csv", "json"):
        file = exported(queue, tmp_path / f"a.{ending}", "--batches", "1")
        filled(file, {1: {"final_code": "511"}})
        kept = file.read_bytes()
        exported(queue, tmp_path / f"b.{ending}", "--batches", "2", person="bea")
        with pytest.raises(InputError, match="nothing was taken in"):
            imported(queue, file, person="bea")
        assert capsys.readouterr().out.count("the row is not of bea") == 10
        with pytest.raises(InputError, match="such a file already"):
            exported(queue, file, "--batches", "1")
        assert file.read_bytes() == kept
    assert not rows_of(queue, decisions)


def test_what_comes_next_can_be_copied_into_a_terminal(queue, tmp_path, capsys):
    file = exported(queue, tmp_path / "con espacio.csv", person="Ana Ruiz")
    said = capsys.readouterr().out
    words = shlex.split(said.splitlines()[-1])  # an address of PostgreSQL has ? and &
    assert words[-4:] == [queue.place, str(file), "--person", "Ana Ruiz"]


def test_what_the_page_decided_stands_against_a_file(queue, tmp_path, capsys):
    file = exported(queue, tmp_path / "a.csv", "--batches", "1")
    filled(file, {1: {"final_code": "511"}, 2: {"final_code": "512"}})
    assert imported(queue, file) == 0
    with queue.writing() as connection:
        own = sa.update(decisions).where(decisions.c.answer == 1)
        connection.execute(own.values(way="search"))
    assert imported(queue, file) == 0  # it says the same
    with queue.writing() as connection:
        own = sa.update(decisions).where(decisions.c.answer == 1)
        connection.execute(own.values(node=NODES["513"]))
    with pytest.raises(InputError, match="nothing was taken in"):
        imported(queue, file)
    assert (
        "row 2 (answer 1): answer 1 was decided on the page" in capsys.readouterr().out
    )
    found = {row.answer: row.node for row in rows_of(queue, decisions)}
    assert found == {1: NODES["513"], 2: NODES["512"]}


def test_an_older_file_does_not_undo_a_later_one(queue, tmp_path, capsys, monkeypatch):
    old = exported(queue, tmp_path / "old.csv", "--batches", "1")
    later = now() + timedelta(minutes=5)
    monkeypatch.setattr(review_export_command, "now", lambda: later)
    new = exported(queue, tmp_path / "new.xlsx", "--batches", "1")
    filled(new, {1: {"final_code": "511"}, 2: {"final_code": "512"}})
    assert imported(queue, new) == 0
    cells = {1: {"final_code": "513"}, 2: {"final_code": "512"}}
    filled(old, cells | {3: {"uncodable": "x"}})
    assert imported(queue, old, "--accept-rest") == 0
    said = capsys.readouterr().out
    assert "row 2 (answer 1): the file is of 20" in said and "row 3" not in said
    assert "1 decision of ana taken in, 0 in place of earlier ones; 1 as before" in said
    filled(new, {1: {"final_code": "521"}})
    assert imported(queue, new) == 0  # its own decision it may change
    assert "1 decision of ana taken in, 1 in place" in capsys.readouterr().out
    found = {r.answer: r.node for r in rows_of(queue, decisions) if not r.replaced_at}
    assert found == {1: NODES["521"], 2: NODES["512"], 3: None}
    filled(new, {1: {"exported": "yesterday"}})
    with pytest.raises(InputError, match=r"nothing was taken in \(1 fault, "):
        imported(queue, new)
    assert (
        "row 2 (answer 1): `exported` is not what went out" in capsys.readouterr().out
    )


def test_what_is_not_filled_in_is_given_back(queue, tmp_path, capsys):
    file = exported(queue, tmp_path / "a.csv", "--batches", "1")
    exported(queue, tmp_path / "b.csv", "--batches", "2")
    filled(file, {1: {"final_code": "511"}})
    assert imported(queue, file, "--give-back") == 0
    assert "9 answers given back of ana" in capsys.readouterr().out
    kept = {row.answer: row.until is None for row in rows_of(queue, seats)}
    assert kept == {1: True, **dict.fromkeys(range(11, 21), False)}
    assert set(pd.read_csv(exported(queue, tmp_path / "c.csv", person="eva"))["id"])
    asked("import", queue.place, "--person", "ana", "--give-back")  # a file was lost
    assert "10 answers given back of ana" in capsys.readouterr().out
    for more in ([], ["--give-back", "--accept-rest"]):
        with pytest.raises(InputError, match="There is no file"):
            asked("import", queue.place, "--person", "ana", *more)


def test_what_an_adjudicator_decided_on_stays(queue, tmp_path, capsys):
    file = exported(queue, tmp_path / "a.xlsx", "--batches", "1")
    filled(file, {1: {"final_code": "511"}})
    imported(queue, file)
    with queue.writing() as connection:
        settled = {"answer": 1, "seat": 3, "person": 1, "outcome": "code", "node": 3}
        settled |= {"way": "search", "suggestions": False, "decided_at": now()}
        connection.execute(sa.insert(decisions), settled)
    assert imported(queue, file) == 0  # it says the same
    filled(file, {1: {"final_code": "512"}})
    with pytest.raises(InputError, match="nothing was taken in"):
        imported(queue, file)
    assert "an adjudicator has decided on answer 1" in capsys.readouterr().out


def test_true_is_no_code(queue, tmp_path, capsys):
    with queue.writing() as connection:
        renamed = sa.update(codes).where(codes.c.code == "511").values(code="1")
        connection.execute(renamed)
    file = exported(queue, tmp_path / "a.xlsx", "--batches", "1")
    filled(file, {1: {"final_code": True}})
    with pytest.raises(InputError, match="nothing was taken in"):
        imported(queue, file)
    assert "TRUE where a code should be" in capsys.readouterr().out
    assert not rows_of(queue, decisions)


def test_what_is_forgotten_is_not_decided_by_a_file(queue, tmp_path, capsys):
    file = exported(queue, tmp_path / "a.csv", "--batches", "1")
    filled(file, {1: {"final_code": "511", "comment": "dijo que vende tacos"}})
    forget(queue)
    with pytest.raises(InputError, match="nothing was taken in"):
        imported(queue, file)
    assert "answer 1 was forgotten" in capsys.readouterr().out
    assert not rows_of(queue, decisions) and not rows_of(queue, comments)


def test_a_person_is_one_in_all_spellings_and_only_while_active(queue, tmp_path):
    name = "Ana Muñoz"
    file = exported(queue, tmp_path / "a.csv", "--batches", "1", person=name)
    filled(file, {1: {"final_code": "511"}})
    other = unicodedata.normalize("NFD", f" {name.replace(' ', '  ')} ")
    exported(queue, tmp_path / "b.csv", "--batches", "2", person=other)
    assert [row.name for row in rows_of(queue, people)] == [name]
    assert imported(queue, file, person=other) == 0
    deactivate(queue, other)
    with pytest.raises(InputError, match="not active any more"):
        imported(queue, file, person=name)
