"""The models of a service: their names, and new ones in the place of old ones."""

import json
import shutil
from pathlib import Path

import pytest
from support.job_runs import write_job
from support.routed_runs import apply
from support.runs import copied_run
from support.served_run import shelf_of

import han
from han.errors import InputError
from han.runs.run_files import TASKS_FILE, THRESHOLDS_FILE
from han.service.model_shelf import ModelPlace, lost_plans
from han.service.problem import Problem

ONE = {"text": "queso de vaca"}


def test_places_are_read():
    assert ModelPlace.of("a=b=c") == ModelPlace(Path("b=c"), "a")
    assert ModelPlace.of("runs/a=b") == ModelPlace(Path("runs/a=b"))


def test_a_request_names_its_model_where_there_are_several(baseline_run):
    shelf = shelf_of(baseline_run, f"other={baseline_run}")
    assert shelf.get("other").name == "other"
    for name, status in ((None, 400), ("x", 404)):
        with pytest.raises(Problem, match="run, other") as refused:
            shelf.get(name)
        assert (refused.value.status, refused.value.field) == (status, "model")
    assert shelf_of(baseline_run).get(None).name == "run"


def test_two_models_have_two_names(baseline_run):
    with pytest.raises(InputError, match=f"'run'.*NAME={baseline_run}"):
        shelf_of(baseline_run, baseline_run)


def test_a_job_names_its_models_itself(baseline_run, tmp_path):
    job = write_job(tmp_path, baseline_run)
    model = shelf_of(job).get(None)
    assert model.name == "kind" and model.fields.names == ("text", "old")
    assert len(model.hashes["tables"]) == 12
    with pytest.raises(InputError, match="Leave out x="):
        shelf_of(f"x={job}")


def test_each_run_of_several_tasks_is_a_model(baseline_run, tmp_path):
    for name in ("work", "branch"):
        shutil.copytree(baseline_run, tmp_path / "both" / name)
    (tmp_path / "both" / TASKS_FILE).write_text('{"tasks": ["work", "branch"]}')
    shelf = shelf_of(tmp_path / "both")
    assert [*shelf.models] == ["work", "branch"]
    with pytest.raises(InputError, match="Leave out x="):
        shelf_of(f"x={tmp_path / 'both'}")


def test_hashes_are_those_that_jobs_have(baseline_run, tmp_path):
    run = copied_run(baseline_run, tmp_path / "own")
    apply(run)
    job = shelf_of(write_job(tmp_path, run)).get(None)
    expected = job.task.hashes
    for model in (job, shelf_of(run).get(None)):
        found = model.hashes
        assert found["run"] == expected["model"]
        assert found["code_list"] == expected["code_list"]
        assert found["plan"] == expected["plan"] != ""


def test_new_models_take_the_place_of_all_old_ones_or_of_none(baseline_run, tmp_path):
    run = copied_run(baseline_run, tmp_path / "own")
    shelf = shelf_of(run, f"other={baseline_run}")
    old = shelf.models
    apply(run)
    shelf.reload()
    assert shelf.version()["version"] == han.__version__
    new, other = shelf.version()["models"]
    assert new["plan"] and other["plan"] is None and shelf.get("other") is not old
    assert "route" in shelf.get("run").code([ONE], 1)[0]
    assert lost_plans(shelf.models, old) == ["run"] and not lost_plans(old, old)
    # Who holds an old one goes on with it.
    assert "route" not in old["run"].code([ONE], 1)[0]
    kept = shelf.models
    file = run / THRESHOLDS_FILE
    file.write_text(json.dumps({"levels": []}))
    with pytest.raises(InputError, match=THRESHOLDS_FILE):
        shelf.reload()
    assert shelf.models is kept


def test_rules_hold_on_the_day_of_the_request(baseline_run, tmp_path, monkeypatch):
    job = write_job(tmp_path, baseline_run)
    text = job.read_text().replace(", date: 2026-11-30", "")
    job.write_text(text)
    rules = "id,words,code,who,why,from\nR1,martillo grande,21,a,b,2026-12-02\n"
    (tmp_path / "rules.csv").write_text(rules)
    model, record = shelf_of(job).get(None), {"text": "martillo grande", "old": ""}
    today = {"day": model.task.day}
    monkeypatch.setattr(type(model.task), "day", property(lambda _: today["day"]))
    methods = []
    for day in (1, 2, 1):
        today["day"] = today["day"].replace(year=2026, month=12, day=day)
        methods.append(model.code([record], 1)[0]["method"])
    assert methods == ["model", "rules", "model"]
