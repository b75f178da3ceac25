"""How many cores: affinity and container by joblib, Slurm and OpenMP by their words."""

import os

import pytest

from han.usable_cores import num_threads, usable_cores


@pytest.fixture(autouse=True)
def eight_cores(monkeypatch):
    monkeypatch.setattr("han.usable_cores.joblib.cpu_count", lambda: 8)
    for name in ("SLURM_CPUS_PER_TASK", "OMP_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("given", "cores"), [(None, 8), ("3", 3), ("64", 8), ("0", 8), ("x", 8)]
)
def test_a_task_of_slurm_uses_what_it_was_given(monkeypatch, given, cores):
    if given:
        monkeypatch.setenv("SLURM_CPUS_PER_TASK", given)
    assert usable_cores() == num_threads() == cores


@pytest.mark.parametrize(("asked", "threads"), [("3", 3), ("16", 16), ("many", 8)])
def test_threads_are_those_of_omp_num_threads(monkeypatch, asked, threads):
    monkeypatch.setenv("OMP_NUM_THREADS", asked)
    assert num_threads() == threads and usable_cores() == 8


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="Linux alone pins")
def test_a_pinned_process_uses_its_cores(monkeypatch):
    monkeypatch.undo()
    monkeypatch.delenv("SLURM_CPUS_PER_TASK", raising=False)
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        assert usable_cores() == 1
    finally:
        os.sched_setaffinity(0, before)
