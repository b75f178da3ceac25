"""Commands take tables of every kind, and say what they cannot take."""

import json
import sqlite3
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from support.runs import baseline, copied_run
from support.table_files import FORMS, written_database, written_sheets

from han import evaluate, explain, predict, train
from han.commands import predict_command
from han.errors import InputError
from han.tables import written_workbooks


@pytest.fixture
def trained(baseline_run: Path, tmp_path: Path) -> Path:
    """A finished run of the baseline that a test may change."""
    return copied_run(baseline_run, tmp_path)


def table_of(run: Path) -> pd.DataFrame:
    """The rows that the run was trained on."""
    return pd.read_csv(run.parent / "data.csv", dtype=str)


def test_all_forms_are_coded_alike(trained: Path, tmp_path: Path) -> None:
    target, expected = tmp_path / "coded.csv", None
    for write, encoding in FORMS.values():
        file = write(tmp_path, table_of(trained).head(20))
        given = [str(trained), str(file), "-o", str(target), "--encoding", encoding]
        assert predict.main(given) == 0
        expected = expected or target.read_bytes()
        assert target.read_bytes() == expected


def test_a_workbook_is_written(trained: Path, tmp_path: Path) -> None:
    data, target = str(trained.parent / "data.csv"), tmp_path / "coded.XLSX"
    assert predict.main([str(trained), data, "-o", str(target)]) == 0
    assert predict.main([str(trained), data, "-o", str(tmp_path / "c.csv")]) == 0
    rows = list(openpyxl.load_workbook(target).active.values)
    texts = pd.read_csv(tmp_path / "c.csv", dtype=str, keep_default_na=False)
    assert rows[0] == tuple(texts.columns)
    found = pd.DataFrame(rows[1:], columns=rows[0])
    assert found["id"].tolist() == texts["id"].tolist()
    assert found["code"].fillna("").tolist() == texts["code"].tolist()
    numbers = texts["probability"].astype(float).tolist()
    assert found["probability"].tolist() == pytest.approx(numbers, abs=1e-5)


