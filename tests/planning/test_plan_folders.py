"""Plans with other goals or records lie beside each other."""

import json
import os
from pathlib import Path

import pandas as pd
import pytest

from han import plan
from han.planning.plan_folder import plan_folder, write_plan


def asked(run: Path, *arguments: str) -> None:
    assert plan.main([str(run), *arguments, "--lang", "en"]) == 0


def leaf_target(folder: Path) -> float:
    found = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    return found["levels"][-1]["at_least"]


def test_another_goal_has_its_own_folder(run_to_plan, capsys):
    usual = run_to_plan / "plan"
    asked(run_to_plan, "--target", "leaf=0.8")
    capsys.readouterr()
    asked(run_to_plan, "--target", "leaf=0.7")
    out = capsys.readouterr().out
    other = usual / "leaf=0.7_test"
    assert f"plan.json in {other}." in out
    assert f"{usual} holds another plan (leaf=0.8 test), which stays" in out
    assert (leaf_target(usual), leaf_target(other)) == (0.8, 0.7)
    asked(run_to_plan, "--target", "leaf=0.8")  # the first again
    assert "another plan" not in capsys.readouterr().out
    assert leaf_target(usual) == 0.8


def test_a_damaged_plan_is_replaced(run_to_plan):
    asked(run_to_plan, "--target", "leaf=0.7")
    (run_to_plan / "plan" / "plan.json").write_text("[" * 100_000)
    asked(run_to_plan, "--target", "leaf=0.8")
    assert leaf_target(run_to_plan / "plan") == 0.8


def test_a_run_whose_path_is_no_text_can_be_planned(run_to_plan):
    run = run_to_plan.rename(run_to_plan.with_name(os.fsdecode(b"a\xf1o")))
    asked(run, "--target", "leaf=0.8", "--apply")
    found = json.loads((run / "plan" / "plan.json").read_text(encoding="utf-8"))
    assert found["run"] == str(run)
    run.rename(run_to_plan)


def test_other_records_have_their_own_folder(run_to_plan, capsys):
    asked(run_to_plan, "--target", "leaf=0.8")
    new = str(run_to_plan.parent / "new.csv")
    asked(run_to_plan, new, "--target", "leaf=0.8")
    assert (run_to_plan / "plan" / "leaf=0.8_new.csv" / "plan.md").is_file()
    asked(run_to_plan, new, "--budget", "50")
    assert (run_to_plan / "plan" / "budget=50_new.csv" / "plan.md").is_file()


def test_a_folder_that_is_named_is_replaced_and_said(run_to_plan, tmp_path, capsys):
    given = "-o", str(tmp_path / "mine")
    asked(run_to_plan, "--target", "leaf=0.8", *given)
    assert "replace" not in capsys.readouterr().out
    asked(run_to_plan, "--target", "leaf=0.7", *given)
    said = "They replace the plan that was there (leaf=0.8 test)."
    assert said in capsys.readouterr().out
    assert leaf_target(tmp_path / "mine") == 0.7


def test_the_plan_applied_is_named(run_to_plan, capsys):
    asked(run_to_plan, "--target", "leaf=0.8", "--apply")
    assert "routes by this plan (leaf=0.8 test)" in capsys.readouterr().out
    asked(run_to_plan, "--target", "leaf=0.7", "--apply")
    out = capsys.readouterr().out
    assert "routes by this plan (leaf=0.7 test)" in out
    assert "takes the place of the plan applied before (leaf=0.8 test)" in out


@pytest.mark.parametrize("goal", ["leaf=0.9 ../../etc", "leaf=0.9 a b/c.csv", ".. .."])
def test_a_name_stays_in_its_folder(tmp_path, goal):
    write_plan(tmp_path, {"asked": "leaf=0.8 test"}, "x", pd.DataFrame())
    found = plan_folder(tmp_path, goal, None).folder
    assert found.parent == tmp_path and found != tmp_path


def test_a_damaged_plan_is_no_plan(tmp_path):
    for content in ("{", "[]", "\xff"):
        (tmp_path / "plan.json").write_text(content, encoding="latin-1")
        assert plan_folder(tmp_path, "leaf=0.9 test", None).folder == tmp_path


def test_two_goals_with_one_name_are_two_plans(tmp_path):
    for goal in ("leaf=0.8 test", "leaf=0.9 a b", "leaf=0.9 a/b", "leaf=0.9 a b"):
        folder = plan_folder(tmp_path, goal, None).folder
        write_plan(folder, {"asked": goal}, goal, pd.DataFrame())
    pages = sorted(file.read_text() for file in tmp_path.rglob("plan.md"))
    assert pages == ["leaf=0.8 test", "leaf=0.9 a b", "leaf=0.9 a/b"]
