"""The list of the files of a run: all that is written, and what a promise rests on."""

from support.experiments import write_experiment

from han import evaluate, train
from han.runs.replaced_run import clear
from han.runs.routing_policy import run_fingerprint
from han.runs.run_files import (
    BASELINE_FILE,
    PRETRAINED_FILE,
    RUN_FILES,
    RUN_FOLDERS,
    SET_RULE_FILE,
    STUDENT_FILE,
    is_run_file,
)
from han.runs.run_folder import RunFolder


def test_the_fingerprint_of_old_runs_holds(tmp_path):
    """`thresholds.json` of a run made earlier is valid as long as its files are.

    That of a baseline is not: its file has another name and form since. Runs with
    pretrained vectors or sets of codes are younger.
    """
    later = (BASELINE_FILE, PRETRAINED_FILE, STUDENT_FILE, SET_RULE_FILE)
    files = [file for file in RUN_FILES if file.name not in later]
    for folder in (tmp_path, tmp_path / "members" / "1"):
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            (folder / file.name.replace("?*", "x")).write_text(file.name)
    first = "5aee6519bdec8bd5f36a9fd512486d9392c96889a98643284c002ed1416a830d"
    assert run_fingerprint(tmp_path) == first
    for file in files:
        path = tmp_path / file.name.replace("?*", "x")
        path.write_text("other")
        assert (run_fingerprint(tmp_path) != first) == file.decides_codes, file.name
        path.write_text(file.name)


def test_all_that_a_run_writes_is_listed_and_cleared(tmp_path):
    experiment = write_experiment(tmp_path, model="{kind: majority}")
    assert train.main([str(experiment)]) == 0
    run = RunFolder(tmp_path / "run")
    assert evaluate.main([str(run.folder), "--split", "train"]) == 0
    names = {file.name for file in run.folder.iterdir()}
    folders = {folder.name for folder in RUN_FOLDERS}
    assert all(map(is_run_file, names - folders))
    assert {f.name for f in RUN_FILES if not f.is_optional} <= names
    (run / "notes.txt").write_text("mine")
    clear(run.folder)
    assert [file.name for file in run.folder.iterdir()] == ["notes.txt"]
