"""`han.review stats`: from a database to figures, in two languages."""

import csv
import json

import pytest
import sqlalchemy as sa
from support.decided_queue import make_decided_queue
from support.example_queue import make_example_queue, true_nodes

from han import review
from han.errors import InputError
from han.review_figures.queue_figures import progress, queue_figures
from han.review_figures.queue_reading import read_queue
from han.reviewing.answer_states import answer_states
from han.reviewing.people import deactivate
from han.reviewing.queue_tables import answers, decisions, skips, texts


@pytest.fixture(scope="module")
def queue(tmp_path_factory):
    """Six hundred answers, all coded."""
    return make_decided_queue(tmp_path_factory.mktemp("queue") / "review.db", 600)


@pytest.fixture(scope="module")
def figures(queue):
    return queue_figures(read_queue(queue), 5)


def told(found, of, **wanted):
    rows = [row for row in found["estimates"] if row["of"] == of]
    return [row for row in rows if all(row[k] == v for k, v in wanted.items())]


def test_the_database_is_read_as_it_is(queue):
    records = read_queue(queue)
    with queue.reading() as connection:
        rows = connection.execute(sa.select(answers).order_by(answers.c.place)).all()
        given = connection.execute(sa.select(decisions)).all()
    found = records.queue.answers
    assert [row.part for row in rows] == found.part.tolist()
    assert [row.machine_node for row in rows] == found.machine.tolist()
    assert not any(row.machine_node != row.candidates[0][0] for row in rows)
    assert found.double.sum() == sum(row.seats == 2 for row in rows)
    assert len(records.log) == len(given) and records.names[3] == "carla"
    assert (
        found.is_begun.all() and (found.agrees | found.is_settled)[found.double].all()
    )


def test_estimates_are_near_what_is_true(queue, figures):
    """The machine's share of right codes among what was checked is known here."""
    truth = true_nodes(queue)
    with queue.reading() as connection:
        rows = connection.execute(sa.select(answers)).all()
    checks = [row for row in rows if row.stratum == "model:3"]
    right = sum(row.machine_node == truth[row.id] for row in checks) / len(checks)
    row = told(figures, "machine", method="model", right_to="whole", by="answers")[0]
    assert row["records"] == len(checks) and row["against"] == "two"
    assert row["low"] < right < row["high"]
    assert row["same_low"] < row["same"] < row["same_high"]


def test_every_group_is_counted_in_answers_and_rows(figures):
    for by in ("answers", "rows"):
        every = told(figures, "machine", method="all", right_to="whole", by=by)
        assert len(every) == 1
        assert every[0]["size"] == {"answers": 5000, "rows": 14_200}[by]
    assert not told(figures, "machine", by="weight")  # here it is the rows
    whole = told(figures, "whole", right_to="whole", by="rows")[0]
    assert whole["size"] + whole["sizes"]["open"] == sum((9000, 5200, 3100)) + _first(
        figures
    )


def _first(figures):
    """Rows of work, all of which people have coded."""
    sizes = told(figures, "whole", right_to="whole", by="rows")[0]["sizes"]
    coded = sizes["single"] + sizes["agreed"] + sizes["settled"]
    return coded + sizes["open"] - 3100


def test_only_batches_that_are_through_count(queue_place):
    queue = make_decided_queue(queue_place, 600, batches=2)
    found = progress(read_queue(queue).queue)
    assert (found["batches"], found["batches_through"]) == (6, 2)
    with queue.writing() as connection:
        last = sa.select(sa.func.max(decisions.c.answer)).scalar_subquery()
        connection.execute(sa.delete(decisions).where(decisions.c.answer == last))
    half = progress(read_queue(queue).queue)
    assert half["batches_through"] == 1
    with queue.writing() as connection:
        answer = connection.scalar(sa.select(sa.func.max(decisions.c.answer))) + 1
        row = {"answer": answer, "person": 1, "at": sa.func.current_timestamp()}
        connection.execute(sa.insert(skips).values(row))
    assert progress(read_queue(queue).queue)["batches_through"] == 2


def test_what_waits_for_an_adjudicator_is_counted(queue_place, capsys):
    queue = make_decided_queue(queue_place, 60)
    with queue.writing() as connection:
        connection.execute(sa.delete(decisions).where(decisions.c.seat == 3))
    with queue.reading() as connection:
        found = [s for s in answer_states(connection).values() if s.needs_adjudicator]
    differ = sum(one.state == "disputed" for one in found)
    assert review.main(["stats", queue.place, "--lang", "es"]) == 0
    said = f"quien arbitra: {len(found)} (dos difieren: {differ}; dos coinciden, oro: "
    assert found and said in capsys.readouterr().out


