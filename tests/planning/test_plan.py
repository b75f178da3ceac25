"""`python -m han.plan` as a user types it, and `han.predict` by its thresholds."""

import numpy as np
import pandas as pd
import pytest
from support.planned_runs import planned, write_data

import han
from han import plan, predict, train
from han.decisions.conformal_lists import ConformalSets
from han.decisions.guarantee import Promise
from han.decisions.threshold_bands import POOL, Thresholds
from han.errors import InputError
from han.runs.manifest import bind_file, write_manifest
from han.runs.replaced_run import clear
from han.runs.routing_policy import RoutingPolicy, load_routing_policy, run_fingerprint
from han.runs.run_folder import RunFolder


@pytest.fixture
def run(run_to_plan):
    return run_to_plan


def coded(run, *arguments):
    target = run.parent / "coded.csv"
    data = str(run.parent / "new.csv")
    assert predict.main([str(run), data, "-o", str(target), *arguments]) == 0
    return pd.read_csv(target, dtype=str, keep_default_na=False)


def test_a_plan_for_the_test_records(run, capsys):
    found = planned(run, "--target", "leaf=0.8", "--target", "1=0.85")
    routes = found["routes"]
    assert sum(part["records"] for part in routes.values()) == found["records"]
    assert routes["auto"]["records"] > 0 and found["weighted"]
    assert [level["is_target"] for level in found["levels"]] == [True, True]
    leaf = found["levels"][1]
    assert leaf["at_least"] == 0.8 and leaf["data"]["accuracy"] > 0.75
    assert leaf["calibration"]["right"] > 0.8 * leaf["calibration"]["known"]
    assert found["labelled"] == found["records"]
    out = capsys.readouterr().out
    assert "Manual work:" in out and "Not promised:" in out
    assert "at least 80.0% have the right full code." in out
    assert out.startswith((run / "plan" / "plan.md").read_text(encoding="utf-8"))
    table = pd.read_csv(run / "plan" / "plan.csv")
    assert set(table["kind"]) == {"route", "level", "group"}
    shares = table.loc[table["kind"] == "route", "share"]
    assert shares.sum() == pytest.approx(1)
    assert not load_routing_policy(run)  # nothing is applied unless asked


def test_a_plan_for_records_without_codes(run, tmp_path):
    data = str(tmp_path / "new.csv")
    found = planned(run, data, "--target", "leaf=0.8", "--minutes-per-record", "6")
    assert found["records"] == 300 and found["labelled"] == 0
    assert found["levels"][1]["data"]["accuracy"] is None
    assert found["levels"][1]["data"]["interval"] is None
    review = found["routes"]["review"]["records"]
    assert found["clerk_hours"] == pytest.approx(review * 0.1, abs=0.01)


def test_a_budget_says_what_quality_it_buys(run, tmp_path, capsys):
    data = str(tmp_path / "new.csv")
    small = planned(run, data, "--budget", "30")
    assert small["manual_records"] <= 30
    large = planned(run, data, "--budget", "150")
    assert small["manual_records"] < large["manual_records"] <= 150
    leaf = large["levels"][-1]
    assert 0 < leaf["at_least"] < leaf["calibration"]["accuracy"]
    assert "Each bound holds by itself" in capsys.readouterr().out
    everything = planned(run, data, "--budget", "300")
    assert everything["routes"]["review"]["records"] == 300
    assert everything["levels"][-1]["at_least"] is None
    out = capsys.readouterr().out
    assert "pays for all records" in out and "cannot be promised" not in out


def test_a_budget_below_the_blank_records_is_refused(run, tmp_path):
    data = tmp_path / "blank.csv"
    data.write_text("id,text\n1,\n2,ns\n3,pan de trigo\n", encoding="utf-8")
    with pytest.raises(InputError, match="--budget 1: only people can code 2 records"):
        plan.main([str(run), str(data), "--budget", "1"])
    assert planned(run, str(data), "--budget", "2")["blank"] == 2


def test_a_target_out_of_reach_is_no_crash(run, capsys):
    found = planned(run, "--target", "leaf=0.9999", "--apply")
    assert found["routes"]["review"]["share"] == 1.0
    out = capsys.readouterr().out
    assert "99.99% cannot be promised" in out and "are needed" in out
    assert set(coded(run)["route"]) == {"review"}


