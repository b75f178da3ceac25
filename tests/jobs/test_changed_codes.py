"""What another rule table, run or setting would change, before it is used."""

import shutil

import pandas as pd
import pytest
from support.job_runs import RULES, part_bytes, parts_of

from han import code
from han.errors import InputError

CHANGED = RULES.replace("martillo grande,21", "martillo grande,22")
CHANGED += "R3,queso fresco,,ana,a person decides\n"


@pytest.fixture
def coded_job(small_job, tmp_path):
    """A job of 600 rows that has been coded, and a table of other rules."""
    (tmp_path / "others.csv").write_text(CHANGED, encoding="utf-8")
    assert code.main([str(small_job)]) == 0
    return small_job


def explained(job, change):
    assert code.main([str(job), "--explain-change", str(change)]) == 0


def test_the_rows_are_those_that_change_when_it_is_used(coded_job, tmp_path, capsys):
    before = parts_of(tmp_path / "out")
    bytes_before = part_bytes(tmp_path / "out")
    explained(coded_job, tmp_path / "others.csv")
    said = capsys.readouterr().out
    found = pd.read_parquet(tmp_path / "out" / "changes.parquet")
    assert part_bytes(tmp_path / "out") == bytes_before
    settings = [f"tasks.kind.rules.file={tmp_path}/others.csv"]
    settings.append(f"output.folder={tmp_path}/new")
    assert code.main([str(coded_job), *settings]) == 0
    both = before.merge(
        parts_of(tmp_path / "new"), on="id", suffixes=("_before", "_after")
    )
    wanted = both[both["code_before"] != both["code_after"]]
    assert 0 < len(wanted) < len(before)
    assert set(wanted["method_after"]) == {"rules", "clerk"}
    what, when = ("code", "method", "reason"), ("before", "after")
    columns = [f"{name}_{time}" for name in what for time in when]
    pd.testing.assert_frame_equal(
        found[["id", *columns]].astype(str),
        wanted[["id", *columns]].astype(str).reset_index(drop=True),
    )
    assert f"{len(wanted)} rows would get another code" in said


def test_another_change_forgets_the_first_and_none_changes_nothing(
    coded_job, tmp_path, capsys
):
    explained(coded_job, tmp_path / "others.csv")
    shutil.copy(tmp_path / "rules.csv", tmp_path / "same.csv")
    explained(coded_job, tmp_path / "same.csv")
    assert "0 rows would get another code" in capsys.readouterr().out
    assert pd.read_parquet(tmp_path / "out" / "changes.parquet").empty
    assert len(list((tmp_path / "out" / "work" / "changes").iterdir())) == 1
    assert code.main([str(coded_job), "--restart"]) == 0
    assert not (tmp_path / "out" / "changes.parquet").exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("none.csv", "there is no such file. Expected a rule table, the folder"),
        ("input.files=[a.csv]", "input, output and resources are those of the job"),
        ("output.rows=5000", "input, output and resources are those of the job"),
        ("tasks.kind.rules.file=none.csv", "none.csv: there is no such table of a"),
    ],
)
def test_what_cannot_be_explained_is_said(coded_job, change, said):
    with pytest.raises(InputError, match=said):
        explained(coded_job, change)


def test_another_column_than_the_job_has_read(coded_job, tmp_path):
    (tmp_path / "others.csv").write_text("id,where,code\nR1,age < 15,21\n")
    with pytest.raises(InputError, match="reads the columns 'age', which the job has"):
        explained(coded_job, tmp_path / "others.csv")


def test_without_the_working_files_nothing_can_be_explained(coded_job, tmp_path):
    assert code.main([str(coded_job), "--clean"]) == 0
    with pytest.raises(InputError, match=r"were removed .--clean.*--restart"):
        explained(coded_job, tmp_path / "others.csv")
