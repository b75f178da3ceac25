"""Full disks, faults and privacy."""

import errno
import json
import os
import re
import stat
import subprocess
import sys

import pytest
from support.experiments import ROOT
from support.job_runs import coded, counts_of, part_bytes, write_job, write_rows

from han import code
from han.errors import InputError
from han.tables import whole_files

SECRET = "zafiro"  # in some answers: never to be told


def kept_private(folder, *said):
    """No word of an answer stands in what is no working file or output."""
    texts = [*said]
    for name in ("events.jsonl", "job.log", "counts.json", "manifest.json"):
        if (folder / name).exists():
            texts.append((folder / name).read_text(encoding="utf-8"))
    assert not [text for text in texts if re.search(f"{SECRET}|oaxaca", text, re.I)]


@pytest.mark.parametrize("most", [pytest.param(4000, marks=pytest.mark.slow), 9000])
def test_a_full_disk_is_one_line_and_the_command_goes_on(
    small_job, tmp_path, monkeypatch, most
):
    """Files may not grow beyond a limit: what the system says of a full disk."""
    coded(small_job, f"output.folder={tmp_path}/whole")
    before = os.environ.get("PYTHONPATH", "")
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT}/tests:{before}"}
    script = (
        "import resource, sys\n"
        "from support.job_runs import here\n"
        "from han import code\n"
        "from han.cli import run_command\n"
        "from han.jobs import chunk_coding\n"
        "chunk_coding.process_pool = here\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({most}, resource.RLIM_INFINITY))\n"
        "run_command(lambda: code.main(sys.argv[1:]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(small_job)],
        capture_output=True,
        text=True,
        env=environment,
    )
    assert done.returncode in (1, 2) and "Traceback" not in done.stderr
    assert re.fullmatch(r"han: [^\n]*File too large[^\n]*\n", done.stderr), done.stderr
    kept_private(tmp_path / "out", done.stdout, done.stderr)
    coded(small_job)
    assert part_bytes(tmp_path / "out") == part_bytes(tmp_path / "whole")
    assert not [f for f in (tmp_path / "out").rglob(".*") if f.name != ".lock"]


def test_a_disk_that_is_full_at_each_file_in_turn(small_job, tmp_path, monkeypatch):
    coded(small_job)
    whole, replace = part_bytes(tmp_path / "out"), os.replace
    left = []

    def full(source, target):
        if not left:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        left.pop()
        replace(source, target)

    monkeypatch.setattr(whole_files.os, "replace", full)
    left[:] = [1] * 100
    coded(small_job, "--restart")
    for number in range(0, 100 - len(left), 3):
        left[:] = [1] * number
        with pytest.raises(InputError, match="cannot be written: No space left"):
            coded(small_job, "--restart")
        left[:] = [1] * 100
        coded(small_job)
        assert part_bytes(tmp_path / "out") == whole
        assert not [f for f in (tmp_path / "out").rglob(".*") if f.name != ".lock"]


def test_no_answer_stands_in_logs_counts_or_what_is_printed(
    small_job, tmp_path, capsys
):
    coded(small_job)
    assert code.main([str(small_job), "--check"]) == 0
    out, err = capsys.readouterr()
    kept_private(tmp_path / "out", out, err)
    text = (tmp_path / "rows0.csv").read_text().lower()
    assert SECRET in text and "oaxaca" in text
    counts = counts_of(tmp_path / "out")["tasks"]["kind"]
    assert sum(n["rows"] for n in counts["probability"].values()) == 600


def test_an_error_tells_no_answer(small_job, tmp_path, capsys):
    with (tmp_path / "rows1.csv").open("a") as stream:
        stream.write(f'1,"{SECRET}",x,y\n')
    with pytest.raises(InputError) as found:
        coded(small_job)
    kept_private(tmp_path / "out", str(found.value), *capsys.readouterr())


def test_files_are_for_their_owner_alone(small_job, tmp_path):
    before = os.umask(0o022)  # as a shell has it; the command itself takes it narrower
    try:
        coded(small_job)
    finally:
        os.umask(before)
    for file in [tmp_path / "out", *(tmp_path / "out").rglob("*")]:
        mode = stat.S_IMODE(file.stat().st_mode)
        assert mode == (0o700 if file.is_dir() else 0o600), file


def test_what_is_in_the_way_is_one_line(small_job, tmp_path):
    (tmp_path / "out").mkdir()
    manifest = {"settings": {}}
    (tmp_path / "out" / "manifest.json").write_text(json.dumps(manifest))
    (tmp_path / "out" / "coded").write_text("a file")
    with pytest.raises(InputError, match=r"is damaged"):
        coded(small_job)
    with pytest.raises(InputError, match="coded: cannot be written"):
        coded(small_job, "--restart")


def test_a_job_in_a_folder_that_is_a_link(baseline_run, tmp_path, one_process):
    (tmp_path / "disk").mkdir()
    os.symlink(tmp_path / "disk", tmp_path / "out")
    write_rows(tmp_path / "rows0.csv", 20)
    assert len(coded(write_job(tmp_path, baseline_run))) == 20
    assert len(coded(write_job(tmp_path, baseline_run), "--restart")) == 20
