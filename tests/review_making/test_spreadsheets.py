"""A queue as a spreadsheet or as tasks, and back: nothing lost, nothing guessed."""

import json
import unicodedata
from xml.etree import ElementTree

import openpyxl
import pandas as pd
import pytest
import sqlalchemy as sa
from support.example_queue import CODES, NODES, make_example_queue, true_nodes

from han import review
from han.errors import InputError
from han.reviewing.answer_states import answer_states
from han.reviewing.forgetting import forget
from han.reviewing.people import deactivate
from han.reviewing.queue_database import QueueDatabase, now
from han.reviewing.queue_tables import (
    answers,
    codes,
    comments,
    decisions,
    people,
    seats,
    texts,
)

NAMES = list(CODES)
HOSTILE = [
    '=HYPERLINK("http://x", "a")',
    "+1-1",
    "@SUM(A1)",
    "-2",
    'línea\nnueva\t"comillas", coma; <b>&amp;</b>',
    "vertical\x0btab \x01",
    "ñandú " * 8000,
    "'apóstrofo",
    "007",
]


@pytest.fixture
def queue(queue_place):
    return make_example_queue(queue_place)


def asked(*arguments):
    return review.main([*map(str, arguments), "--lang", "en"])


def exported(queue, file, *more, person="ana"):
    assert asked("export", queue.place, "-o", file, "--person", person, *more) == 0
    return file


def imported(queue, file, *more, person="ana"):
    return asked("import", queue.place, file, "--person", person, *more)


def filled(file, cells, new=None):
    """The file with cells set: by id and column."""
    new = new or file
    if file.suffix == ".json":
        tasks = json.loads(file.read_text(encoding="utf-8"))
        for task in tasks:
            given = cells.get(int(task["data"]["id"]), {})
            task["annotations"] = [{"result": [], "was_cancelled": True}]
            task["annotations"].insert(0, {"result": _results(given)})
        new.write_text(json.dumps(tasks), encoding="utf-8")
    elif file.suffix == ".xlsx":
        book = openpyxl.load_workbook(file)
        header = [cell.value for cell in book["answers"][1]]
        for row in book["answers"].iter_rows(min_row=2):
            for column, value in cells.get(int(row[0].value), {}).items():
                cell = row[header.index(column)]
                cell.value = value
                if isinstance(value, str):  # cells are of text: nothing is computed
                    cell.data_type = "s"
        book.save(new)
    else:  # as Excel in Spanish saves it
        table = pd.read_csv(file, dtype=str, keep_default_na=False)
        for place, number in enumerate(table["id"].astype(int)):
            for column, value in cells.get(number, {}).items():
                table.loc[place, column] = value
        table.to_csv(new, index=False, sep=";", encoding="utf-8-sig")
    return new


def _results(given):
    found = []
    if code := given.get("final_code"):
        path = [NAMES[0], code]
        found.append({"from_name": "final_code", "value": {"taxonomy": [path]}})
    if given.get("uncodable"):
        found.append({"from_name": "uncodable", "value": {"choices": ["x"]}})
    if told := given.get("comment"):
        found.append({"from_name": "comment", "value": {"text": [told]}})
    return found


def rows_of(queue, table):
    with queue.reading() as connection:
        return connection.execute(sa.select(table)).all()


