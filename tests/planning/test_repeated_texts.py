"""Plans of records whose texts repeat, and predictions by them."""

import json
import re

import pandas as pd
import pytest
from support.planned_runs import planned
from support.repeated_runs import CANARY, FREQUENT, RECORDS

from han import plan, predict
from han.errors import InputError
from han.planning.plan_text import plan_text
from han.planning.planning_session import planning_session
from han.runs.loading import load_classifier
from han.runs.manifest import bind_file, write_manifest
from han.runs.run_files import SEEN_TEXTS_FILE, THRESHOLDS_FILE

TARGET = "--target", "leaf=0.85"


@pytest.fixture
def run(repeated_run):
    return repeated_run


@pytest.fixture
def new(run):
    """The same records as another file: most were seen in training, others not."""
    return run.parent / "new.csv"


def coded(run, file):
    """Each record of a file with its route, as `han.predict` writes it."""
    target = run.parent / "coded.csv"
    assert predict.main([str(run), str(file), "-o", str(target)]) == 0
    table = pd.read_csv(target, dtype={"code": str}, na_values={"decision": ""})
    return table.assign(text=pd.read_csv(file)["text"])


def test_the_plan_counts_decisions(run, new, capsys):
    found = planned(run, str(new), *TARGET)
    texts, frequent = pd.read_csv(new)["text"].value_counts(), found["frequent"]
    assert (texts > frequent["most_rows"]).sum() == frequent["units"] == FREQUENT
    assert frequent["records"] == FREQUENT * RECORDS
    others = found["manual_records"] - (FREQUENT - 1) * RECORDS
    assert frequent["promised_units"] == 1 and frequent["promised_records"] == RECORDS
    assert 0 < others < 30
    assert found["decisions"] == FREQUENT - 1 + others
    assert found["clerk_hours"] == round(found["decisions"] * 2 / 60, 2)
    said = capsys.readouterr().out
    assert (
        f"{found['manual_records']} records in {found['decisions']} decisions" in said
    )
    assert f"1 of them ({RECORDS} records) needs nobody" in said
    assert f"{FREQUENT} texts, of {FREQUENT * RECORDS} records" in said


def test_predictions_are_as_planned(run, new):
    found = planned(run, str(new), *TARGET, "--apply")
    table = coded(run, new)
    counts = table["route"].value_counts()
    for name, part in found["routes"].items():
        assert counts.get(name, 0) == part["records"]
    people = table[table["route"] != "auto"]
    once = people["decision"].dropna()
    assert once.nunique() + people["decision"].isna().sum() == found["decisions"]
    assert once.nunique() == FREQUENT - 1
    assert people.groupby("text")["decision"].nunique().max() == 1
    times = table["text"].map(table["text"].value_counts())
    assert (table["repeats"] == times).all()
    assert (table["route"][times == RECORDS] == "auto").sum() == RECORDS
    stored = (run / THRESHOLDS_FILE).read_text(encoding="utf-8")
    [name] = json.loads(stored)["own_levels"]
    assert re.fullmatch("[0-9a-f]{16}", name) and CANARY not in stored


def test_three_times_the_file_has_the_same_routes(run, new):
    found = planned(run, str(new), *TARGET, "--apply")
    before = coded(run, new).groupby("text")["route"].agg(set)
    three = run.parent / "three.csv"
    pd.concat([pd.read_csv(new)] * 3).to_csv(three, index=False)
    after = coded(run, three).groupby("text")["route"].agg(set)
    assert after.equals(before) and before.map(len).max() == 1
    larger = planned(run, str(three), *TARGET)
    assert larger["frequent"]["most_rows"] == 3 * found["frequent"]["most_rows"]
    for name, part in larger["routes"].items():
        assert part["records"] == 3 * found["routes"][name]["records"]
    assert larger["frequent"]["units"] == FREQUENT


