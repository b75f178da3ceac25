"""A month of a survey through monthly_cycle.sh, with people in the middle."""

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from support.deployed import DEPLOY
from support.experiments import ROOT, ROWS
from support.planned_runs import write_data, write_experiment

pytestmark = pytest.mark.slow

CYCLE = DEPLOY / "pipelines" / "monthly_cycle.sh"
WAVE = """
name: wave
input: {files: [answers], keys: [id]}
tasks: {kind: {run: runs/approved}}
output: {folder: jobs/wave}
"""


@pytest.fixture
def office(tmp_path, monkeypatch):
    """A survey's folder: the run of October is approved, November has answers."""
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    write_data(tmp_path / "data.csv", 1200, seed=1)
    write_experiment(tmp_path)
    (tmp_path / "wave.yaml").write_text(WAVE)
    (tmp_path / "codes.txt").write_text("11\n12\n21\n")
    (tmp_path / "answers" / "2026-11").mkdir(parents=True)
    write_data(tmp_path / "answers" / "2026-11" / "rows.csv", 300, 2, labelled=False)
    han(tmp_path, "train", "experiment.yaml", "logging.run_folder=runs/2026-10")
    han(tmp_path, "plan", "runs/2026-10", "--target", "leaf=0.99", "--apply")
    (tmp_path / "runs" / "approved").symlink_to("2026-10")
    return tmp_path


def han(office, command, *words):
    call = [sys.executable, "-m", f"han.{command}", *words]
    done = subprocess.run(call, cwd=office, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def stepped(office, *steps, month="2026-11", gate=None):
    env = {**os.environ, "HAN_MONTH": month, "HAN_TARGET": "leaf=0.8"}
    env |= {"HAN_GATE": gate} if gate else {}
    env["HAN_REVIEW"] = "--budget 200 --double 0 --double-checks 0"  # Ana is alone
    return subprocess.run(
        ["sh", CYCLE, *steps], cwd=office, env=env, capture_output=True, text=True
    )


def people_code(office):
    """Ana codes her seats of the queue as the answers begin."""
    queue, file = "queues/2026-11.db", office / "queue.csv"
    han(office, "review", "export", queue, "-o", file, "--person", "ana")
    table = pd.read_csv(file, dtype=str, keep_default_na=False)
    for text, _, code in ROWS:
        table.loc[table["text.text"].str.startswith(text), "final_code"] = code
    table.to_csv(file, index=False)
    han(office, "review", "import", queue, file, "--person", "ana")


def test_a_month_ends_with_a_new_run(office):
    done = stepped(office, "check", "code", "review")
    assert done.returncode == 0, done.stderr
    people_code(office)
    wide = "--most-changed 1 --most-points 100 --most-protected 9"
    learnt = ("lessons", "train", "plan", "compare", "gate", "approve")
    done = stepped(office, *learnt, gate=wide)
    assert done.returncode == 0, done.stderr
    assert "The new run passes." in done.stdout
    assert os.readlink(office / "runs" / "approved") == "2026-11"
    records = pd.read_csv(office / "lessons" / "2026-11" / "records.csv")
    assert len(records) > 20
    assert (office / "runs" / "2026-11" / "thresholds.json").is_file()
    (office / "answers" / "2026-12").mkdir()
    write_data(office / "answers" / "2026-12" / "rows.csv", 50, 3, labelled=False)
    done = stepped(office, "check", "code", month="2026-12")
    assert done.returncode == 0, done.stderr