@pytest.mark.parametrize("ending", ["xlsx", "csv", "tsv", "json"])
def test_what_is_filled_in_comes_back_as_it_was(queue, tmp_path, ending):
    with queue.writing() as connection:  # answers that mean harm, or look like it
        for number, text in enumerate(HOSTILE, 1):
            own = (texts.c.answer == number) & (texts.c.place == 1)
            connection.execute(sa.update(texts).where(own).values(text=text))
    truth = true_nodes(queue)
    file = exported(queue, tmp_path / f"queue.{ending}")
    wanted = {k: {"final_code": NAMES[node]} for k, node in truth.items()}
    wanted[1] = {"uncodable": "x", "comment": "=1+1 no dice qué vende"}
    wanted[2] = {"final_code": "51"}  # a partial code
    del wanted[3]  # still open
    if ending != "tsv":  # commas and semicolons are found, tabs are tabs
        filled(file, wanted)
    else:
        table = pd.read_csv(file, sep="\t", dtype=str, keep_default_na=False)
        for place, number in enumerate(table["id"].astype(int)):
            for column, value in wanted.get(number, {}).items():
                table.loc[place, column] = value
        table.to_csv(file, index=False, sep="\t")
    assert imported(queue, file) == 0
    found = {row.answer: row for row in rows_of(queue, decisions)}
    assert set(found) == set(truth) - {3}
    assert (found[1].outcome, found[1].node) == ("uncodable", None)
    assert found[2].node == NODES["51"] and found[2].rank is None
    assert all(found[k].node == truth[k] for k in found if k > 3)
    assert {row.way for row in found.values()} == {"import"}
    assert [row.text for row in rows_of(queue, comments)] == ["=1+1 no dice qué vende"]
    assert imported(queue, file) == 0  # once more: nothing new
    assert len(rows_of(queue, decisions)) == len(truth) - 1


def test_nothing_tells_a_check_from_work_or_runs_as_a_formula(queue, tmp_path):
    with queue.writing() as connection:
        own = (texts.c.answer == 1) & (texts.c.place == 0)
        connection.execute(sa.update(texts).where(own).values(text="=1+1"))
    files = [exported(queue, tmp_path / f"q.{end}") for end in ("xlsx", "csv", "json")]
    book = openpyxl.load_workbook(files[0])
    sheet = book["answers"]
    header = [cell.value for cell in sheet[1]]
    assert [name.split("_")[0] for name in header] == (
        ["id", "batch", "person", "key.folio", "text.oficio", "text.detalle"]
        + ["final", "uncodable", "comment"]
        + ["candidate"] * 9
    )
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row]
    assert {cell.data_type for cell in cells if cell.value} == {"s"}
    assert not [c for c in cells if str(c.value or "").startswith(("=", "+", "@"))]
    assert {cell.number_format for cell in cells} == {"@"}
    rules = {r.formula1: str(r.sqref) for r in sheet.data_validations.dataValidation}
    assert rules == {"=codes!$A$2:$A$24": "G2:G61", '="x"': "H2:H61"}
    assert [row[0].value for row in book["codes"].iter_rows(min_row=2)] == NAMES
    data = json.loads(files[2].read_text())[0]
    assert set(data) == {"data"}
    assert set(data["data"]) == (
        {"person", "id", "keys", "text_1", "text_2", "candidates"}
    )
    tree = ElementTree.parse(tmp_path / "q.xml")
    aliases = [one.get("alias") for one in tree.iter("Choice") if one.get("alias")]
    assert sorted(aliases) == sorted(NAMES)
    nested = tree.find("Taxonomy/Choice/Choice/Choice")
    assert nested is not None and len(nested.get("alias", "")) == 3
    for row in rows_of(queue, answers):
        shown = sheet.cell(row.place + 1, header.index("candidate_1") + 1).value
        assert bool(shown) == row.suggestions


