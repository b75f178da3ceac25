"""Plans with a random sample of the records to be coded."""

import numpy as np
import pandas as pd
import pytest
from support.planned_runs import planned
from support.repeated_runs import repeated_texts, train_repeated

from han import plan, predict
from han.errors import InputError
from han.metrics.design_estimates import design_ratio
from han.runs.manifest import write_manifest
from han.runs.run_files import SEEN_TEXTS_FILE

TARGET = "--target", "leaf=0.85"


@pytest.fixture
def run(repeated_run):
    return repeated_run


@pytest.fixture
def new(run):
    return run.parent / "new.csv"


@pytest.fixture
def sample(run):
    """A file of 400 records, with what a design may need."""
    table = repeated_texts(1).sample(400, random_state=3).reset_index(drop=True)
    table["chance"] = 1 + np.arange(400) % 4
    table["region"] = np.where(np.arange(400) % 2, "north", "south")
    file = run.parent / "sample.csv"
    table.to_csv(file, index=False)
    return file


def changed(file, **columns):
    """The file with other cells in its first three rows."""
    table = pd.read_csv(file, dtype=str)
    for name, cell in columns.items():
        table.loc[:2, name] = cell
    table.to_csv(file, index=False)


def test_seen_and_new_texts_have_promises_of_their_own(run, new, sample, capsys):
    found = planned(run, str(new), *TARGET, "--sample", str(sample), "--apply")
    own, seen = found["populations"]
    assert (own["unit"], seen["is_sample"], seen["is_seen"]) == ("text", True, True)
    assert found["seen_thresholds"] and found["seen"]["auto"] > 300
    assert not found["frequent"]["excuses_seen"]
    said = capsys.readouterr().out
    assert "For texts seen in training a promise of its own holds" in said
    assert "nothing is promised of them" not in said
    target = run.parent / "coded.csv"
    assert predict.main([str(run), str(new), "-o", str(target)]) == 0
    table = pd.read_csv(target)
    for name, part in found["routes"].items():
        assert (table["route"] == name).sum() == part["records"]
    people = table[table["route"] != "auto"]
    once = people["decision"].dropna().nunique()
    assert found["decisions"] == once + people["decision"].isna().sum()


def test_the_estimates_are_those_of_the_sample(run, new, sample, capsys):
    """Of the sampled records that are coded, by their weights."""
    design = "--sample-weight", "chance", "--strata", "region"
    arguments = "--sample", str(sample), *design, "--apply"
    found = planned(run, str(new), *TARGET, *arguments)
    every, seen, others = found["estimates"]
    assert [e["of"] for e in (every, seen, others)] == ["all", "seen", "new"]
    assert every["records"] == seen["records"] + others["records"] > 200
    assert "estimated from the sample" in capsys.readouterr().out
    table = pd.read_csv(sample, dtype=str)
    target = run.parent / "coded.csv"
    assert predict.main([str(run), str(new), "-o", str(target)]) == 0
    coded = pd.read_csv(target, dtype=str, keep_default_na=False)
    coded["text"] = pd.read_csv(new, dtype=str)["text"]
    codes = coded[coded["route"] == "auto"].drop_duplicates("text")
    given = table["text"].map(codes.set_index("text")["code"])
    again = design_ratio(
        (given == table["level_2"]).to_numpy(),
        given.notna().to_numpy(),
        weights=table["chance"].astype(float),
        strata=table["region"],
    )
    assert every["records"] == again.records
    assert every["accuracy"] == pytest.approx(again.estimate)
    assert every["interval"] == pytest.approx(list(again.interval))


def test_without_seen_texts_the_sample_promises_all(run, new, sample, capsys):
    (run / SEEN_TEXTS_FILE).unlink()
    write_manifest(run)
    found = planned(run, str(new), *TARGET, "--sample", str(sample))
    [population] = found["populations"]
    assert population["is_sample"] and not population["is_seen"]
    assert [e["of"] for e in found["estimates"]] == ["all"]
    assert found["seen_thresholds"] is None
    assert "The promise holds for records like those of" in capsys.readouterr().out


