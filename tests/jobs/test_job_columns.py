"""Names of columns: any may be a key, but for those of the output."""

import json

import pandas as pd
import pyarrow as pa
import pytest
from support.job_runs import coded, write_job, write_rows

from han.config.job_config import read_job
from han.errors import InputError
from han.jobs.coding_job import CodingJob
from han.jobs.job_output import _content

ODD = ['a "b"', "c0", "select", "é;x", "two\nlines", "r", "f.name", "it's", " s ", "%"]


@pytest.fixture
def odd_job(baseline_run, tmp_path, one_process):
    """A function that makes a job with further columns as keys."""
    table = pd.read_csv(
        write_rows(tmp_path / "rows0.csv", 12), dtype=str, keep_default_na=False
    )

    def make(keys, tasks=("kind",), columns=()):
        extra = {name: [f"{name}{k}" for k in range(12)] for name in columns or keys}
        table.assign(**extra).to_csv(tmp_path / "rows0.csv", index=False)
        given = {"files": [str(tmp_path / "rows0.csv")], "keys": list(keys)}
        settings = {name: {"run": str(baseline_run)} for name in tasks}
        return write_job(
            tmp_path,
            baseline_run,
            input=json.dumps(given, ensure_ascii=False),
            tasks=json.dumps(settings),
        )

    return make


def test_any_column_may_be_a_key(odd_job):
    found = coded(odd_job(ODD))
    assert list(found.columns[: len(ODD)]) == ODD
    for name in ODD:
        assert found[name].tolist() == [f"{name}{k}" for k in range(12)]


@pytest.mark.parametrize(
    ("keys", "tasks"),
    [
        (["code"], ["kind"]),
        (["Code"], ["kind"]),  # DuckDB, and not it alone, would take it for `code`
        (["FILE"], ["kind"]),
        (["top_7_code"], ["kind"]),
        (["declined"], ["kind"]),
        (["kind_code"], ["kind", "other"]),
        (["KIND_reason"], ["kind", "other"]),
    ],
)
def test_no_column_of_the_output_may_be_a_key(odd_job, keys, tasks):
    with pytest.raises(InputError, match=f"`input.keys` has {keys[0]}, and the output"):
        coded(odd_job(keys, tasks))


def test_a_key_is_named_once(odd_job):
    with pytest.raises(InputError, match=r"`input\.keys` has x twice"):
        coded(odd_job(["x", "y", "X"]))


def test_the_text_itself_may_be_a_key(baseline_run, tmp_path, one_process):
    rows = pd.read_csv(write_rows(tmp_path / "rows0.csv", 50), keep_default_na=False)
    given = f"{{files: ['{tmp_path}/rows0.csv'], keys: [text, old]}}"
    found = coded(write_job(tmp_path, baseline_run, input=given))
    assert found["text"].tolist() == rows["text"].tolist()


def test_rows_are_numbered_by_file_without_keys(small_job, tmp_path):
    settings = small_job.read_text().replace(", keys: [id]", "")
    small_job.write_text(settings)
    found = coded(small_job)
    assert list(found.columns[:2]) == ["file", "row"]
    files = [f"{tmp_path}/rows{k}.csv" for k in range(2)]
    assert list(zip(found["file"], found["row"], strict=True)) == [
        (file, row) for file in files for row in range(1, 301)
    ]


def test_tasks_of_any_name(odd_job):
    tasks = ["rows", "Rows", "a", "code"]
    found = coded(odd_job(["x"], tasks))
    for name in tasks:
        assert found[f"{name}_code"].equals(found["rows_code"])


def test_a_missing_column_is_said_with_who_asks(small_job, tmp_path):
    for name, by in (("id", "input.keys"), ("text", "tasks.kind.fields")):
        table = pd.read_csv(write_rows(tmp_path / "rows1.csv", 3), dtype=str)
        table.drop(columns=name).to_csv(tmp_path / "rows1.csv", index=False)
        with pytest.raises(InputError, match=f"no column '{name}', which `{by}` names"):
            coded(small_job)


def test_titles_are_no_formulas_in_a_spreadsheet(odd_job, tmp_path):
    job = CodingJob.of(read_job(odd_job(["x"], ["kind", "other"])))
    table = pa.table({"x": ["-1"], "kind_label": ["=1+1"], "other_label": ["a"]})
    text = _content(job, table, tmp_path / "x.csv", is_first=False)
    assert text.decode().strip() == "-1,'=1+1,a"
