"""`han.predict` and `han.code` give the same codes for the same records and run."""

import pandas as pd
import pytest
from support.experiments import ROWS
from support.job_runs import coded, opened, write_job, write_rows
from support.planned_runs import planned
from support.repeated_runs import write_again
from support.routed_runs import apply, thresholds
from support.runs import copied_run

import han
from han import predict
from han.decisions.repeat_limit import RepeatLimit

SAME = ["code", "label", "flag", "top_1_code"]
NUMBERS = ["probability", "margin", "p_level_1", "p_level_2", "top_2_probability"]


def both(run, rows, tmp_path, stages="[model]"):
    """The same rows by both commands."""
    job = write_job(tmp_path, run, stages, input=f"{{files: [{rows}], keys: [id]}}")
    found = coded(job, f"output.folder={tmp_path}/{stages.count(',')}")
    target = tmp_path / "predicted.parquet"
    assert predict.main([str(run), str(rows), "-o", str(target), "--top-k", "2"]) == 0
    return found, pd.read_parquet(target)


def assert_same(found, expected, *columns):
    for name in (*SAME, *columns):
        assert found[name].tolist() == expected[name].tolist(), name
    pd.testing.assert_frame_equal(found[NUMBERS], expected[NUMBERS], rtol=0, atol=1e-6)


@pytest.mark.parametrize("stages", ["[model]", "[non_answer, model, clerk]"])
def test_without_thresholds(baseline_run, tmp_path, one_process, stages):
    rows = write_rows(tmp_path / "rows.csv", 200)
    found, expected = both(baseline_run, rows, tmp_path, stages)
    if "," in stages:  # who gives no answer is not asked about, and has no numbers
        asked = found["method"] != "non_answer"
        for name in ("code", "flag"):
            assert found[name].tolist() == expected[name].tolist()
        found, expected = found[asked], expected[asked]
    assert_same(found, expected)


def test_with_thresholds(baseline_run, tmp_path, one_process):
    run = copied_run(baseline_run, tmp_path / "own")
    apply(run, thresholds=thresholds(0.6, 0.7))
    rows = write_rows(tmp_path / "rows.csv", 200)
    found, expected = both(run, rows, tmp_path)
    assert_same(found, expected, "route")
    assert set(found["route"]) == {"auto", "partial", "review"}
    by = found.groupby("route")["method"].agg(set).to_dict()
    assert by["auto"] == {"model"} and by["review"] == {"clerk"}
    is_partial = found["route"] == "partial"  # as far as it is sure, the model's
    assert set(found[is_partial]["method"]) == {"model"}
    assert set(found[is_partial]["reason"]) == {"partial", "other_language"}


def test_with_a_plan(run_to_plan, tmp_path, one_process):
    planned(run_to_plan, "--target", "leaf=0.9", "--apply")
    found, expected = both(run_to_plan, tmp_path / "new.csv", tmp_path)
    assert_same(found, expected, "route")
    assert found["plan"].str.fullmatch("[0-9a-f]{12}").all()


def assert_same_repeats(found, expected):
    assert_same(found, expected, "route")
    repeats = [table["repeats"].fillna(0).astype(int) for table in (found, expected)]
    assert repeats[0].equals(repeats[1])
    # Frequent texts are numbered in another order, each by one number in both.
    pairs = pd.DataFrame({"one": found["decision"], "two": expected["decision"]})
    assert pairs["one"].isna().equals(pairs["two"].isna())
    pairs = pairs.dropna().drop_duplicates()
    assert pairs["one"].is_unique and pairs["two"].is_unique


def test_with_texts_that_repeat(repeated_run, tmp_path, one_process):
    planned(repeated_run, "--target", "leaf=0.9", "--apply")
    found, expected = both(repeated_run, tmp_path / "new.csv", tmp_path)
    assert found["decision"].notna().any()
    assert_same_repeats(found, expected)


@pytest.mark.parametrize("stages", ["[model]", "[non_answer, exact, model]"])
def test_with_a_limit_of_texts(baseline_run, tmp_path, one_process, stages):
    run = copied_run(baseline_run, tmp_path / "own")
    apply(run, limit=RepeatLimit(2, 90))
    rows = write_rows(tmp_path / "rows.csv", 90)
    found, expected = both(run, rows, tmp_path, stages)
    asked = found["declined"].str.contains("model") | (found["method"] == "model")
    assert found[asked]["decision"].notna().any()
    assert_same_repeats(
        found[asked].reset_index(drop=True), expected[asked].reset_index(drop=True)
    )


def test_with_a_limit_of_a_column(baseline_run, tmp_path, one_process):
    """Cells are compared without the blanks around them, whichever those are."""
    run = copied_run(baseline_run, tmp_path / "own")
    apply(run, limit=RepeatLimit(2, 8, "home"))
    homes = ["a", "b", "\u2003a", "b", "", " a ", "c", "\u3000"]
    table = pd.DataFrame({"id": range(8), "home": homes})
    table["text"] = [ROWS[k][0] for k in range(8)]
    table.to_parquet(tmp_path / "rows.parquet", index=False)
    found, expected = both(run, tmp_path / "rows.parquet", tmp_path)
    assert expected["repeats"].fillna(0).tolist() == [3, 2, 3, 2, 0, 3, 1, 0]
    assert_same_repeats(found, expected)


@pytest.mark.parametrize("name", ["number", "repeats", "records"])
def test_a_column_may_be_called_as_counts_are(
    baseline_run, tmp_path, one_process, name
):
    run = copied_run(baseline_run, tmp_path / "own")
    apply(run, limit=RepeatLimit(2, 8, "home"))
    table = pd.DataFrame({"id": range(8), "home": [*"abababab"]})
    table["text"] = [ROWS[k][0] for k in range(8)]
    table[name] = ["x1", *7 * [""]]
    table.to_csv(tmp_path / "rows0.csv", index=False)
    job = write_job(tmp_path, run, "[recode, model, clerk]")
    job.write_text(job.read_text().replace("column: old", f"column: {name}"))
    found = coded(job)
    assert found["method"][0] == "recode" and "recode" not in set(found["method"][1:])
    assert found["repeats"].max() == 4


def test_a_unit_that_is_read_is_named(baseline_run, tmp_path, one_process):
    run = copied_run(baseline_run, tmp_path / "own")
    apply(run, limit=RepeatLimit(2, 8, "home"))
    write_rows(tmp_path / "rows0.csv", 10)
    with pytest.raises(
        han.errors.InputError, match=f"'home', which `the plan of {run}`"
    ):
        coded(write_job(tmp_path, run))


def test_records_as_another_file(repeated_folder, tmp_path, one_process):
    rows = write_again(repeated_folder / "data.csv", tmp_path / "new.csv")
    found, expected = both(repeated_folder / "run", rows, tmp_path)
    assert_same(found, expected)
    job = opened(tmp_path / "job.yaml", f"output.folder={tmp_path}/0")
    answers = job.num_answers(job.tasks[0])
    assert answers == pd.read_csv(rows)["text"].nunique() < len(found)
