"""`han.scrub` on tables of every form; what it says, and what it refuses."""

import json
from pathlib import Path

import pandas as pd
import pytest

from han import scrub
from han.errors import InputError
from han.tables.provenance import read_provenance

ROWS = """folio,answer,comment
0012345678,"Vendo pan, tel. 55 1234 5678",de doña Rosa Ruiz
0000000002,Hago queso ñ,4111 1111 1111 1111
"""
CLEAN = """folio,answer,comment
0012345678,"Vendo pan, tel. [PHONE]",de doña [NAME]
0000000002,Hago queso ñ,[CARD]
"""
SECRETS = ("1234 5678", "Rosa", "Ruiz", "4111")


@pytest.fixture
def answers(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "answers.csv"
    file.write_text(ROWS, "utf-8")
    return file


def test_a_table_its_counts_and_where_it_comes_from(answers, capsys):
    given = ["answers.csv", "-o", "out.csv", "--keep", "folio", "--report", "r.json"]
    assert scrub.main([*given, "--lang", "en"]) == 0
    assert Path("out.csv").read_text("utf-8") == CLEAN
    said = capsys.readouterr().out
    assert "2 of 2 rows had something" in said and "telephone number" in said
    found = json.loads(Path("r.json").read_text())
    assert found["found"] == {"phone": 1, "name": 1, "card": 1}
    assert found["by_column"] == {
        "answer": {"phone": 1},
        "comment": {"name": 1, "card": 1},
    }
    record = read_provenance(Path("out.csv"))
    assert record["made_by"].startswith("han.scrub ") and record["facts"]["rows"] == 2
    assert record["from"][0]["file"] == "answers.csv"
    written = "".join(p.read_text() for p in Path(".").glob("*.json"))
    assert not any(secret in said + written for secret in SECRETS)


@pytest.mark.parametrize("ending", [".tsv", ".parquet", ".xlsx", ".csv.gz"])
def test_every_form_is_read_and_written(answers, ending):
    pd.read_csv("answers.csv", dtype=str).to_excel("a.xlsx", index=False)
    for source in ("answers.csv", "a.xlsx"):
        assert scrub.main([source, "-o", f"out{ending}", "--keep", "folio"]) == 0
        assert scrub.main([f"out{ending}", "-o", "again.csv"]) == 0
        assert Path("again.csv").read_text("utf-8") == CLEAN


def test_columns_that_are_named_alone(answers):
    assert scrub.main(["answers.csv", "-o", "out.csv", "--columns", "answer"]) == 0
    table = pd.read_csv("out.csv", dtype=str)
    assert table["answer"][0].endswith("[PHONE]") and "Rosa" in table["comment"][0]


def test_pseudonyms_are_the_same_in_two_files_and_no_key_is_kept(answers):
    Path("key").write_bytes(b"k" * 40)
    for name in ("a", "b"):
        given = ["answers.csv", "-o", f"{name}.csv", "--keep", "folio"]
        scrub.main([*given, "--pseudonyms", "key"])
    assert Path("a.csv").read_bytes() == Path("b.csv").read_bytes()
    assert "[PHONE-" in Path("a.csv").read_text()
    assert "kkkk" not in "".join(p.read_text() for p in Path(".").glob("*.json"))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["none.csv", "-o", "out.csv"], r"none\.csv"),
        (["answers.csv", "-o", "answers.csv"], "this is the input"),
        (["answers.csv", "-o", "out.docx"], "expected a name ending in"),
        (["answers.csv", "-o", "out.csv", "--columns", "job"], "no column job"),
        (
            ["answers.csv", "-o", "out.csv", "--columns", "folio", "--keep", "folio"],
            "no c",
        ),
        (["answers.csv", "-o", "out.csv", "--pseudonyms", "short"], "a key of 3 bytes"),
        (["answers.csv", "-o", "out.csv", "--names", "empty"], "no word in it"),
        (["answers.csv", "-o", "out.csv", "--names", "latin"], "not UTF-8"),
    ],
)
def test_mistakes_are_said_and_nothing_is_written(answers, given, expected):
    Path("short").write_bytes(b"abc")
    Path("empty").write_text("# nobody\n\n")
    Path("latin").write_bytes("Núñez".encode("latin-1"))
    before = sorted(Path(".").iterdir())
    with pytest.raises(InputError, match=expected):
        scrub.main(given)
    assert sorted(Path(".").iterdir()) == before
    assert answers.read_text("utf-8") == ROWS
