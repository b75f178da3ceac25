"""What many tests need: a quiet TensorFlow and a small experiment."""

import os
import shutil
import signal
from pathlib import Path

import pytest
from hypothesis import settings
from support import postgres
from support.chromium import chromium
from support.experiments import ROOT, write_experiment
from support.job_runs import here, write_job, write_rows
from support.planned_runs import train_with_calibration, write_data
from support.repeated_runs import train_repeated, write_again
from support.runs import baseline

import slurm_cluster
from han import train
from han.jobs import chunk_coding

# The same examples every time, and no failure because a machine is slow.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")

# As every command does (han.devices.runtime.prepare_environment), before any import.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["LC_ALL"] = "C.UTF-8"  # commands speak English, whoever tests


@pytest.fixture(autouse=True)
def signals_as_before():
    """A command that was stopped ignores signals at its end; the tests go on.

    In the background a shell starts commands that ignore Ctrl-C: here it always works.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # nohup ignores it
    numbers = (signal.SIGTERM, signal.SIGUSR1)
    before = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


@pytest.fixture(scope="module")
def browser():
    """A headless Chromium; for tests that are marked `NEEDS_CHROMIUM`."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def baseline_run(tmp_path_factory) -> Path:
    """A finished run of a baseline; who changes it takes a copy."""
    folder = tmp_path_factory.mktemp("baseline")
    assert train.main([str(baseline(folder))]) == 0
    return folder / "run"


@pytest.fixture(scope="session")
def calibration_folder(tmp_path_factory) -> Path:
    """The folder of a run with calibration records, and of its data."""
    folder = tmp_path_factory.mktemp("plan")
    train_with_calibration(folder)
    return folder


@pytest.fixture
def run_to_plan(calibration_folder: Path, tmp_path: Path) -> Path:
    """A copy of that run, next to records without codes."""
    shutil.copytree(calibration_folder / "run", tmp_path / "run")
    write_data(tmp_path / "new.csv", 300, seed=2, labelled=False)
    return tmp_path / "run"


@pytest.fixture(scope="session")
def repeated_folder(tmp_path_factory) -> Path:
    """The folder of a run whose texts repeat, and of its data."""
    folder = tmp_path_factory.mktemp("repeated")
    train_repeated(folder)
    return folder


@pytest.fixture
def repeated_run(repeated_folder: Path, tmp_path: Path) -> Path:
    """A copy of that run, next to `new.csv`: its records as another file."""
    shutil.copytree(repeated_folder / "run", tmp_path / "run")
    write_again(repeated_folder / "data.csv", tmp_path / "new.csv")
    return tmp_path / "run"


@pytest.fixture
def one_process(monkeypatch):
    """Chunks of a coding job are coded in the process of the test."""
    monkeypatch.setattr(chunk_coding, "process_pool", here)


@pytest.fixture
def small_job(baseline_run: Path, tmp_path: Path, one_process) -> Path:
    """A job of two files of rows, with all stages; nothing is coded yet."""
    for number in range(2):
        write_rows(tmp_path / f"rows{number}.csv", 300, 300 * number)
    return write_job(tmp_path, baseline_run)


@pytest.fixture
def eager_steps():
    """Networks that learn for a dozen steps learn them without compiling."""
    from support.training import eager

    with eager():
        yield


@pytest.fixture
def experiment(tmp_path: Path) -> Path:
    """A tiny experiment in a folder of its own."""
    return write_experiment(tmp_path)


@pytest.fixture(scope="session")
def slurm(tmp_path_factory):
    """The environment of somebody who uses the cluster."""
    if why := slurm_cluster.obstacle():
        pytest.skip(f"no Slurm here: {why}")
    with slurm_cluster.cluster(tmp_path_factory.mktemp("slurm")) as conf:
        known = {"SLURM_CONF": str(conf), "PYTHONPATH": str(ROOT)}
        yield {**os.environ, **known, "OMP_NUM_THREADS": "1"}


@pytest.fixture(scope="session")
def postgres_server():
    """A PostgreSQL server of the tests; the folder of its socket."""
    if why := postgres.obstacle():
        pytest.skip(f"no PostgreSQL here: {why}")
    with postgres.server() as folder:
        yield folder


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def queue_place(request, tmp_path):
    """Where a queue of clerks may be made: a file, or a database of a server."""
    if request.param == "sqlite":
        return str(tmp_path / "review.db")
    return postgres.new_database(request.getfixturevalue("postgres_server"))
