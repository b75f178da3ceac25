"""A job from end to end: each stage decides some rows, and says why."""

from pathlib import Path

import pandas as pd
import pytest
from support.job_runs import (
    RULES,
    coded,
    counts_of,
    part_bytes,
    small_blocks,
    write_job,
    write_rows,
)
from support.routed_runs import apply, thresholds
from support.runs import copied_run

import han
from han import code
from han.config.job_config import read_job

STAGES = ["non_answer", "exact", "rules", "recode", "fuzzy", "model", "clerk"]
OF_JOB = ["model", "code_list", "plan", "job"]


def test_every_stage_decides_some_rows_and_says_why(small_job, tmp_path, capsys):
    found = coded(small_job, "tasks.kind.run=" + routed(small_job, tmp_path))
    first = found[found["route"] != "partial"].drop_duplicates("method")
    first = first.set_index("method")
    assert sorted(first.index) == sorted(STAGES)
    assert first["reason"].drop(["model"]).to_dict() == {
        "non_answer": "blank",
        "exact": "index:E1",
        "rules": "rule:R1",
        "recode": "crosswalk:x1>22",
        "fuzzy": "fuzzy:97.2:index:E2",
        "clerk": "",
    }
    assert first.loc["model", "reason"].startswith("margin:0.")
    assert first["code"].drop("model").to_dict() == {
        "non_answer": "",
        "exact": "12",
        "rules": "21",
        "recode": "22",
        "fuzzy": "22",
        "clerk": "",
    }
    declined = dict(
        part.split("=") for part in first.loc["clerk", "declined"].split(";")
    )
    assert list(declined) == STAGES[:-1] and declined["model"] == "unknown_words"
    assert found["id"].tolist() == [f"{k:05d}" for k in range(600)]
    counts = counts_of(tmp_path / "out")["tasks"]["kind"]
    rows = {name: number["rows"] for name, number in counts["method"].items()}
    assert rows == found["method"].value_counts().to_dict()
    people = rows["clerk"] + counts["route"]["partial"]["rows"]
    assert counts["people"]["rows"] == people
    said = capsys.readouterr().out
    assert f"People code or complete {people} rows" in said


def routed(job, tmp_path):
    """A run that codes what it is rather sure of."""
    (task,) = read_job(job).tasks.values()
    own = copied_run(Path(task.run), tmp_path / "routed")
    apply(own, thresholds=thresholds(0.6, 0.6))
    return str(own)


def test_hashes_tell_what_a_row_came_from(small_job, tmp_path):
    found = coded(small_job)
    assert found[OF_JOB].drop_duplicates().shape == (1, 4)
    before = found.loc[0, OF_JOB]
    assert before["model"] and before["code_list"] and not before["plan"]
    (tmp_path / "rules.csv").write_text(RULES.replace(",11,", ",12,"))
    after = coded(small_job, "--restart").loc[0, OF_JOB]
    assert (before == after).tolist() == [True, True, True, False]


def test_equal_answers_get_equal_rows(small_job):
    found = coded(small_job).drop(columns="id")
    text = pd.concat(
        pd.read_csv(small_job.with_name(f"rows{k}.csv"), keep_default_na=False)
        for k in range(2)
    )
    answers = found.assign(text=text["text"].tolist(), old=text["old"].tolist())
    assert (
        len(answers.drop_duplicates())
        == answers[["text", "old"]].drop_duplicates().shape[0]
    )


def test_provenance_gives_the_code_again(small_job, tmp_path):
    """Each reason names the entry, the rule or the crosswalk's row with its code."""
    found = coded(small_job)
    index = pd.read_csv(tmp_path / "index.csv", dtype=str).set_index("id")["code"]
    rules = pd.read_csv(tmp_path / "rules.csv", dtype=str).set_index("id")["code"]
    cross = pd.read_csv(tmp_path / "crosswalk.csv", dtype=str).set_index("old")["new"]
    again = {
        "exact": lambda reason: index[reason.removeprefix("index:")],
        "fuzzy": lambda reason: index[reason.rpartition(":")[2]],
        "rules": lambda reason: rules[reason.removeprefix("rule:")],
        "recode": lambda reason: cross[reason.removeprefix("crosswalk:").split(">")[0]],
        "non_answer": lambda reason: "",
    }
    others = found[found["method"] != "model"]
    assert set(others["method"]) == set(again)
    for method, reason, given in others[["method", "reason", "code"]].to_numpy():
        assert again[method](reason) == given
    by_model = found[found["method"] == "model"]
    assert (by_model["code"] == by_model["top_1_code"]).all()


