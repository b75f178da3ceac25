"""How a command ends: what it says, its exit code, and what it leaves behind."""

import os
import signal
import stat
import subprocess
import sys

import pytest
from support.experiments import write_experiment

HAN = [sys.executable, "-m", "han"]


def run(*arguments, **options):
    return subprocess.run([*HAN, *map(str, arguments)], text=True, **options)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs Linux")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("arguments", [["--help"], ["train", "--help"]])
def test_a_full_disk_is_one_line(arguments, unbuffered):
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    with open("/dev/full", "w") as full:
        done = run(*arguments, stdout=full, stderr=subprocess.PIPE, env=environment)
    assert (done.returncode, done.stderr) == (1, "han: No space left on device.\n")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs Linux")
def test_a_mistake_keeps_its_exit_code_where_nobody_reads():
    with open("/dev/full", "w") as full:
        done = run("train", "none.yaml", stdout=subprocess.PIPE, stderr=full)
    assert (done.returncode, done.stdout) == (2, "")
    closed = f'"{sys.executable}" -m han train none.yaml 2>&-'
    done = subprocess.run(closed, shell=True, stdout=subprocess.PIPE)
    assert (done.returncode, done.stdout) == (2, b"")
    closed = f'"{sys.executable}" -m han --help >&-'
    assert subprocess.run(closed, shell=True).returncode == 0


def test_who_stops_reading_is_told_nothing():
    reader, writer = os.pipe()
    os.close(reader)
    done = run("--help", stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, "")


def test_a_name_commands_no_terminal():
    done = run("train", "a\nb\x1b[2J\udcff", capture_output=True)
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert done.stderr.startswith(r"han: a\nb\x1b[2J\udcff: there is no such")


WAITS = """
import sys, time
from pathlib import Path
from han.cli import run_command
from han.tables.whole_files import whole_file
def main():
    with whole_file(Path(sys.argv[1])) as temporary:
        temporary.write_text("half")
        print("begun", flush=True)
        time.sleep(600)
    return 0
run_command(main)
"""


@pytest.mark.parametrize("given", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_leaves_nothing_half_written(tmp_path, given):
    command = [sys.executable, "-c", WAITS, str(tmp_path / "codes.csv")]
    piped = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, text=True, **piped) as begun:
        assert begun.stdout.readline() == "begun\n"
        begun.send_signal(given)
        _, said = begun.communicate(timeout=60)
    assert begun.returncode == (130 if given == signal.SIGINT else -given)
    assert said.startswith("han: stopped") and said.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_a_hang_up_that_is_ignored_stays_so(tmp_path):
    code = WAITS.replace("time.sleep(600)", "input()")
    start = f"import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n{code}"
    command = [sys.executable, "-c", start, str(tmp_path / "codes.csv")]
    piped = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, text=True, **piped) as begun:  # as with nohup
        assert begun.stdout.readline() == "begun\n"
        begun.send_signal(signal.SIGHUP)
        begun.communicate("go on\n", timeout=60)
    assert begun.returncode == 0
    assert (tmp_path / "codes.csv").read_text() == "half"


def test_what_commands_write_is_for_their_owner_alone(tmp_path):
    file = write_experiment(tmp_path, model="{kind: tfidf_svm}")
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o775)  # by whoever shares it, on purpose
    old = shared / "old.csv"
    old.write_text("")
    old.chmod(0o664)
    options = {"umask": 0, "cwd": tmp_path, "capture_output": True}
    folder, coded = shared / "run", shared / "coded.csv"
    cache = shared / "cache"
    settings = [f"logging.run_folder={folder}", f"data.cache={cache}"]
    assert run("train", file, *settings, **options).returncode == 0
    data = tmp_path / "data.csv"
    assert run("predict", folder, data, "-o", coded, **options).returncode == 0
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in shared.rglob("*")}
    assert modes.pop(old) == 0o664
    assert {folder, cache, coded, folder / "metrics.json"} <= set(modes)
    assert {path for path, mode in modes.items() if mode & 0o077} == set()
    assert stat.S_IMODE(shared.stat().st_mode) == 0o775


DONE = """
import atexit, os, sys
from han.cli import run_command
atexit.register(lambda: os.kill(os.getpid(), int(sys.argv[1])))
run_command(lambda: 0)
"""


def test_ctrl_c_fails_nothing_that_is_done():
    command = [sys.executable, "-c", DONE]
    done = subprocess.run([*command, str(int(signal.SIGINT))], capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    done = subprocess.run([*command, str(int(signal.SIGTERM))], capture_output=True)
    assert (done.returncode, done.stderr) == (-signal.SIGTERM, b"")
