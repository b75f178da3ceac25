"""The files of a finished run belong together: what else is there is said."""

import json
import shutil

import pytest
from support.runs import baseline, copied_run

import han
from han import combine, evaluate, predict, train
from han.errors import InputError
from han.runs.manifest import (
    bind_file,
    check_identity,
    checked_run,
    read_manifest,
    run_fingerprint,
    run_identity,
    write_manifest,
)
from han.runs.run_files import (
    BOUND_FILES,
    MODEL_FILES,
    THRESHOLDS_FILE,
    member_folders,
)
from han.runs.run_folder import RunFolder


@pytest.fixture
def run(baseline_run, tmp_path):
    """A finished run that a test may change."""
    return copied_run(baseline_run, tmp_path)


@pytest.fixture(scope="module")
def mixture(baseline_run, tmp_path_factory):
    """A mixture of two runs of one split."""
    folder = tmp_path_factory.mktemp("mixture")
    first = copied_run(baseline_run, folder)
    file = baseline(folder, logging=f"{{run_folder: {folder}/other}}")
    assert train.main([str(file), "model.kind=majority"]) == 0
    both = folder / "both"
    assert combine.main([str(first), str(folder / "other"), "-o", str(both)]) == 0
    return both


def refused(run, match):
    """All commands that code refuse the run."""
    for command, more in ((predict, ["--text", "queso"]), (evaluate, [])):
        with pytest.raises(InputError, match=match):
            command.main([str(run), *more])
    with pytest.raises(InputError, match=match):
        han.load(run)


def test_all_that_decides_a_code_is_bound():
    assert set(MODEL_FILES) <= set(BOUND_FILES)
    assert {"config.yaml", "thresholds.json", "environment.json"} <= set(BOUND_FILES)


@pytest.mark.parametrize(
    ("name", "old", "new"),  # of the same size
    [
        ("text.json", b"0", b"1"),
        ("taxonomy.json", b"11", b"12"),
        ("training_counts.json", b"1", b"2"),
        ("environment.json", b"platform", b"platf0rm"),
    ],
)
def test_a_changed_file_is_named(run, name, old, new):
    file = run / name
    content = file.read_bytes()
    file.write_bytes(content.replace(old, new, 1))
    refused(run, rf"run/{name} is damaged, changed or of another run.*whole run again")
    file.write_bytes(content)
    assert han.load(run).predict(["queso"])["code"][0]


def test_a_renamed_column_is_seen_before_it_is_read(run):
    file = run / "config.yaml"
    file.write_text(file.read_text().replace("column: null", "column: other", 1))
    assert "other" in file.read_text()
    with pytest.raises(InputError, match=r"config\.yaml is damaged, changed"):
        RunFolder(run).config()
    refused(run, r"config\.yaml is damaged, changed")


@pytest.mark.parametrize("name", ["text.json", "training_counts.json", "manifest.json"])
def test_a_missing_file_is_named(run, name):
    (run / name).unlink()
    refused(run, rf"{name} is missing")


def test_a_new_file_is_named(run):
    there = {file.name for file in run.iterdir()}
    names = {*MODEL_FILES, "history.csv"} - there
    assert {"calibration.json", "topics.npz", "mixture.json", "model.keras"} <= names
    for name in names:
        (run / name).write_bytes(b"{}")
        with pytest.raises(InputError, match=rf"{name} does not belong to this run"):
            han.load(run)
        (run / name).unlink()


def test_results_and_other_files_are_free(run):
    (run / "notes.txt").write_text("mine")
    (run / "report.html").write_text("mine")
    assert evaluate.main([str(run), "--no-report"]) == 0
    assert han.load(run).predict(["queso"])["code"][0]


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"model": "", "files": [1]}'])
def test_a_damaged_manifest_is_said(run, content):
    (run / "manifest.json").write_text(content)
    refused(run, r"manifest\.json is damaged")


