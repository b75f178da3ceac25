"""Titles and codes that a spreadsheet, a page or a terminal would carry out."""

import csv

import pandas as pd
import pytest
from support.experiments import write_experiment

from han import explain, plan, predict, train
from han.errors import printable
from han.tables.spreadsheet_cells import without_formula

TITLES = {
    "1": "=HYPERLINK(A1)",
    "2": "Hierro | <img src=x onerror=a()> [x](y) `c` &lt;",
    "11": "@SUM(1)",
    "12": "+1\x1b[2J queso",
    "21": "-2+3",
    "22": "clavo, '=1'",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("titles")
    with (folder / "codes.csv").open("w", newline="") as stream:
        rows = [[c, c[:-1], title] for c, title in TITLES.items()]
        csv.writer(stream).writerows([["code", "parent", "title"], *rows])
    file = write_experiment(
        folder,
        repeat=30,
        model="{kind: tfidf_svm}",
        taxonomy=f"{{file: {folder}/codes.csv}}",
    )
    assert train.main([str(file), "data.split.calibration=0.3"]) == 0
    return folder


def test_a_coded_file_has_no_formula_in_a_title(folder):
    data, coded = folder / "new.csv", folder / "coded.csv"
    data.write_text((folder / "data.csv").read_text().replace("\n0-0,", "\n=0-0,"))
    assert predict.main([str(folder / "run"), str(data), "-o", str(coded)]) == 0
    table = pd.read_csv(coded, dtype=str)
    given = dict(zip(table["code"], table["label"], strict=True))
    assert given == {
        "11": "'@SUM(1)",
        "12": "'+1\x1b[2J queso",
        "21": "'-2+3",
        "22": "clavo, '=1'",
    }
    assert table["id"][0] == "=0-0"  # a key stays, or nothing can be joined by it
    parquet = folder / "coded.parquet"
    assert predict.main([str(folder / "run"), str(data), "-o", str(parquet)]) == 0
    assert "@SUM(1)" in set(pd.read_parquet(parquet)["label"])  # nothing computes it


def test_a_plan_shows_titles_as_they_are(folder, capsys):
    assert plan.main([str(folder / "run"), "--target", "leaf=0.5"]) == 0
    said, written = capsys.readouterr().out, folder / "run" / "plan"
    page = (written / "plan.md").read_text()
    for text in (said, page):
        assert r"Hierro \| &lt;img src=x onerror=a()> \[x\]" in text
        assert "<img" not in text and "\x1b" not in text
    rows = [line for line in page.splitlines() if line.startswith("| 2 ")]
    assert len(rows) == 1 and rows[0].replace(r"\|", "").count("|") == 8
    titles = pd.read_csv(written / "plan.csv")["title"].dropna().tolist()
    assert titles == ["'=HYPERLINK(A1)", TITLES["2"]]


def test_words_behind_a_code_are_no_formulas(folder):
    target = folder / "words.csv"
    run, data = str(folder / "run"), str(folder / "data.csv")
    assert explain.main([run, data, "--classes", str(target)]) == 0
    table = pd.read_csv(target, dtype=str)
    assert set(table["title"].dropna()) >= {"'=HYPERLINK(A1)", "'@SUM(1)"}
    for name in ("title", "text"):
        assert not table[name].dropna().str.match(r"[=+\-@]").any()


def test_the_screen_is_not_commanded(folder, capsys):
    run = str(folder / "run")
    assert predict.main([run, "--text", "queso fresco de vaca"]) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out and r"+1\x1b[2J queso" in out


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[2J\x07", r"a\x1b[2J\x07"),
        ("a\rb\x9bc", r"a\rb\x9bc"),
        ("pan\u202eolleb", r"pan\u202eolleb"),
        ("año\n\tñandú 面", "año\n\tñandú 面"),
    ],
)
def test_what_commands_a_terminal_is_written_out(text, shown):
    assert printable(text) == shown


@pytest.mark.parametrize("text", ["Pan", "'=1", "", "1=1", "a-b"])
def test_what_is_no_formula_stays(text):
    assert without_formula(text) == text
