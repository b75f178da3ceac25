"""What notebooks open: coded and explained records, a planning session, the demo."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from support.experiments import ROOT
from support.planned_runs import planned
from support.scripts import load_script
from support.small_networks import save_baseline, save_run

from han import evaluate
from han.code_list.true_codes import TrueCodes
from han.config.page_language import language_of
from han.errors import InputError
from han.evaluation.coded_run import coded_run
from han.evaluation.explained_run import ExplainedRecords, explained_run, measured
from han.explanation.attention_map import AttentionMap
from han.planning.planning_session import planning_session
from han.planning.workload import ClerkMinutes
from han.reports.error_tables import level_table
from han.runs import demo_run
from han.runs.run_folder import RunFolder

# Coded and explained records


@pytest.fixture
def run(run_to_plan):
    return run_to_plan


@pytest.fixture
def network(experiment):
    return save_run(experiment)


def test_coded_records_are_those_of_the_evaluation(network):
    coded = coded_run(network)
    evaluate.main([str(network), "--no-report"])
    result = RunFolder(network).results()["test"]
    assert len(coded) == result["rows"]
    found = level_table(coded).right
    assert found.tolist() == pytest.approx(list(result["level_accuracy"].values()))
    assert len(coded_run(network, split="train")) > len(coded)
    with pytest.raises(InputError, match="no such data file"):
        coded_run(network, "none.csv")


def test_explained_records_have_a_row_and_a_map_each(network):
    explained = explained_run(network, rows=5)
    table = explained.table()
    assert len(table) == len(explained.attention) == 5
    assert all(isinstance(found, AttentionMap) for found in explained.attention)
    said = explained.classifier.predict(explained.records.columns)
    assert table.code.tolist() == said.code.tolist()
    assert table.is_right.tolist() == (table.code == table.true_code).tolist()
    every = explained_run(network, split="all", rows=None)
    assert len(every.records) == 72


def test_partial_and_missing_codes_are_right_as_far_as_they_go(network):
    whole = explained_run(network, rows=3)
    tree = whole.classifier.taxonomy
    top = tree.parents[[tree.codes.index(c) for c in whole.table().code]]
    nodes = np.array([top[0], 1 - top[1], -1], np.int32)
    known = whole.records
    records = replace(known, true=TrueCodes.of(nodes, tree))
    table = ExplainedRecords(whole.classifier, records).table()
    assert table.is_right.tolist()[:2] == [True, False]
    assert pd.isna(table.is_right[2]) and pd.isna(table.true_code[2])


def test_measuring_needs_attention_and_words(network, experiment, tmp_path):
    found = measured(explained_run(network), other=network)
    assert found.agreement["attention"] == pytest.approx(1.0)
    with pytest.raises(InputError, match="baseline"):
        measured(explained_run(save_baseline(experiment)))
    (tmp_path / "short.csv").write_text("id,text\n1,pan\n", encoding="utf-8")
    with pytest.raises(InputError, match="No record has words enough"):
        measured(explained_run(network, tmp_path / "short.csv"))


def test_pages_speak_the_language_of_the_texts(network):
    config = RunFolder(network).config()
    assert language_of(config) == "es"


# The planning session


def test_the_desk_plans_as_the_command_does(run):
    session = planning_session(run)
    found = session.plan({"leaf": 0.8, "1": 0.85}, minutes=ClerkMinutes(2, 0.5))
    options = ["--target", "leaf=0.8", "--target", "1=0.85"]
    planned(run, *options, "--minutes-per-partial", "0.5")
    written = json.loads((run / "plan/plan.json").read_text(encoding="utf-8"))
    for name in ("routes", "levels", "clerk_hours", "thresholds", "records"):
        assert json.loads(json.dumps(found[name])) == written[name], name


def test_what_if_has_a_plan_for_each_target(run):
    session = planning_session(run)
    table = session.what_if([0.7, 0.8, 0.999], also={"1": 0.8})
    assert table.index.tolist() == [0.7, 0.8, 0.999]
    assert table[["auto", "partial", "review"]].sum(axis=1).tolist() == [1.0] * 3
    assert table.auto.is_monotonic_decreasing and table.auto[0.999] == 0
    assert np.isnan(table.measured[0.999]) and 0.5 < table.measured[0.7] <= 1
    plan = session.plan({"leaf": 0.8, "1": 0.8})
    assert table.clerk_hours[0.8] == plan["clerk_hours"]
    with pytest.raises(InputError, match="no level '9'"):
        session.what_if([0.8], "9")


def test_records_without_codes_are_planned_for_too(run):
    table = planning_session(run, run.parent / "new.csv").what_if([0.7])
    assert table.measured.isna().all() and table.auto[0.7] > 0


# The demo


@pytest.fixture
def top(tmp_path, monkeypatch):
    """An empty repository, and a folder in it where a notebook starts."""
    (tmp_path / "experiments").mkdir()
    (tmp_path / "experiments/demo.yaml").touch()
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    return tmp_path


def test_the_demo_is_trained_once(top, monkeypatch, capsys):
    asked = []

    def command(*words):
        asked.append(words)
        (top / "runs/demo").mkdir(parents=True)
        finished = '{"finished": true}'
        (top / "runs/demo/environment.json").write_text(finished, encoding="utf-8")
        return ["printf", "%s\n", "epoch 1/2", "han: " + "w" * 200]

    monkeypatch.setattr(demo_run, "command", command)
    for _ in range(2):
        assert demo_run.demo_run().resolve() == top / "runs/demo"
    first, long = capsys.readouterr().out.splitlines()
    assert len(asked) == 1 and first == "epoch 1/2" and len(long) == 205


def test_a_training_that_fails_is_said(top, monkeypatch):
    monkeypatch.setattr(demo_run, "command", lambda: ["false"])
    with pytest.raises(InputError, match="exit code 1"):
        demo_run.demo_run()


def test_outside_the_repository_is_said(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="Start in a copy"):
        demo_run.demo_run()


def test_the_command_trains_the_experiment():
    words = demo_run.command()
    assert words[1:3] == ["-m", "han.train"] and (ROOT / words[3]).is_file()


# Scripts


def test_the_table_of_faithfulness_has_a_column_for_each_run(experiment, capsys):
    script = load_script("faithfulness_table")
    one, two = (str(save_run(experiment, n, seed=s)) for n, s in (("a", 3), ("b", 5)))
    assert (
        script.main([one, two, "--same", one, two, "--sample", "9", "--split", "test"])
        == 0
    )
    lines = capsys.readouterr().out.splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("|")]
    assert {len(row) for row in rows} == {3}
    table = {row[0]: row[1:] for row in rows}
    assert table["records"] == ["9", "9"]
    assert table["Kendall's tau of two seeds, attention"][1] == "–"
    for order in ("deletion", "parts"):
        assert "[" in table[f"comprehensiveness, {order}"][0]
    assert table["CPU time of parts, of deletion's"][0].endswith("%")
    assert sum(line.startswith("**") for line in lines) == 2


def test_mistakes_of_the_table_are_said(network):
    script = load_script("faithfulness_table")
    with pytest.raises(InputError, match="--sample must be at least 1"):
        script.main([str(network), "--sample", "0"])
    with pytest.raises(InputError, match="not among those to measure"):
        script.main([str(network), "--same", "x", "y"])


def test_screenshots_need_a_browser_and_the_shipped_data(network, monkeypatch):
    script = load_script("make_screenshots")
    monkeypatch.setattr(script.shutil, "which", lambda name: None)
    with pytest.raises(InputError, match="No browser was found"):
        script.main([])
    monkeypatch.setattr(script.shutil, "which", lambda name: "/bin/false")
    with pytest.raises(InputError, match="nothing but data/productos"):
        script.main(["--run", str(network)])


def test_a_browser_that_makes_no_picture_is_said(tmp_path):
    script = load_script("make_screenshots")
    page = tmp_path / "page.html"
    page.touch()
    with pytest.raises(InputError, match="made no picture"):
        script.photograph("false", page, tmp_path / "x.png", (10, 10))


def test_pictures_are_made_small_or_refused(tmp_path, monkeypatch):
    from PIL import Image

    script = load_script("make_screenshots")
    random = np.random.default_rng(0)
    noise = random.integers(0, 255, (300, 300, 3)).astype(np.uint8)
    Image.fromarray(noise).save(tmp_path / "a.png")
    assert script.smaller(tmp_path / "a.png", tmp_path / "b.png") < 100_000
    with Image.open(tmp_path / "b.png") as small:
        assert small.size == (300, 300)
    monkeypatch.setattr(script, "MOST_BYTES", 100)
    with pytest.raises(InputError, match="too many"):
        script.smaller(tmp_path / "a.png", tmp_path / "c.png")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.png", "b.png"]


def test_the_pictures_of_the_docs_are_there():
    for name in ("explain", "report"):
        size = (ROOT / f"notebooks/images/{name}.png").stat().st_size
        assert 10_000 < size <= 200_000