def test_a_member_of_a_mixture_is_bound(mixture, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(mixture, copy)
    assert han.load(copy).predict(["queso"])["code"][0]
    file = copy / "members/1/text.json"
    file.write_bytes(file.read_bytes().replace(b"0", b"1", 1))
    refused(copy, r"members/1/text\.json is damaged, changed")
    file.unlink()
    refused(copy, r"members/1/text\.json is missing")


def test_thresholds_are_checked_where_they_are_read(run):
    file = run / THRESHOLDS_FILE
    file.write_text("{}")
    classifier = han.load(run)  # a new plan must be able to replace them
    for command in (lambda: classifier.predict(["queso"]), lambda: predicted(run)):
        with pytest.raises(InputError, match=r"thresholds\.json does not belong.*plan"):
            command()
    bind_file(run, THRESHOLDS_FILE)
    file.write_text("[]")
    with pytest.raises(InputError, match=r"thresholds\.json is damaged, changed"):
        predicted(run)


def predicted(run):
    return predict.main([str(run), "--text", "queso"])


def test_a_file_changed_on_purpose_is_bound_anew(run):
    file = run / "config.yaml"
    file.write_text("# mine\n" + file.read_text())
    write_manifest(run)
    assert predicted(run) == 0
    assert read_manifest(run).model == run_fingerprint(run)


def test_the_cause_is_said_and_not_what_came_of_it(run):
    (run / "text.json").write_bytes(b"x" * (run / "text.json").stat().st_size)
    match = r"text\.json is damaged, changed"
    with pytest.raises(InputError, match=match), checked_run(run):
        raise ValueError("cannot be read")


def test_a_run_replaced_while_it_is_loaded_is_refused(run):
    with pytest.raises(InputError, match="changed or replaced while"), checked_run(run):
        shutil.copy(run / "text.json", run / "new")
        (run / "new").replace(run / "text.json")  # the same bytes, but who knows


def test_a_run_without_manifest_is_known_by_its_files(run):
    known = RunFolder(run).read_json("environment.json")
    RunFolder(run).write_json("environment.json", {**known, "manifest": False})
    (run / "manifest.json").unlink()
    identity = run_identity(run)
    check_identity(run, identity)
    (run / "text.json").write_text((run / "text.json").read_text() + " ")
    with pytest.raises(InputError, match="changed or replaced while"):
        check_identity(run, identity)


def test_a_run_killed_before_it_says_that_it_is_finished_has_none(run):
    known = RunFolder(run).read_json("environment.json")
    begun = {k: v for k, v in known.items() if k not in ("finished", "manifest")}
    (run / "environment.json").write_text(json.dumps({**begun, "finished": False}))
    assert read_manifest(run) is None
    assert han.load(run).predict(["queso"])["code"][0]


def test_training_again_binds_a_run_of_before(run):
    known = RunFolder(run).read_json("environment.json")
    del known["manifest"]
    RunFolder(run).write_json("environment.json", known)
    (run / "manifest.json").unlink()
    assert read_manifest(run) is None
    assert train.main([str(run.parent / "experiment.yaml")]) == 0
    assert read_manifest(run) is not None
    assert han.load(run).predict(["queso"])["code"][0]


DEEP = "[" * 100_000


@pytest.mark.parametrize(
    "name, content",
    [
        ("manifest.json", DEEP),
        ("manifest.json", '{"model": "", "files": {"a": {"bytes": 1e999}}}'),
        ("environment.json", DEEP),
    ],
)
def test_json_that_python_cannot_take_is_said(run, name, content):
    (run / name).write_text(content)
    refused(run, rf"{name} is damaged")


def test_a_device_in_place_of_a_file_is_not_read(run):
    (run / "environment.json").unlink()
    (run / "environment.json").symlink_to("/dev/zero")
    refused(run, r"environment\.json cannot be read: it is a device")


def test_what_a_system_puts_beside_members_does_not_matter(mixture, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(mixture, copy)
    before = member_folders(copy)
    (copy / "members/.DS_Store").touch()
    (copy / "members/.cache").mkdir()
    assert before and member_folders(copy) == before
    assert evaluate.main([str(copy)]) == 0
