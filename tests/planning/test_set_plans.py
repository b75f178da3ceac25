"""Plans for a run with sets of codes, through the command."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.edited_runs import edit_json
from support.set_runs import train_set_run, write_sets

import han
from han import plan, predict
from han.code_list.closure import closure
from han.code_sets import code_outcomes, listed_nodes
from han.code_sets.set_plan import route_sets
from han.errors import InputError
from han.experiment.labelled_rows import read_rows
from han.experiment.row_sources import find_source
from han.runs.routing_policy import load_routing_policy
from han.runs.run_folder import RunFolder
from han.tables.locations import data_location


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return train_set_run(tmp_path_factory.mktemp("sets"))


@pytest.fixture(scope="module")
def new(run):
    """New labelled records of the same kind: their file, probabilities and codes."""
    file = run.parent / "new.csv"
    write_sets(file, 3000, seed=9)
    folder, classifier = RunFolder(run), han.load(run)
    config = folder.config()
    source = find_source(folder, config, data_location(file), None)
    rows = read_rows(config, classifier, source)
    return file, classifier.log_probabilities(rows.encode(classifier)), rows.true.nodes


def test_codes_of_a_table_are_found_where_keys_are_not_asked(run, new, tmp_path):
    file, config = new[0], RunFolder(run).config()
    table = pd.read_csv(file, dtype=str)
    codes = table.assign(codes=table["codes"].str.split("|")).explode("codes")
    codes[["id", "codes"]].to_csv(tmp_path / "codes.csv", index=False)
    table.drop(columns="codes").to_csv(tmp_path / "rows.csv", index=False)
    given = replace(
        config.data, label_sets=None, codes_file=str(tmp_path / "codes.csv")
    )
    source = find_source(
        RunFolder(run), config, data_location(tmp_path / "rows.csv"), None
    )
    long = replace(config, data=given)
    rows = read_rows(long, han.load(run), source, without_keys=True)
    np.testing.assert_array_equal(rows.true.nodes, new[2])


def planned(run, *given):
    assert plan.main([str(run), *map(str, given), "-o", str(run / "plan")]) == 0
    return json.loads((run / "plan" / "plan.json").read_text(encoding="utf-8"))


def test_applied_plans_route_as_they_say(run, new, capsys):
    file, logs, true = new
    asked = "--target", "1=0.9", "--target", "leaf=0.85", "--sets", "0.9", "--apply"
    found = planned(run, file, *asked, "--lang", "en")
    tree = han.load(run).taxonomy
    applied = load_routing_policy(run).set_plan
    routed = route_sets(logs, tree, applied)
    shares = {name: (routed.routes == name).mean() for name in found["routes"]}
    for name, part in found["routes"].items():
        assert part["share"] == pytest.approx(shares[name])
        codes = routed.codes[routed.routes == name]
        assert part["codes"] == (codes >= 0).sum()
    assert min(shares["auto"], shares["review"]) > 0.02
    hours = (2 * shares["review"] + shares["partial"]) * 3000 / 60
    assert found["clerk_hours"] == pytest.approx(hours, abs=0.01)
    for level, target in zip(found["levels"], (0.9, 0.85), strict=True):
        assert level["at_least"] == target < level["calibration"]["accuracy"]
        assert level["data"]["accuracy"] > target - 0.02  # the truth, nearly
    outcomes = code_outcomes(
        routed.codes[routed.routes == "auto"], true[routed.routes == "auto"], tree
    )
    assert found["levels"][1]["data"]["right"] == (outcomes == 1).sum()
    listed = listed_nodes(logs, applied.lists, tree)
    inside = ~(closure(true, tree).toarray() & ~listed).any(axis=1)
    lists = found["lists"]["all"]
    assert lists["all_codes_inside"] == pytest.approx(inside.mean())
    assert inside.mean() > 0.87 and lists["mean_size"] < 3
    said = capsys.readouterr().out
    assert "at least 85.0% are right" in said and "Applied: han.predict" in said
    table = pd.read_csv(run / "plan" / "plan.csv")
    assert table["kind"].tolist() == ["route"] * 3 + ["level"] * 2
    assert "thresholds.json" in (run / "manifest.json").read_text(encoding="utf-8")


def test_an_applied_plan_belongs_to_its_run(run, tmp_path):
    planned(run, "--target", "leaf=0.85", "--apply")
    other = shutil.copytree(run, tmp_path / "other")
    edit_json(other / "thresholds.json", lambda form: form["set_plan"].clear())
    with pytest.raises(InputError, match=r"thresholds\.json is damaged, changed"):
        load_routing_policy(other)
    (other / "manifest.json").unlink()
    edit_json(other / "environment.json", lambda form: form.pop("manifest"))
    with pytest.raises(InputError, match=r"thresholds\.json is damaged \(KeyError\)"):
        load_routing_policy(other)
    shutil.copy(run / "thresholds.json", other)
    edit_json(other / "set_rule.json", lambda form: form.update(thresholds=[0.1, 0.1]))
    with pytest.raises(InputError, match="made for another model"):
        load_routing_policy(other)
    (other / "thresholds.json").unlink()
    assert load_routing_policy(other) is None


def test_promises_hold_through_the_command(run, new, tmp_path):
    """Each drawing of calibration records promises; the truth is known."""
    _, logs, true = new
    tree, failed, auto = han.load(run).taxonomy, 0, []
    write_sets(tmp_path / "few.csv", 30, seed=99)
    for drawing in range(8):
        file = tmp_path / f"known{drawing}.csv"
        write_sets(file, 700, seed=100 + drawing)
        asked = "--target", "leaf=0.85", "--confidence", "0.9", "--calibration", file
        planned(run, tmp_path / "few.csv", *asked, "--apply")
        routed = route_sets(logs, tree, load_routing_policy(run).set_plan)
        outcomes = code_outcomes(routed.codes, true, tree)
        right, judged = ((outcomes == 1).sum(), (outcomes >= 0).sum())
        failed += bool(judged and right < 0.85 * judged)
        auto.append((routed.routes == "auto").mean())
    assert failed <= 2  # of 8, a tenth each
    assert np.median(auto) > 0.5


def test_a_refusal_says_why_and_all_goes_to_people(run, capsys):
    found = planned(run, "--target", "leaf=0.995", "--lang", "en", "--apply")
    said = capsys.readouterr().out
    assert "99.5% cannot be promised" in said and "Nothing is promised." in said
    assert "sends every record to a person" in said
    assert found["routes"]["review"]["share"] == 1 and not found["populations"]
    planned(run, "--target", "leaf=0.995", "--sets", "0.9999", "--lang", "es")
    said = capsys.readouterr().out
    assert "No se promete nada" in said and "No hay listas" in said


def test_lists_alone_and_what_sets_do_not_have(run):
    found = planned(run, "--sets", "0.8")
    assert found["levels"] == [] and found["routes"]["review"]["share"] == 1
    assert found["lists"]["all"]["all_codes_inside"] > 0.7
    for option in (["--budget", "9"], ["--target", "1=0.9", "--by-group", "1"]):
        with pytest.raises(InputError, match=f"{option[-2]} does not work with sets"):
            plan.main([str(run), *option])
    with pytest.raises(InputError, match="Say what is wanted"):
        plan.main([str(run)])


def test_what_stands_too_often_is_for_a_person(run, tmp_path):
    """Evidence counts texts; a text that no promise covers goes to people."""
    write_sets(tmp_path / "known.csv", 2100, seed=5, repeats=3)
    write_sets(tmp_path / "wave.csv", 2040, seed=6, repeats=3)
    lines = (tmp_path / "wave.csv").read_text(encoding="utf-8").splitlines()
    often = lines[1:2] * 60
    text = "\n".join([*lines, *often]) + "\n"
    (tmp_path / "wave.csv").write_text(text, encoding="utf-8")
    asked = "--target", "leaf=0.8", "--calibration", tmp_path / "known.csv"
    found = planned(run, tmp_path / "wave.csv", *asked)
    assert found["unit"] == "text" and 3 <= found["most_codes"] <= 9
    about = found["populations"][0]
    assert about["records"] == 3 * about["units"]
    assert 63 <= found["too_many"] < 500
    single = planned(run, tmp_path / "wave.csv", *asked, "--cluster", "none")
    assert single["most_codes"] <= 3 < found["plan"]["promises"][0]["largest"]
    house = planned(run, tmp_path / "wave.csv", *asked, "--cluster", "house")
    assert house["unit"] == "house" and house["unit_known"]
    assert Path(house["populations"][0]["file"]).name == "known.csv"


def test_predictions_follow_the_applied_plan(run, tmp_path, capsys):
    write_sets(tmp_path / "wave.csv", 900, seed=7)
    lines = (tmp_path / "wave.csv").read_text(encoding="utf-8").splitlines()
    text = "\n".join([*lines, *lines[1:2] * 20, "x,,h0,"]) + "\n"
    (tmp_path / "wave.csv").write_text(text, encoding="utf-8")
    asked = "--target", "leaf=0.85", "--target", "1=0.9", "--sets", "0.9", "--apply"
    found = planned(run, tmp_path / "wave.csv", *asked, "--list-codes", "2")
    given = [str(run), str(tmp_path / "wave.csv"), "-o", str(tmp_path / "out.csv")]
    assert predict.main([*given, "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "Routes: " in said and "The promise holds for records like these" in said
    table = pd.read_csv(tmp_path / "out.csv", dtype=str, keep_default_na=False)
    for name, part in found["routes"].items():
        rows = table[table["route"] == name]
        assert len(rows) == part["records"] > 0
        assert rows["num_codes"].astype(int).sum() == part["codes"]
    # A text that stands often is answered once: the plan counts as the predictions do.
    manual = table.loc[table["route"] != "auto", "decision"]
    own = manual.isin(["", "0"])
    assert found["decisions"] == own.sum() + manual[~own].nunique() < len(manual)
    assert found["manual_records"] == len(manual)
    often = table[table["repeats"] == "21"]
    assert len(often) == 21 and (often["route"] == "review").all()
    assert {*often["decision"]} == {"1"} and (often["codes"] == "").all()
    sizes = table["set_size"].astype(int)
    assert sizes.mean() == pytest.approx(found["lists"]["all"]["mean_size"], rel=0.01)
    is_cut = table["set_cut"] == "True"
    assert ((sizes > 2) == is_cut).all() and is_cut.any()
    assert (table["set_codes"].str.count(r"\|") <= 1).all()
    assert table.iloc[-1][["route", "set_codes", "codes"]].tolist() == [
        "review",
        "",
        "",
    ]
    assert predict.main([*given, "--decoding", "top_k", "--top-k", "1"]) == 0
    assert "route" not in pd.read_csv(tmp_path / "out.csv")
    one = han.load(run).predict(["pan dulce de trigo uno"])
    assert one["route"].tolist() == ["auto"] and one["codes"].tolist() == ["11"]
