"""The log: one form for jobs and the service, no text, nothing that stops a request."""

import contextlib
import json
import logging
import os
import stat
from itertools import islice

import pytest

from han.jobs.job_events import JobEvents
from han.service import event_log
from han.service.event_log import EventLog, LibraryEvents

SECRET = "panadero en Oaxaca"


def lines(file):
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_jobs_and_the_service_share_the_form(tmp_path):
    job, service = tmp_path / "events.jsonl", tmp_path / "log.jsonl"
    JobEvents(job, tmp_path / "job.log", "wave").say("coded", chunk=3)
    EventLog(service, service="han").say("request", status=200)
    (of_job,), (of_service,) = lines(job), lines(service)
    assert list(of_job) == ["time", "level", "event", "job", "chunk"]
    assert list(of_service) == ["time", "level", "event", "service", "status"]
    assert stat.S_IMODE(service.stat().st_mode) == 0o600


def test_without_a_file_it_is_standard_error(capfd):
    log = EventLog()
    log.say("begun", level="warning", port=8000)
    assert log.flush(20)
    said = json.loads(capfd.readouterr().err)
    assert (said["level"], said["event"], said["port"]) == ("warning", "begun", 8000)


def test_a_file_that_was_moved_away_is_begun_anew(tmp_path):
    log = EventLog(tmp_path / "log.jsonl")
    log.say("first")
    log.file.rename(tmp_path / "log.jsonl.1")
    log.say("second")
    assert [said["event"] for said in lines(log.file)] == ["second"]


def test_a_full_disk_stops_nothing_and_is_told_later(tmp_path, monkeypatch):
    log = EventLog(tmp_path / "log.jsonl")
    with monkeypatch.context() as patched:

        def full(file, line):
            raise OSError(28, "No space left on device")

        patched.setattr(event_log, "append_line", full)
        log.say("first")
        log.say("second")
    log.say("third")
    log.say("fourth")
    assert [said.get("lost") for said in lines(log.file)] == [2, None]


@pytest.fixture
def full_pipe(monkeypatch):
    """A standard error that nobody reads; gives the end to read from."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(writing, b"\n" * 4096)
    os.set_blocking(writing, True)
    monkeypatch.setattr(event_log, "_STANDARD_ERROR", writing)
    with os.fdopen(reading) as stream, os.fdopen(writing, "wb"):
        yield stream


def test_a_full_pipe_stops_nothing_and_is_told_later(full_pipe, monkeypatch):
    monkeypatch.setattr(event_log, "WAITING", 5)
    log = EventLog()
    for number in range(20):
        log.say("said", number=number)
    assert not log.flush(0.01)  # and comes back
    lost = log.lost
    assert lost in (14, 15)  # one may be with the thread
    found = (json.loads(line) for line in full_pipe if line.strip())
    said = list(islice(found, 20 - lost))
    assert log.flush(20)
    assert [x["number"] for x in said] == list(range(20 - lost))
    # The thread may have taken its first line when some were lost, but not yet all.
    assert sum(x.get("lost", 0) for x in said) == lost
    assert not log.lost


@pytest.fixture
def library(tmp_path):
    log = EventLog(tmp_path / "log.jsonl")
    made = []

    def of(name):
        logger = logging.Logger(name)
        logger.addHandler(LibraryEvents(log))
        made.append(logger)
        return logger

    of.file = log.file
    return of


def test_messages_and_values_of_libraries_are_left_out(library):
    logger = library("waitress")
    logger.warning("Exception while serving %s", SECRET)
    try:
        int(SECRET)
    except ValueError:
        logger.exception(SECRET)
    text = library.file.read_text()
    assert SECRET not in text
    first, second = lines(library.file)
    assert (first["level"], second["level"]) == ("warning", "error")
    assert second["error"] == "ValueError" and "test_event_log.py:" in second["places"]
    assert first["place"].startswith("service/test_event_log.py:")


def test_messages_of_our_own_stay(library):
    library("han.runs").info("read %d files", 3)
    assert lines(library.file)[0]["message"] == "read 3 files"