def test_what_no_sheet_takes_is_said_before_work(
    trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("han.tables.output_file.MOST_ROWS", 71)
    assert written_workbooks.MOST_ROWS == 1_048_575
    data = str(trained.parent / "data.csv")
    with pytest.raises(InputError, match="takes 71 records, and there are 72"):
        predict.main([str(trained), data, "-o", str(tmp_path / "c.xlsx")])


def test_sheets_and_tables_have_results_of_their_own(trained: Path) -> None:
    table, folder = table_of(trained), trained.parent
    rows = [list(table.columns), *table.head(9).to_numpy().tolist()]
    book = written_sheets(folder / "b.xlsx", uno=rows[:6], dos=rows)
    written_database(folder, table.head(7), "uno")
    written_database(folder, table.head(3), "dos")
    address = f"sqlite:///{folder}/table.db"
    for data in (f"{book}#dos", f"{address}#dos"):
        assert evaluate.main([str(trained), data, "--no-report"]) == 0
    query = "SELECT * FROM uno ORDER BY id LIMIT 2"
    for data, *options in ((str(book), "--table", "uno"), (address, "--query", query)):
        assert evaluate.main([str(trained), data, *options, "--no-report"]) == 0
    found = json.loads((trained / "metrics.json").read_text())
    rows_of = {name: found[name]["rows"] for name in found if name != "time"}
    assert rows_of["b.xlsx#dos"] == 9 and rows_of["b.xlsx#uno"] == 5
    assert rows_of["table.db#dos"] == 3 and rows_of["table.db"] == 2
    page = folder / "why.jsonl"
    assert explain.main([str(trained), f"{address}#dos", "-o", str(page)]) == 0
    assert len(page.read_text().splitlines()) == 3


def test_a_database_trains_as_its_rows_do(tmp_path: Path, baseline_run: Path) -> None:
    table = table_of(baseline_run)
    written_database(tmp_path, table.assign(peso="1"), "personas")
    address = f"sqlite:///{tmp_path}/table.db"
    settings = [f"data.train={address}", "data.table=personas"]
    experiment = baseline(tmp_path)
    assert train.main([str(experiment), *settings]) == 0
    run = tmp_path / "run"
    found = json.loads((run / "metrics.json").read_text())["test"]
    speed = {"documents_per_second": 0}
    expected = json.loads((baseline_run / "metrics.json").read_text())["test"]
    assert {**found, **speed} == {**expected, **speed}
    known = json.loads((run / "environment.json").read_text())["data"]
    assert list(known) == [f"{address}#personas"]
    assert evaluate.main([str(run), "--no-report"]) == 0
    with sqlite3.connect(tmp_path / "table.db") as connection:
        connection.execute("UPDATE personas SET text = 'pan' WHERE id = '0-0'")
    connection.close()
    with pytest.raises(InputError, match="the file has changed since the run"):
        evaluate.main([str(run)])


def test_a_database_that_changes_while_it_is_coded(
    trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = written_database(tmp_path, table_of(trained))
    check = predict_command.check_rows

    def change(*arguments: object) -> None:
        check(*arguments)
        written_database(tmp_path, table_of(trained).iloc[::-1])

    monkeypatch.setattr(predict_command, "check_rows", change)
    target = tmp_path / "coded.csv"
    with pytest.raises(InputError, match="rows changed while they were coded"):
        predict.main([str(trained), str(place), "-o", str(target)])
    assert not target.exists()


def test_settings_of_the_experiment_and_of_the_command(tmp_path: Path) -> None:
    experiment = baseline(tmp_path)
    table = pd.read_csv(tmp_path / "data.csv", dtype=str).assign(peso="1,500")
    table.to_csv(tmp_path / "data.csv", sep="|", index=False)
    weighted = [str(experiment), "data.weight_column=peso"]
    with pytest.raises(InputError, match=r"'peso', row 1: .*decimals or of thousands"):
        train.main(weighted)
    assert train.main([*weighted, "data.separator=bar", "data.decimal=comma"]) == 0
    run = str(tmp_path / "run")
    assert evaluate.main([run, "--no-report"]) == 0
    other = tmp_path / "other.csv"
    table.to_csv(other, sep=";", index=False)
    with pytest.raises(InputError, match=r"separated by semicolons. Set `data\.sep"):
        evaluate.main([run, str(other), "--no-report"])
    given = ["--separator", "semicolon", "--no-report"]
    assert evaluate.main([run, str(other), *given]) == 0


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--table", "x"], "--table goes with DATA"),
        (["x.csv", "--table", "x"], "a table goes with a database or an .xlsx"),
        (["x.csv", "--query", "x"], "a query goes with a database"),
        (["x.csv", "--separator", "dot"], "invalid choice: 'dot'"),
        (["sqlite:///no.db"], "there is no such data file"),
        (["mysql://u:SECRET@h/x"], "holds a password"),
    ],
)
def test_options_that_do_not_fit(trained: Path, given: list, said: str) -> None:
    with pytest.raises(InputError, match=said) as raised:
        evaluate.main([str(trained), *given])
    assert "SECRET" not in str(raised.value)


def test_options_of_tables_do_not_go_with_texts(trained: Path) -> None:
    with pytest.raises(InputError, match="--separator goes with INPUT"):
        predict.main([str(trained), "--text", "pan", "--separator", "tab"])
    with pytest.raises(InputError, match="--table goes with a file"):
        predict.main([str(trained), "-", "--table", "x"])


def test_a_password_in_an_experiment_is_refused(tmp_path: Path) -> None:
    given = [str(baseline(tmp_path)), "data.train=postgresql://u:SECRET@h/x#t"]
    with pytest.raises(InputError, match="holds a password") as raised:
        train.main(given)
    assert "SECRET" not in str(raised.value)
    assert not (tmp_path / "run").exists()
