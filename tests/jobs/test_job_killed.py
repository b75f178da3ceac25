"""A job whose processes are killed by the system, or told to end, goes on."""

import os
import random
import re
import select
import signal
import subprocess
import sys
import time

import pytest
from support.job_runs import part_bytes, write_job

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs Linux"),
]
WORDS = "pan queso harina leche clavo martillo tornillo acero vino miel".split()
KILLS, PATIENCE = 12, 300


@pytest.fixture
def job(baseline_run, tmp_path):
    """A job of three chunks."""
    draw = random.Random(3)
    rows = [f"{k:06d},{' '.join(draw.choices(WORDS, k=5))}," for k in range(12_000)]
    (tmp_path / "rows0.csv").write_text("\n".join(["id,text,old", *rows, ""]))
    more = {"resources": "{answers: 4096, processes: 2}"}
    return write_job(tmp_path, baseline_run, "[non_answer, model, clerk]", **more)


def begun(job, *more):
    """The command in a session of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "han.code", str(job), "--lang", "en", *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def processes_of(command):
    """The command and what it has started."""
    found = []
    for number in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{number}/stat") as stream:
                session = int(stream.read().rpartition(")")[2].split()[3])
        except OSError:
            continue
        if session == command.pid:
            found.append(int(number))
    return found


def workers_of(command):
    found = []
    for number in processes_of(command):
        try:
            with open(f"/proc/{number}/cmdline") as stream:
                if "spawn_main" in stream.read():
                    found.append(number)
        except OSError:
            continue
    return found


def wait_for_workers(command, count=2):
    until = time.monotonic() + PATIENCE
    while len(found := workers_of(command)) < count and command.poll() is None:
        assert time.monotonic() < until
        time.sleep(0.02)
    return found


def wait_until_dead(pids):
    for pid in pids:
        try:
            descriptor = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        ended, _, _ = select.select([descriptor], [], [], PATIENCE)
        os.close(descriptor)
        assert ended, "a process goes on"


def whole_of(job, tmp_path, *more):
    """What a job gives that nobody stops."""
    command = begun(job, f"output.folder={tmp_path}/whole", *more)
    began = time.monotonic()
    _, err = command.communicate(timeout=PATIENCE)
    assert command.returncode == 0, err
    return part_bytes(tmp_path / "whole"), time.monotonic() - began


def test_random_kills_change_no_byte(job, tmp_path):
    """With one process where there were two, besides."""
    whole, seconds = whole_of(job, tmp_path, "resources.processes=1")
    draw, killed = random.Random(7), 0
    while killed < KILLS:
        command = begun(job)
        time.sleep(draw.uniform(0.3, seconds))
        everyone = processes_of(command)
        of_whom = draw.choice([[command.pid], workers_of(command) or [command.pid]])
        if command.poll() is None:
            os.kill(draw.choice(of_whom), signal.SIGKILL)
            killed += 1
        _, err = command.communicate(timeout=PATIENCE)
        wait_until_dead(everyone)
        assert "Traceback" not in err
        if command.returncode == 0:  # too late: anew
            command = begun(job, "--restart")
            time.sleep(draw.uniform(0.3, seconds))
            command.kill()
            command.communicate(timeout=PATIENCE)
    command = begun(job)
    _, err = command.communicate(timeout=PATIENCE)
    assert command.returncode == 0, err
    assert part_bytes(tmp_path / "out") == whole
    assert not [f.name for f in (tmp_path / "out").rglob(".*") if f.name != ".lock"]


@pytest.mark.parametrize("pause", [0.0, 0.4, 2.0])
@pytest.mark.parametrize("given", [signal.SIGINT, signal.SIGTERM])
def test_told_to_end_while_processes_start(job, tmp_path, given, pause):
    command = begun(job)
    wait_for_workers(command, 1)
    time.sleep(pause)
    everyone = processes_of(command)
    os.killpg(command.pid, given)  # as terminals and jobs do: every process gets it
    _, err = command.communicate(timeout=PATIENCE)
    wait_until_dead(everyone)
    assert command.returncode in (0, {signal.SIGINT: 130}.get(given, -given))
    # A quick machine may have finished before it is told to end.
    whole = r"([\d.]+ seconds in all\.\n)?(han: stopped( by Terminated)?\.\n)?"
    assert err and re.fullmatch(whole, err)
    hidden = [f.name for f in (tmp_path / "out").rglob(".*")]
    assert not hidden and not [*(tmp_path / "out").rglob("coded/.*")]


def test_a_second_command_is_refused(job, tmp_path):
    first = begun(job)
    wait_for_workers(first)
    second = begun(job)
    _, err = second.communicate(timeout=PATIENCE)
    assert second.returncode == 2 and "another process works on this job" in err
    _, err = first.communicate(timeout=PATIENCE)
    assert first.returncode == 0, err
