"""The log: one form for jobs and the service, no text, nothing that stops a request."""

import json
import logging
import stat

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


def test_without_a_file_it_is_standard_error(capsys):
    EventLog().say("begun", level="warning", port=8000)
    said = json.loads(capsys.readouterr().err)
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
