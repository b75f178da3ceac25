"""A queue as a spreadsheet or as tasks, and back: nothing lost, nothing guessed."""

import json
from xml.etree import ElementTree

import openpyxl
import pandas as pd
import pytest
import sqlalchemy as sa
from support.example_queue import NODES, make_example_queue, true_nodes
from support.filled_files import NAMES, asked, exported, filled, imported, rows_of

from han.errors import InputError
from han.reviewing.answer_states import answer_states
from han.reviewing.queue_database import QueueDatabase
from han.reviewing.queue_tables import (
    answers,
    codes,
    comments,
    decisions,
    seats,
    texts,
)

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
        [
            "id",
            "batch",
            "person",
            "exported",
            "key.folio",
            "text.oficio",
            "text.detalle",
        ]
        + ["final", "uncodable", "comment"]
        + ["candidate"] * 9
    )
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row]
    assert {cell.data_type for cell in cells if cell.value} == {"s"}
    assert not [c for c in cells if str(c.value or "").startswith(("=", "+", "@"))]
    assert {cell.number_format for cell in cells} == {"@"}
    rules = {r.formula1: str(r.sqref) for r in sheet.data_validations.dataValidation}
    assert rules == {"=codes!$A$2:$A$24": "H2:H61", '="x"': "I2:I61"}
    assert [row[0].value for row in book["codes"].iter_rows(min_row=2)] == NAMES
    data = json.loads(files[2].read_text())[0]
    assert set(data) == {"data"}
    assert set(data["data"]) == (
        {"person", "exported", "id", "keys", "text_1", "text_2", "candidates"}
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
        2: "'511' in `final_code` is not in the code list. '511' seems to have lost "
        "its leading zeros: '0511' is there",
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
        (line,) = [text for text in said.splitlines() if f", row {row}" in text]
        assert what in line
    for lost in (7, 9, 10, 11):
        assert f"answer {lost}: it went out with batch" in said
    assert (
        "qué código" not in said
        and "5512345678" not in said
        and "otra cosa" not in said
    )
    assert ", row 6 (answer 5): " in said and ", row 10: " in said
    assert not rows_of(queue, decisions)
    assert imported(queue, file, "--accept-rest") == 0
    assert {row.answer for row in rows_of(queue, decisions)} == {12}


def test_a_formula_is_a_fault_of_its_row_alone(queue, tmp_path, capsys):
    file = exported(queue, tmp_path / "q.xlsx", "--batches", "1")
    filled(file, {k: {"final_code": "511"} for k in (1, 3)})
    book = openpyxl.load_workbook(file)
    sheet = book["answers"]
    header = [cell.value for cell in sheet[1]]
    for row, column in ((3, "comment"), (5, "final_code")):
        sheet.cell(row, header.index(column) + 1, "=1+1 no se entiende")
    book.save(file)
    with pytest.raises(InputError, match=r"taken in or given back \(2 faults"):
        imported(queue, file, "--give-back")
    said = capsys.readouterr().out
    assert "row 3 (answer 2): `comment`: a formula" in said and "apostrophe" in said
    assert "row 5 (answer 4): `final_code`: a formula" in said
    assert "no se entiende" not in said and not rows_of(queue, decisions)
    assert imported(queue, file, "--accept-rest") == 0
    assert {row.answer for row in rows_of(queue, decisions)} == {1, 3}


def test_an_older_copy_says_what_is_decided_and_what_is_open(queue, tmp_path, capsys):
    blank = exported(queue, tmp_path / "q.csv", "--batches", "1")
    done = tmp_path / "done.csv"
    filled(blank, {k: {"final_code": "511"} for k in range(1, 9)}, done)
    assert imported(queue, done, person="ANA") == 0  # the same person
    assert "8 decisions" in capsys.readouterr().out
    assert imported(queue, blank) == 0
    said = capsys.readouterr().out
    assert "0 decisions" in said and "2 still open" in said
    assert "8 rows without a code in the file" in said


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