def test_without_calibration_records_the_sample_promises_all(tmp_path, sample, new):
    settings = "data.split.calibration=0", f"logging.run_folder={tmp_path}/alone"
    train_repeated(tmp_path, *settings)
    run, given = tmp_path / "alone", ("--sample", str(sample))
    found = planned(run, str(new), *TARGET, *given)
    [population] = found["populations"]
    assert population["is_sample"] and found["routes"]["auto"]["records"] > 1500
    assert [e["of"] for e in found["estimates"]] == ["all", "seen", "new"]
    for more, message in [
        (["--cluster", "firm"], "--cluster firm says how calibration records"),
        (["--sets", "0.9"], "--sets needs calibration records"),
    ]:
        with pytest.raises(InputError, match=message):
            plan.main([str(run), str(new), *TARGET, *given, *more])
    with pytest.raises(InputError, match="--budget needs calibration records"):
        plan.main([str(run), str(new), "--budget", "10", *given])


def test_clusters_that_were_not_drawn_may_be_larger(run, new, sample, capsys):
    given = "--target", "1=0.6", "--sample", str(sample), "--sample-cluster", "firm"
    before = planned(run, str(new), *given)
    assert before["seen"]["auto"] + before["routes"]["partial"]["records"] > 500
    table = pd.read_csv(new)
    table["firm"] = table["firm"].mask(table.index < 400, "large")
    table.to_csv(new, index=False)
    after = planned(run, str(new), *given)
    [refusal] = [one for one in after["refusals"] if one["seen"]]
    assert refusal["largest"] == 400
    said = capsys.readouterr().out
    assert "what was drawn together may weigh as much as 400 average records" in said
    assert "records of the sample" in said
    table.drop(columns="firm").to_csv(new, index=False)
    planned(run, str(new), *given)
    assert "which firm they are of: the promise assumes" in capsys.readouterr().out


def test_a_budget_is_not_chosen_by_the_sample(run, new, sample, capsys):
    found = planned(run, str(new), "--budget", "100", "--sample", str(sample))
    assert found["estimates"] and not found["populations"][0]["is_sample"]
    said = capsys.readouterr().out
    assert "not a promise." in said and "chose the thresholds" not in said
    assert "nothing is promised of them." in said and "--sample FILE" not in said


@pytest.mark.parametrize(
    "cells, arguments, message",
    [
        ({"chance": "-1"}, ["--sample-weight", "chance"], "rows 1, 2, 3: .* 0 or more"),
        ({"chance": "x"}, ["--sample-weight", "chance"], r"\(--sample-weight\) must"),
        ({"chance": "1.500,5"}, ["--sample-weight", "chance"], "number of 0 or more"),
        ({"region": " "}, ["--strata", "region"], r"1, 2, 3: column 'region'.* blank"),
        ({}, ["--strata", "no"], r"no column 'no' \(`--strata`\)"),
        ({}, ["--sample-weight", "no"], r"no column 'no' \(`--sample-weight`\)"),
        ({}, ["--sample-cluster", "no"], r"no column 'no' \(`--sample-cluster`\)"),
        ({}, ["--strata", ""], "--strata is blank"),
        ({}, ["--weighted"], "--sample-weight COLUMN"),
        ({}, ["--strata", "region", "--sample-cluster", "firm"], "another stratum"),
    ],
)
def test_mistakes_about_a_sample(run, new, sample, cells, arguments, message):
    changed(sample, **cells)
    with pytest.raises(InputError, match=message):
        plan.main([str(run), str(new), *TARGET, "--sample", str(sample), *arguments])


def test_files_that_are_no_sample(repeated_folder, run, new, sample):
    own = repeated_folder / "data.csv"
    with pytest.raises(InputError, match="was trained with this file"):
        plan.main([str(run), str(new), *TARGET, "--sample", str(own)])
    pd.read_csv(sample).assign(level_1="", level_2="").to_csv(sample, index=False)
    with pytest.raises(InputError, match="no record of the sample has a code"):
        plan.main([str(run), str(new), *TARGET, "--sample", str(sample)])
    with pytest.raises(InputError, match="--strata says how a sample was drawn"):
        plan.main([str(run), str(new), *TARGET, "--strata", "region"])