def test_the_order_of_stages_decides(small_job, tmp_path):
    """Whoever comes first decides, and one behind changes nothing of those before."""
    found = coded(small_job)
    turned = coded(
        small_job,
        "tasks.kind.stages=[recode, rules, exact, non_answer, fuzzy, model]",
        f"output.folder={tmp_path}/turned",
    )
    old = found["id"].astype(int) % 7 == 5
    assert set(turned[old]["method"]) == {"recode"}
    assert set(found["method"]) == set(turned["method"])
    same = found["method"] == turned["method"]
    assert (found["code"] == turned["code"])[same].all() and not same.all()


def test_inputs_in_another_order_give_the_same_rows(small_job, tmp_path):
    found = coded(small_job).drop(columns="job")
    files = f"input.files=[{tmp_path}/rows1.csv, {tmp_path}/rows0.csv]"
    turned = coded(small_job, files, f"output.folder={tmp_path}/turned")
    turned = turned.drop(columns="job").sort_values("id", ignore_index=True)
    pd.testing.assert_frame_equal(found, turned)


def test_chunks_change_no_byte(small_job, tmp_path, monkeypatch):
    small_blocks(monkeypatch)
    for folder, answers in (("a", 1), ("b", 48), ("c", 10_000)):
        coded(
            small_job,
            f"output.folder={tmp_path}/{folder}",
            f"resources.answers={answers}",
        )
    assert len([*(tmp_path / "a" / "work").rglob("coded/*.parquet")]) > 9
    assert part_bytes(tmp_path / "a") == part_bytes(tmp_path / "b")
    assert part_bytes(tmp_path / "a") == part_bytes(tmp_path / "c")


def test_a_job_goes_on_with_other_chunks(small_job, tmp_path, monkeypatch):
    small_blocks(monkeypatch)
    coded(small_job, f"output.folder={tmp_path}/whole")
    for step in ("read", "code"):
        assert code.main([str(small_job), "resources.answers=16", "--step", step]) == 0
    coded(small_job, "resources.answers=64")
    assert part_bytes(tmp_path / "out") == part_bytes(tmp_path / "whole")


def test_several_tasks_in_one_pass(
    baseline_run, calibration_folder, tmp_path, one_process
):
    write_rows(tmp_path / "rows0.csv", 100)
    one = f"{{run: {baseline_run}, stages: [non_answer, model], fields: {{text: old}}}}"
    two = f"{{run: {calibration_folder}/run, top_k: 1}}"
    job = write_job(tmp_path, baseline_run, tasks=f"{{was: {one}, now: {two}}}")
    found = coded(job)
    assert list(found.columns[:3]) == ["id", "was_code", "was_level"]
    for name, run, texts in (
        ("was", baseline_run, "old"),
        ("now", calibration_folder / "run", "text"),
    ):
        rows = pd.read_csv(tmp_path / "rows0.csv", keep_default_na=False)
        expected = han.load(run).predict(rows[texts].tolist())
        assert found[f"{name}_code"].tolist() == expected["code"].tolist()
        assert found[f"{name}_flag"].tolist() == expected["flag"].tolist()
    assert "now_top_2_code" not in found and "was_top_2_code" in found


def test_parts_and_the_one_file_hold_the_same_rows(small_job, tmp_path):
    for number in range(2):
        write_rows(tmp_path / f"rows{number}.csv", 1300, 1300 * number)
    parts = coded(small_job, f"output.file={tmp_path}/all.csv")
    assert [*part_bytes(tmp_path / "out")] == [
        f"part-00000{k}.parquet" for k in range(3)
    ]
    texts = coded(small_job, "output.form=csv", f"output.folder={tmp_path}/csv")
    whole = pd.read_csv(tmp_path / "all.csv", dtype=str, keep_default_na=False)
    pd.testing.assert_frame_equal(whole.drop(columns="job"), texts.drop(columns="job"))
    assert whole["id"].tolist() == parts["id"].tolist()
    assert whole["level"].tolist() == [
        "" if pd.isna(x) else str(int(x)) for x in parts["level"]
    ]


@pytest.mark.parametrize("rows", [1, 2])
def test_the_smallest_jobs(small_job, tmp_path, rows):
    (tmp_path / "rows1.csv").unlink()
    write_rows(tmp_path / "rows0.csv", rows)
    assert len(coded(small_job)) == rows


def test_cells_as_long_as_a_book(small_job, tmp_path):
    (tmp_path / "rows1.csv").unlink()
    (tmp_path / "rows0.csv").write_text(
        f'id,text,old\n1,"{"pan " * 200_000}",\n2,"a\n\n,""b",\n'
    )
    assert coded(small_job)["method"].tolist() == ["rules", "model"]