def test_a_hint_says_what_could_be_promised(run, capsys):
    [refusal] = planned(run, "--target", "leaf=0.97")["refusals"]
    target, share = refusal["reachable"]
    assert 0.5 <= target < 0.97 and share >= 0.1
    assert f"could promise {target:.1%}" in capsys.readouterr().out
    taken_up = planned(run, "--target", f"leaf={target}")
    assert not taken_up["refusals"]
    higher = planned(run, "--target", f"leaf={target + 0.005:.4f}")
    assert higher["refusals"] or higher["levels"][-1]["calibration"]["known"] < 100


def test_groups_too_small_share_a_promise(run, capsys):
    found = planned(run, "--target", "leaf=0.8", "--by-group", "2")
    assert {group["code"] for group in found["thresholds"]} >= {"others"}
    assert found["refusals"][0]["code"] == "others"
    out = capsys.readouterr().out
    assert "among others" in out
    own = [group["code"] for group in found["thresholds"] if group["code"] != "others"]
    assert ("with a promise of their own: " + ", ".join(own) in out) == bool(own)
    assert ("enough for a promise of its own" in out) != bool(own)


def test_the_screen_shows_the_best_candidate_of_a_record_for_a_person(run, capsys):
    planned(run, "--target", "leaf=0.9999", "--apply")
    assert "sends every record to a person" in capsys.readouterr().out
    assert predict.main([str(run), "--text", "queso de vaca"]) == 0
    header = capsys.readouterr().out.split("\n")[0].split()
    assert {"route", "top_1_code", "top_2_code", "top_3_code"} <= set(header)


def test_predict_without_thresholds_is_as_before(run):
    table = coded(run)
    assert "route" not in table and "set_size" not in table
    assert (table["code"] != "").all()


def test_predict_routes_as_planned(run, tmp_path, capsys):
    data = str(tmp_path / "new.csv")
    found = planned(run, data, "--budget", "100", "--apply")
    capsys.readouterr()
    counts = coded(run)["route"].value_counts()
    assert counts["auto"] == found["routes"]["auto"]["records"] >= 200
    assert counts["review"] == found["manual_records"] > 0
    said = f"Routes: {counts['auto']} auto, 0 partial, {counts['review']} review."
    assert said in capsys.readouterr().out


def test_no_unsafe_code_is_given_and_candidates_are_listed(run):
    before = coded(run)
    sure = before[["p_level_1", "p_level_2"]].astype(float)
    upper, lower = sure["p_level_1"].quantile(0.3), sure["p_level_2"].quantile(0.7)
    promises = [Promise(0.9, float(limit), 9, 9, 9) for limit in (upper, lower)]
    thresholds = Thresholds((1, 2), 0.95, {POOL: tuple(promises)})
    applied = RoutingPolicy(thresholds, ConformalSets(0.9, 0.98, 100))
    tree = han.load(run).taxonomy
    form = applied.to_dict(run, tree)
    RunFolder(run).write_json("thresholds.json", form)
    bind_file(run, "thresholds.json")
    table = coded(run)
    auto, partial, review = (table["route"] == r for r in ("auto", "partial", "review"))
    assert auto.any() and partial.any() and review.any()
    assert (table.loc[auto, "code"] == table.loc[auto, "top_1_code"]).all()
    assert (table.loc[partial, "level"] == "1").all()
    ends = zip(table["code"], table["top_1_code"], strict=True)
    assert all(top.startswith(code) for code, top in ends)
    given = table.loc[partial, ["probability", "p_level_1"]].astype(float)
    assert np.allclose(given["probability"], given["p_level_1"], atol=1e-5)
    unsafe = table.loc[review, ["code", "level", "label", "probability"]]
    assert (unsafe == "").to_numpy().all()
    kept = [name for name in before if name.startswith(("top_", "p_level", "margin"))]
    assert table[kept].equals(before[kept])
    listed = table["set_codes"].str.split("|")
    assert (listed.str.len() == table["set_size"].astype(int)).all()
    assert (listed.str[0] == table["top_1_code"]).all()
    assert set(table["set_cut"]) == {"False"}


def test_blank_records_and_non_answers_go_to_review(run, capsys):
    planned(run, "--target", "1=0.7", "--sets", "0.9", "--apply")
    texts = ["", "ns", "queso de vaca"]
    table = han.load(run).predict(texts)
    assert table["route"].tolist()[:2] == ["review", "review"]
    assert table["code"].tolist()[:2] == ["", ""]
    assert table["set_size"].tolist()[:2] == [0, 0]
    assert table["set_codes"].tolist()[:2] == ["", ""]
    assert predict.main([str(run), "--text", "queso de vaca"]) == 0
    assert "route" in capsys.readouterr().out