def test_a_part_of_the_own_file_has_the_scale_of_the_whole(run):
    found = planned(run, *TARGET)
    frequent = found["frequent"]
    assert found["own_part"] and found["seen"]["records"] == 0
    assert frequent["most_rows"] == frequent["tested_rows"] > 1
    assert frequent["records"] == frequent["units"] * RECORDS > 0


def test_without_keyed_hashes_no_text_is_promised_by_itself(run, new, capsys):
    """The plan says so, and says what `han.predict` will do."""
    (run / SEEN_TEXTS_FILE).unlink()
    write_manifest(run)
    found = planned(run, str(new), *TARGET, "--apply")
    assert found["seen"] is None and found["frequent"]["promised_units"] == 0
    assert "no frequent text is promised by its own records" in capsys.readouterr().out
    counts = coded(run, new)["route"].value_counts()
    assert counts["review"] == found["manual_records"] > FREQUENT * RECORDS
    assert counts["auto"] == found["routes"]["auto"]["records"] > 0


@pytest.mark.parametrize("budget", [20, 100, 400])
def test_a_budget_is_never_exceeded(run, new, budget):
    found = planned(run, str(new), "--budget", str(budget))
    # Records of a text are equally sure, so that all or none of them fit.
    assert budget - 3 < found["decisions"] <= budget
    last = found["levels"][-1]
    assert 0.85 < last["at_least"] < last["calibration"]["accuracy"]


def test_a_budget_for_all_texts_pays_for_all_records(run, new):
    texts = pd.read_csv(new)["text"].nunique()
    found = planned(run, str(new), "--budget", str(texts))
    assert found["routes"]["review"]["share"] == 1
    assert found["decisions"] <= texts


def test_words_that_nobody_knows_take_a_decision_for_each_text(run, new):
    table = pd.read_csv(new)
    table.loc[:99, "text"] = "zzz qqq"
    table.to_csv(new, index=False)
    found = planned(run, str(new), "--budget", "30")
    assert found["unknown_words"] == 100 and 27 < found["decisions"] <= 30
    with pytest.raises(InputError, match=f"budget of {FREQUENT + 1} decisions"):
        plan.main([str(run), str(new), "--budget", "0"])


def test_a_session_plans_as_the_command(run, new):
    found = planned(run, str(new), *TARGET)
    session = planning_session(run, new)
    again = json.loads(json.dumps(session.plan({"leaf": 0.85})))
    same = set(again) - {"data", "refusals"}
    assert {name: again[name] for name in same} == {name: found[name] for name in same}
    assert len(same) > 20
    assert "texts, of 900 records" in plan_text(again, session.tree)


def test_no_text_of_a_respondent_is_written(run, new):
    planned(run, str(new), *TARGET, "--apply", "--sets", "0.9")
    assert CANARY in new.read_text(encoding="utf-8")
    written = [*(run / "plan").iterdir(), run / THRESHOLDS_FILE]
    assert len(written) == 4
    for file in written:
        assert CANARY not in file.read_text(encoding="utf-8")


def test_thresholds_of_older_plans_route_as_before(run, new):
    """They know no repeats: a record goes by how sure the model is of it."""
    planned(run, str(new), *TARGET, "--apply")
    file = run / THRESHOLDS_FILE
    form = json.loads(file.read_text(encoding="utf-8"))
    for name in ("seen_thresholds", "limit", "own_levels", "populations", "asked"):
        del form[name]
    for name in ("least_rows", "most_rows", "repeated"):
        del form["thresholds"][name]
    [promise] = form["thresholds"]["groups"][0]["promises"]
    del promise["units"], promise["largest"]
    file.write_text(json.dumps(form), encoding="utf-8")
    bind_file(run, THRESHOLDS_FILE)
    table = coded(run, new)
    over = table["top_1_probability"] - promise["threshold"]
    is_clear = over.abs() > 1e-5  # the file has rounded numbers
    assert ((table["route"] == "auto") == (over > 0))[is_clear].all()
    assert is_clear.mean() > 0.9 and (over[is_clear] < 0).any()
    assert "repeats" not in table and "decision" not in table
    assert load_classifier(run).router.policy.populations == []
