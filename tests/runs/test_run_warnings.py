"""What is unusual about a run is said once, in Python and by commands."""

import json
import subprocess
import sys
import warnings

import pytest
from support.runs import copied_run

import han
from han.errors import RunWarning
from han.runs.environment import changed_versions, environment
from han.runs.manifest import bind_file, write_manifest
from han.runs.run_folder import RunFolder


@pytest.fixture
def run(baseline_run, tmp_path):
    """A finished run that a test may change."""
    return copied_run(baseline_run, tmp_path)


def older(run):
    """The run as if it had been trained with other packages."""
    known = RunFolder(run).read_json("environment.json")
    known["packages"] |= {"numpy": "1.0", "nltk": "2.0", "gensim": "1.0"}
    RunFolder(run).write_json("environment.json", known)
    write_manifest(run)


def test_versions_that_can_change_a_code():
    here = environment({})
    assert changed_versions(here) == [] and changed_versions({}) == []
    assert changed_versions({"python": "2.7.1"})[0].startswith("Python 2.7 (here 3.")
    patch = here["python"].rpartition(".")[0] + ".99"
    assert changed_versions({"python": patch}) == []
    packages = here["packages"]
    assert changed_versions({"packages": {"gensim": "1", "unknown": "1"}}) == []
    name = "tensorflow" if "tensorflow-cpu" in packages else "tensorflow-cpu"
    build = packages.get("tensorflow-cpu") or packages["tensorflow"]
    assert changed_versions({"packages": {name: build}}) == []
    (said,) = changed_versions({"packages": {**packages, "stop-words": "1"}})
    assert said == f"stop-words 1 (here {packages['stop-words']})"


def test_python_warns_once(run):
    older(run)
    with pytest.warns(RunWarning, match=r"numpy 1\.0 \(here.*nltk 2\.0"):
        han.load(run)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        han.load(run)


def test_a_run_of_before_says_how_to_make_a_manifest(run):
    known = RunFolder(run).read_json("environment.json")
    RunFolder(run).write_json("environment.json", {**known, "manifest": False})
    (run / "manifest.json").unlink()
    with pytest.warns(RunWarning, match=r"no manifest\.json.*training command"):
        assert han.load(run).predict(["queso"])["code"][0]


def test_removed_thresholds_are_said(run):
    (run / "thresholds.json").write_text("{}")
    bind_file(run, "thresholds.json")
    (run / "thresholds.json").unlink()
    with pytest.warns(RunWarning, match=r"thresholds\.json was removed"):
        assert "route" not in han.load(run).predict(["queso"])


def test_a_command_says_it_in_one_line_whatever_its_processes(run, tmp_path):
    older(run)
    lines = "id,text\n" + "1,queso de vaca\n" * 9000
    (tmp_path / "new.csv").write_text(lines)
    command = [sys.executable, "-m", "han.predict", str(run), str(tmp_path / "new.csv")]
    more = ["-o", str(tmp_path / "coded.csv"), "--processes", "2"]
    done = subprocess.run([*command, *more], capture_output=True, text=True, check=True)
    (line,) = [x for x in done.stderr.splitlines() if "warning" in x.lower()]
    assert line.startswith(f"han: warning: {run}: was trained with other versions")
    assert "2 processes" in done.stderr
    assert json.loads((run / "environment.json").read_text())["finished"]