def test_who_is_awaited_for_second_seats_is_named(queue_place, capsys):
    queue = make_decided_queue(queue_place, 60)
    with queue.writing() as connection:
        connection.execute(sa.delete(decisions).where(decisions.c.seat > 1))
    with queue.reading() as connection:
        states = answer_states(connection).values()
    first = [s.given[1].person for s in states if s.state == "waiting"]
    assert review.main(["stats", queue.place, "--lang", "en"]) == 0
    said = capsys.readouterr().out
    for name, other in (("ana", 2), ("beto", 1)):
        if number := first.count(other):
            assert f"Second decisions that {name} may take: {number}." in said
    assert first and said.count("Second decisions") == len(set(first))
    deactivate(queue, "ana")
    deactivate(queue, "beto")
    assert queue_figures(read_queue(queue), 5)["progress"]["awaited"] == []


def test_a_queue_that_nobody_coded_has_no_rates(queue_place, capsys):
    make_example_queue(queue_place)
    assert review.main(["stats", queue_place, "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert (
        "Batches that are through: 0 of 6" in said and "No decision was timed" in said
    )
    assert "%" not in said.partition("Of all rows")[0].replace("95%", "")


@pytest.mark.parametrize(("language", "word"), [("en", "right"), ("es", "correctos")])
def test_the_command_writes_tables_and_a_page(tmp_path, queue, capsys, language, word):
    given = ["stats", queue.place, "-o", str(tmp_path / "out"), "--lang", language]
    assert review.main([*given, "--least", "5"]) == 0
    said = capsys.readouterr().out
    assert word in said and "ana" in said
    found = json.loads((tmp_path / "out" / "stats.json").read_text())
    assert found["least"] == 5 and found["agreement"]["answers"] == 60
    with open(tmp_path / "out" / "stats.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(found["estimates"])
    page = (tmp_path / "out" / "stats.html").read_text()
    assert f'lang="{language}"' in page and page.count("<svg") == 3
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "<script" not in page


def test_no_word_of_a_respondent_is_told_and_none_is_needed(tmp_path, capsys):
    queue = make_decided_queue(tmp_path / "review.db", 120)
    with queue.reading() as connection:
        words = connection.scalars(sa.select(texts.c.text)).all()
    given = ["stats", queue.place, "-o", str(tmp_path / "out")]
    assert review.main(given) == 0
    files = [file.read_text() for file in (tmp_path / "out").iterdir()]
    said = capsys.readouterr().out
    # The terminal speaks its own language, the page that of the queue.
    assert said.startswith("What the decisions of") and 'lang="es"' in "".join(files)
    assert not [text for text in words for told in [said, *files] if text in told]
    with queue.writing() as connection:
        connection.execute(sa.delete(texts))
    assert review.main(given) == 0
    assert capsys.readouterr().out == said


def test_below_the_least_number_there_is_a_dash_and_the_reason(queue, capsys):
    assert review.main(["stats", queue.place, "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "—: fewer than 20 looked at" in said
    assert " more of its answers are needed " in said
    with pytest.raises(InputError, match="2 answers or more"):
        review.main(["stats", queue.place, "--least", "1"])


def test_every_way_of_a_decision_has_a_name(queue_place, capsys):
    queue = make_decided_queue(queue_place, 60)
    ways = ["candidate", "search", "tree", "equal", "import", "none", "coder"]
    with queue.writing() as connection:
        for number, way in enumerate(ways, 1):
            at = decisions.c.id == number
            connection.execute(sa.update(decisions).where(at).values(way=way, seat=1))
    for language, name in (("en", "cannot be coded"), ("es", "no se puede codificar")):
        assert review.main(["stats", queue.place, "--lang", language]) == 0
        assert f": {name}" in capsys.readouterr().out


def test_what_is_assumed_is_said(figures, queue, capsys):
    assert figures["agreement"]["levels"][0]["raw"]["records"] == 60
    review.main(["stats", queue.place, "--lang", "en", "--least", "5"])
    gold = capsys.readouterr().out
    review.main(["stats", queue.place, "--lang", "en", "--least", "15"])
    few = capsys.readouterr().out
    assert "where two coders agree they are right" in few
    assert "the adjudicator is right" in gold and "the adjudicator is right" in few