def test_processes_give_the_same_routes(run):
    planned(run, "--target", "leaf=0.8", "--apply")
    one = coded(run, "--processes", "1")
    assert coded(run, "--processes", "2").equals(one)


def test_lists_may_be_cut_and_say_so(run):
    planned(run, "--target", "leaf=0.8", "--sets", "0.999", "--list-codes", "1")
    assert not load_routing_policy(run)
    wanted = "--target", "leaf=0.8", "--sets", "0.99", "--list-codes", "1", "--apply"
    planned(run, *wanted)
    table = coded(run)
    is_long = table["set_size"].astype(int) > 1
    assert is_long.any() and ((table["set_cut"] == "True") == is_long).all()


@pytest.mark.parametrize("name", ["baseline.npz", "calibration.json", "text.json"])
def test_stale_thresholds_are_refused_by_predict_alone(run, name, capsys):
    planned(run, "--target", "leaf=0.8", "--apply")
    before = run_fingerprint(run)
    file = run / name
    content = file.read_bytes() if file.exists() else b"{}"
    file.write_bytes(content + b"\n" if name != "baseline.npz" else content + b"\0")
    assert run_fingerprint(run) != before
    write_manifest(run)  # on purpose: else no command would load it at all
    with pytest.raises(InputError, match="another model or calibration"):
        coded(run)
    with pytest.raises(InputError, match="another model or calibration"):
        han.load(run).predict(["pan"])
    if name != "calibration.json":
        planned(run, "--target", "leaf=0.8", "--apply")
        assert "route" in coded(run)


def test_damaged_thresholds_are_said(run):
    (run / "thresholds.json").write_text("{}", encoding="utf-8")
    with pytest.raises(
        InputError, match=r"thresholds\.json does not belong to this run"
    ):
        coded(run)
    bind_file(run, "thresholds.json")
    with pytest.raises(InputError, match=r"thresholds\.json is damaged"):
        coded(run)


def test_overwrite_removes_thresholds(run):
    planned(run, "--target", "leaf=0.8", "--apply")
    clear(run)
    assert not list(run.iterdir())


def test_no_calibration_records_is_a_clear_answer(calibration_folder, tmp_path, capsys):
    experiment = calibration_folder / "experiment.yaml"
    target = f"logging.run_folder={tmp_path}/run"
    given = [str(experiment), target, "data.split.calibration=0"]
    assert train.main(given) == 0
    with pytest.raises(InputError, match=r"set none aside.*--calibration FILE"):
        plan.main([f"{tmp_path}/run", "--target", "leaf=0.8"])
    write_data(tmp_path / "other.csv", 600, seed=9)
    other = "--calibration", str(tmp_path / "other.csv")
    found = planned(tmp_path / "run", "--target", "leaf=0.8", *other)
    assert found["routes"]["auto"]["records"] > 0
    own = "--calibration", str(calibration_folder / "data.csv")
    with pytest.raises(InputError, match="was trained with this file"):
        plan.main([f"{tmp_path}/run", "--target", "leaf=0.8", *own])


@pytest.mark.parametrize(
    "arguments, message",
    [
        ([], "Say what is wanted"),
        (["--target", "leaf=0.9", "--budget", "3"], "not both"),
        (["--target", "leaf"], "expected LEVEL=ACCURACY"),
        (["--target", "leaf=95"], "expected LEVEL=ACCURACY"),
        (["--target", "7=0.9"], "There is no level '7'"),
        (["--target", "2=0.9", "--target", "leaf=0.8"], "has a target already"),
        (["--target", "leaf=0.9", "--confidence", "1"], "above 0 and under 1"),
        (["--target", "leaf=0.9", "--sets", "95"], "above 0 and under 1"),
        (["--budget", "-1"], "0 or more"),
        (["--budget", "10", "--by-group", "1"], "goes with --target"),
        (["--target", "leaf=0.9", "--list-codes", "0"], "at least 1"),
        (["--target", "leaf=0.9", "--minutes-per-record", "-2"], "0 or more"),
        (["--target", "leaf=0.9", "--encoding", "latin-1"], "goes with DATA"),
        (["nothing.csv", "--target", "leaf=0.9"], "no such data file"),
        (["--target", "leaf=0.9", "--calibration", "no.csv"], "no such data file"),
    ],
)
def test_mistakes_are_one_clear_line(run, arguments, message):
    with pytest.raises(InputError, match=message):
        plan.main([str(run), *arguments])
