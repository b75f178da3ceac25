"""A run folder: what is written whole, what is known of it, what is damaged."""

import errno
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.experiments import write_experiment

from han.config import read_config
from han.errors import InputError
from han.runs.folder_lock import locked
from han.runs.run_files import LOCK_FILE
from han.runs.run_folder import RunFolder

DATA = {"data.csv": "1" * 64}


@pytest.fixture
def begun(tmp_path):
    """A run that has begun, with its config."""
    config = read_config(write_experiment(tmp_path))
    run = RunFolder(tmp_path / "run")
    assert run.open(config, DATA, overwrite=False)
    return run, config


def test_finished_is_the_last_thing_written(begun):
    run, config = begun
    run.write_json("metrics.json", {"wave2.csv": {}})
    assert not run.is_finished
    assert run.open(config, DATA, overwrite=False)
    (run / "backup").mkdir()
    run.finish()
    assert run.is_finished and not (run / "backup").exists()
    assert not run.open(config, DATA, overwrite=False)
    assert run.fingerprints() == DATA and run.warning() == ""
    assert run.open(config, DATA, overwrite=True)
    assert not run.is_finished and run.results() == {}


def test_warning_says_how_far_it_came(begun):
    run, _ = begun
    assert "is not finished; give the training command" in run.warning()
    (run / "history.csv").write_text("epoch\n1\n2\n3\n")
    assert "(trained to epoch 3 so far)" in run.warning()
    (run / "environment.json").unlink()
    assert run.warning() == ""  # a copy of what coding needs


def test_encoding_replaces_that_of_the_run(begun):
    run, config = begun
    assert run.config() == config
    assert run.config("latin-1").data.encoding == "latin-1"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("environment.json", None, "is missing"),
        ("environment.json", b"{", "is damaged"),
        ("environment.json", b"\xff", "is damaged"),
        ("environment.json", b'{"python": "3"}', "is damaged"),
        ("config.yaml", b"data: [", "is damaged"),
        ("config.yaml", b"", "is damaged"),
    ],
)
def test_damage_is_said_and_overwrite_begins_anew(begun, name, content, said):
    run, config = begun
    if content is None:
        (run / name).unlink()
    else:
        (run / name).write_bytes(content)
    with pytest.raises(InputError, match=rf"run/{name} {said}.*--overwrite"):
        run.open(config, DATA, overwrite=False)
    assert run.open(config, DATA, overwrite=True)


def test_what_cannot_be_written_is_said(begun):
    run, _ = begun

    def full(file: Path) -> None:
        file.write_text("half")
        raise OSError(28, "No space left on device")

    run.write_json("metrics.json", {"test": {}})
    with pytest.raises(InputError, match=r"metrics.json: cannot be written: No space"):
        run.write("metrics.json", full)
    assert json.loads((run / "metrics.json").read_text()) == {"test": {}}
    assert not [file for file in run.folder.iterdir() if file.name.startswith(".")]


def test_one_training_at_a_time(tmp_path):
    folder = tmp_path / "run"
    with locked(folder):
        with pytest.raises(InputError, match="is training in"), locked(folder):
            pass
        assert (folder / LOCK_FILE).is_file()
    assert not (folder / LOCK_FILE).exists()
    assert not folder.exists()  # nothing was trained
    folder.mkdir()
    (folder / LOCK_FILE).touch()  # a process that was killed leaves it behind
    with locked(folder):
        pass


def test_a_killed_training_locks_nobody_out(tmp_path):
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from han.runs.folder_lock import locked\n"
        "with locked(Path(sys.argv[1])):\n"
        "    print('held', flush=True)\n    sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(InputError, match="another process"), locked(tmp_path):
            pass
        other.kill()
    assert (tmp_path / LOCK_FILE).is_file()
    with locked(tmp_path):
        pass


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP])
def test_a_file_system_without_locks_trains_and_says_so(
    tmp_path, monkeypatch, caplog, number
):
    def refuse(*_):
        raise OSError(number, "no locks here")

    monkeypatch.setattr("fcntl.flock", refuse)
    with locked(tmp_path / "run"), locked(tmp_path / "run"):
        assert "cannot be locked (no locks here)" in caplog.text


def test_a_folder_that_cannot_be_made_is_left_to_who_opens_it(tmp_path, caplog):
    (tmp_path / "file").touch()
    with locked(tmp_path / "file" / "run"):
        pass
    assert not caplog.text


def test_a_lock_survives_that_a_run_is_cleared(begun):
    run, config = begun
    with locked(run.folder):
        assert run.open(config, DATA, overwrite=True)
        with pytest.raises(InputError, match="another process"), locked(run.folder):
            pass


def test_who_is_not_the_first_writes_nothing(tmp_path):
    config = read_config(write_experiment(tmp_path))
    other = RunFolder(tmp_path / "run", writes=False)
    assert other.open(config, DATA, overwrite=False)
    other.write_json("metrics.json", {})
    assert not (tmp_path / "run").exists()
    first = RunFolder(tmp_path / "run")
    assert first.open(config, DATA, overwrite=False)
    first.finish()
    assert not other.open(config, DATA, overwrite=False)
    assert other.open(config, DATA, overwrite=True)
    with pytest.raises(InputError, match="the data has changed"):
        other.open(config, {"data.csv": "2" * 64}, overwrite=False)


def test_a_run_folder_that_was_removed_is_said(begun):
    run, _ = begun
    run.check_is_there()
    shutil.rmtree(run.folder)
    said = "run: the run folder was removed while it was in use"
    with pytest.raises(InputError, match=said):
        run.write_json("backup/state.json", {})
    (run / "tensorboard").mkdir(parents=True)  # whoever draws curves makes it again
    with pytest.raises(InputError, match=said):
        run.check_is_there()
