"""Time of stages within each other, of earlier processes, and of several threads."""

import threading

import pytest

from han.devices import stage_clock
from han.devices.stage_clock import (
    StageClock,
    add_earlier,
    process_age,
    running_clock,
    spent,
    stage,
)


@pytest.fixture
def passes(monkeypatch):
    """Lets wall seconds pass, twice as many of CPU, and memory grow by one each."""
    now = {"seconds": 100.0, "peak": 1.0}

    def passes(seconds):
        now["seconds"] += seconds
        now["peak"] += 1

    monkeypatch.setattr(
        stage_clock, "_now", lambda: (now["seconds"], 2 * now["seconds"])
    )
    monkeypatch.setattr(stage_clock, "_peak", lambda: now["peak"])
    return passes


def wall(found):
    return {name: part["wall_seconds"] for name, part in found["stages"].items()}


def test_a_stage_within_another_is_taken_off(passes):
    clock = StageClock()
    passes(1)
    with clock.stage("steps"):
        passes(2)
        with clock.stage("saving"):
            passes(4)
        passes(8)
    with clock.stage("saving"):
        passes(16)
    found = clock.spent()
    assert wall(found) == {"other": 1, "steps": 10, "saving": 20}
    assert found["wall_seconds"] == 31 and found["cpu_seconds"] == 62
    peaks = {name: part["peak_memory_gb"] for name, part in found["stages"].items()}
    assert peaks == {"other": 6, "steps": 5, "saving": 6}
    assert found["peak_memory_gb"] == 6


def test_an_error_ends_a_stage(passes):
    clock = StageClock()
    with pytest.raises(KeyError), clock.stage("steps"):
        passes(3)
        raise KeyError
    passes(5)
    assert wall(clock.spent()) == {"other": 5, "steps": 3}


def test_earlier_processes_are_added(passes):
    clock = StageClock(age=2.0)
    with clock.stage("steps"):
        passes(3)
    before = clock.spent()
    assert before["stages"]["start"]["cpu_seconds"] == 200  # all of the process so far
    for parts in (2, 3):
        clock = StageClock()
        with clock.stage("reading"):
            passes(1)
        clock.add(before)
        with clock.stage("steps"):
            passes(4)
        before = clock.spent()
        assert before["parts"] == parts
    assert wall(before) == {"start": 2, "steps": 11, "reading": 2, "other": 0}


def test_of_a_process_that_knew_no_time_nothing_is_added(passes):
    with running_clock():
        passes(1)
        add_earlier({})
        assert spent()["parts"] == 1 and spent()["wall_seconds"] == 1


@stage("steps")
def steps():
    """A stage as a decorator makes it."""


def test_other_threads_and_who_has_no_clock_are_not_timed():
    steps()
    assert spent() == {}
    with running_clock():
        thread = threading.Thread(target=steps)
        thread.start()
        thread.join()
        assert "steps" not in spent()["stages"]
        steps()
        assert "steps" in spent()["stages"]


def test_a_command_within_a_process_that_is_timed_joins_its_clock(passes):
    with running_clock(age=7.0):
        with running_clock():
            passes(1)
        assert wall(spent()) == {"start": 7, "other": 1}


def test_a_process_has_an_age():
    assert process_age() > 0
