"""Which tables a job reads, and that it never reads what it writes."""

import os
import sqlite3

import pandas as pd
import pytest
from support.job_runs import coded, write_job, write_rows

from han import code
from han.config.job_config import JobInput
from han.errors import InputError
from han.jobs.input_files import input_files


def names(*files, **more):
    return [file.name for file in input_files(JobInput(tuple(map(str, files)), **more))]


@pytest.fixture
def folder(tmp_path):
    for name in ("b.csv", "a.csv", "c.parquet", "notes.txt", ".hidden.csv"):
        (tmp_path / name).touch()
    (tmp_path / "d.csv").mkdir()
    (tmp_path / "d.csv" / "x.csv").touch()
    return tmp_path


def test_a_folder_and_a_pattern_give_their_tables_by_name(folder):
    (folder / "d.csv" / "x.csv").unlink()
    (folder / "d.csv").rmdir()
    assert names(folder) == ["a.csv", "b.csv", "c.parquet"]
    assert names(folder / "*.csv") == ["a.csv", "b.csv"]
    assert names(folder / "b.csv", folder / "*.parquet") == ["b.csv", "c.parquet"]


def test_folders_within_are_found_by_two_stars_alone(folder):
    assert names(folder / "*.csv") == ["a.csv", "b.csv"]
    assert names(folder / "**" / "*.csv") == ["a.csv", "b.csv", "x.csv"]


def test_a_file_whose_name_looks_like_a_pattern(tmp_path):
    (tmp_path / "wave[1].csv").touch()
    assert names(tmp_path / "wave[1].csv") == ["wave[1].csv"]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ((), "`input.files` is empty"),
        (("no*.csv",), "no file is called no"),
        (("d.csv/x.csv", "d.csv"), "twice: its rows would be coded twice"),
        (("a.csv", "*.csv"), "twice: its rows would be coded twice"),
        (("link.csv", "a.csv"), "twice: its rows would be coded twice"),
        (("empty",), "there is no table in the folder empty"),
    ],
)
def test_what_is_no_input(folder, monkeypatch, files, said):
    monkeypatch.chdir(folder)
    (folder / "empty").mkdir()
    os.symlink(folder / "a.csv", folder / "link.csv")
    with pytest.raises(InputError, match=said):
        names(*files)


def test_a_link_to_what_is_gone_is_no_row_less(small_job, tmp_path):
    os.symlink(tmp_path / "gone.csv", tmp_path / "rows7.csv")
    with pytest.raises(InputError, match=r"rows7\.csv: there is no such data file"):
        coded(small_job)


def test_a_sheet_goes_with_every_workbook_of_a_pattern(tmp_path):
    for name in ("a.xlsx", "b.xlsx"):
        with pd.ExcelWriter(tmp_path / name) as book:
            for sheet in ("first", "second"):
                table = pd.DataFrame({"text": [sheet]})
                table.to_excel(book, sheet_name=sheet, index=False)
    given = JobInput((str(tmp_path / "*.xlsx"),), table="second")
    assert [file.table for file in input_files(given)] == ["second"] * 2
    (tmp_path / "c.csv").touch()
    with pytest.raises(InputError, match="a table goes with a database"):
        names(tmp_path, table="second")


def test_a_query_to_a_database(baseline_run, tmp_path, one_process):
    rows = pd.read_csv(write_rows(tmp_path / "rows.csv", 40), dtype=str)
    with sqlite3.connect(tmp_path / "x.db") as database:
        rows.to_sql("persons", database, index=False)
    query = "SELECT * FROM persons WHERE id < '00020' ORDER BY id"
    given = f'{{files: ["sqlite:///{tmp_path}/x.db"], query: "{query}", keys: [id]}}'
    job = write_job(tmp_path, baseline_run, input=given)
    assert coded(job)["id"].tolist() == rows["id"].tolist()[:20]
    assert len(coded(job)) == 20  # the same rows: nothing has changed
    with sqlite3.connect(tmp_path / "x.db") as database:
        database.execute("UPDATE persons SET text = 'queso' WHERE id = '00003'")
    with pytest.raises(InputError, match=r"the input has changed since .*\(query\)"):
        coded(job)


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        (["output.file=rows1.csv"], "would find rows1.csv, which this job writes"),
        (["output.file=rows9.csv"], "would find rows9.csv, which this job writes"),
        (["input.files=[rows0.csv]", "output.file=rows0.csv"], "this is the input"),
        (["input.files=[.]", "output.file=all.csv"], "would find all.csv"),
        (["output.file=rules.csv"], "rules.csv: this is the input"),
        (["output.file=crosswalk.csv"], "crosswalk.csv: this is the input"),
        (["output.file=index.csv"], "index.csv: this is the input"),
        (["output.file=no/all.csv"], "there is no folder no. Make it first"),
        (["output.file=all.json"], "expected a name ending in .csv"),
        (["output.file=out/coded/x.csv"], "among the working files of the job"),
        (["input.files=['**/[rp]*0.csv']", "output.form=csv"], "would find out/coded"),
        (["output.folder=rows0.csv"], "rows0.csv: this is no folder"),
        (["output.folder=rows0.csv/x"], "rows0.csv: this is no folder"),
        (["output.folder=~/x"], "stands for the home folder"),
        (["output.folder=."], "this folder is not empty and holds no job"),
    ],
)
@pytest.mark.parametrize("check", [["--check"], []])
def test_input_and_output_keep_apart(
    small_job, tmp_path, monkeypatch, overrides, said, check
):
    monkeypatch.chdir(tmp_path)
    small_job.write_text(small_job.read_text().replace(f"{tmp_path}/", ""))
    before = {f.name: f.read_bytes() for f in tmp_path.glob("*.*") if f.is_file()}
    with pytest.raises(InputError, match=said.replace(".", r"\.")):
        code.main([str(small_job), *overrides, *check])
    after = {f.name: f.read_bytes() for f in tmp_path.glob("*.*") if f.is_file()}
    assert after == before


def test_no_input_lies_in_the_job_folder(small_job, tmp_path):
    coded(small_job)
    part = tmp_path / "out" / "coded" / "part-000000.parquet"
    with pytest.raises(InputError, match="this input lies in the job folder"):
        code.main([str(small_job), f"input.files=[{part}]", "--check"])


def test_the_one_file_may_lie_beside_the_parts(small_job, tmp_path):
    parts = coded(small_job, f"output.file={tmp_path}/out/all.parquet")
    assert pd.read_parquet(tmp_path / "out" / "all.parquet").equals(parts)


def test_an_ending_in_capitals_is_one(small_job, tmp_path):
    """Blocks of one form: in the first, all cells of a column may be blank."""
    parts = coded(small_job, f"output.file={tmp_path}/ALL.PARQUET")
    assert pd.read_parquet(tmp_path / "ALL.PARQUET").equals(parts)