def test_every_fault_is_told_by_its_row_and_nothing_is_taken_in(
    queue, tmp_path, capsys
):
    with queue.writing() as connection:
        renamed = sa.update(codes).values(code="0" + codes.c.code)
        connection.execute(renamed)
    file = exported(queue, tmp_path / "q.xlsx", "--batches", "1-2")
    bad = {
        1: {"final_code": 511},  # Excel has made a number of it
        2: {"final_code": "no sé qué código poner aquí"},
        8: {"final_code": "5512345678"},  # somebody's telephone
        3: {"final_code": "0511", "uncodable": "x"},
        4: {"uncodable": "quizás"},
        5: {"comment": "sin código"},
        6: {"final_code": "0511", "text.oficio": "otra cosa"},
        7: {"id": "8"},
        9: {"id": "999"},
        10: {"id": "ten"},
        11: {"id": "41"},  # of another batch, never exported
        12: {"final_code": "0511"},
    }
    filled(file, bad)
    with pytest.raises(InputError, match="nothing was taken in"):
        imported(queue, file)
    said = capsys.readouterr().out
    for row, what in {
        2: "lost its leading zeros: '0511' is there",
        3: "holds no code",
        4: "both `final_code` and `uncodable`",
        5: "something else than x",
        6: "comment without a code",
        7: "'text.oficio' is not what went out for answer 6",
        8: "the id 8 stands in rows 8, 9",
        9: "the id 8 stands in rows 8, 9",
        10: "no answer 999",
        11: "no id, or it is no number",
        12: "answer 41 was not given to ana",
    }.items():
        (line,) = [text for text in said.splitlines() if f", row {row}: " in text]
        assert what in line
    for lost in (7, 9, 10, 11):
        assert f"answer {lost}: it went out with batch" in said
    assert (
        "qué código" not in said
        and "5512345678" not in said
        and "otra cosa" not in said
    )
    assert not rows_of(queue, decisions)
    assert imported(queue, file, "--accept-rest") == 0
    assert {row.answer for row in rows_of(queue, decisions)} == {12}


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
        assert "row 1: the row is not of bea" in capsys.readouterr().out or (
            ending == "csv"
        )
        with pytest.raises(InputError, match="such a file already"):
            exported(queue, file, "--batches", "1")
        assert file.read_bytes() == kept
    assert not rows_of(queue, decisions)


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
    assert "row 2: answer 1 was decided on the page" in capsys.readouterr().out
    found = {row.answer: row.node for row in rows_of(queue, decisions)}
    assert found == {1: NODES["513"], 2: NODES["512"]}


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


def test_two_coders_agree_or_do_not_and_a_change_replaces(queue, tmp_path):
    with queue.writing() as connection:
        twice = sa.update(answers).where(answers.c.id % 10 == 5).values(seats=2)
        connection.execute(twice)
    for person, code, share in (("ana", "511", 0.5), ("bea", "512", 1)):
        more = ["--share", share]
        file = exported(queue, tmp_path / f"{person}.xlsx", *more, person=person)
        table = pd.read_excel(file, dtype=str)
        filled(file, {int(k): {"final_code": code} for k in table["id"]})
        assert imported(queue, file, person=person) == 0
    with queue.reading() as connection:
        states = answer_states(connection)
    twice = [one for one in states.values() if len(one.given) == 2]
    assert twice and {one.state for one in twice} == {"disputed"}
    both = {one.answer: {"final_code": "511"} for one in twice}
    filled(file, both)
    assert imported(queue, file, person="bea") == 0
    with queue.reading() as connection:
        states = answer_states(connection)
    assert {states[one.answer].state for one in twice} == {"agreed"}
    kept = [row for row in rows_of(queue, decisions) if row.replaced_at]
    assert len(kept) == len(twice) and {row.node for row in kept} == {NODES["512"]}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["export", "-o", "x.pdf", "--person", "ana"], "expected a name ending in"),
        (["export", "-o", "x.csv", "--person", ""], "1 to 60 visible"),
        (
            ["export", "-o", "x.csv", "--person", "a", "--batches", "7"],
            "batches 1 to 6",
        ),
        (["export", "-o", "x.csv", "--person", "a", "--batches", "3-1"], "2 or 1-3"),
        (["export", "-o", "x.csv", "--person", "a", "--days", "0"], "from 1 to 3650"),
        (["import", "no.csv", "--person", "ana"], "no.csv"),
        (["import", "other.csv", "--person", "ana"], "there is no column"),
        (["import", "other.json", "--person", "ana"], "no export of Label Studio"),
        (["import", "deep.json", "--person", "ana"], "no export of Label Studio"),
    ],
)
def test_what_cannot_be_done_is_said(queue, tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "other.csv").write_text("id,code\n1,2\n3,4\n")
    (tmp_path / "other.json").write_text('{"a": 1}')
    (tmp_path / "deep.json").write_text("[" * 200_000)
    action, *more = arguments
    with pytest.raises(InputError, match=said):
        asked(action, queue.place, *more)
    assert not rows_of(QueueDatabase(queue.place), seats)
