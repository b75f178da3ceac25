"""A coding job on a real Slurm of two nodes, killed at random: `make test-slurm`."""

import os
import random
import signal
import sys
import time
from pathlib import Path

import pytest
import yaml
from support.slurm_jobs import run

pytestmark = pytest.mark.slurm

KILLS = 8
WORDS = "pan queso harina leche clavo martillo tornillo acero vino miel".split()


@pytest.fixture
def job(baseline_run, tmp_path):
    """A job of a dozen chunks."""
    draw = random.Random(3)
    with (tmp_path / "rows.csv").open("w") as stream:
        stream.write("id,text\n")
        for number in range(60_000):
            text = " ".join(draw.choices(WORDS, k=5))
            stream.write(f"{number:06d},{text}\n")
    file = tmp_path / "job.yaml"
    settings = {
        "name": "wave",
        "input": {"files": [str(tmp_path / "rows.csv")], "keys": ["id"]},
        "tasks": {"what": {"run": str(baseline_run)}},
        "output": {"folder": str(tmp_path / "job"), "rows": 20_000},
        "resources": {"answers": 4096, "processes": 1},
    }
    file.write_text(yaml.safe_dump(settings))
    return file


def test_an_array_killed_at_random_gives_the_same_bytes(slurm, job, tmp_path):
    code = (sys.executable, "-m", "han.code", job)
    run(slurm, *code, f"output.folder={tmp_path}/alone")
    draw, killed = random.Random(5), 0
    coded = tmp_path / "job" / "coded"
    while True:
        run(slurm, *code, "--slurm", 2, "--time", "00:10:00")
        while in_queue(slurm):
            if killed < KILLS and strike(draw):
                killed += 1
            time.sleep(draw.uniform(0.2, 2.5))
        if (tmp_path / "job" / "counts.json").exists():
            break
    assert killed == KILLS
    parts = sorted(file.name for file in coded.iterdir())
    assert parts == [
        "part-000000.parquet",
        "part-000001.parquet",
        "part-000002.parquet",
    ]
    for name in parts:
        alone = tmp_path / "alone" / "coded" / name
        assert (coded / name).read_bytes() == alone.read_bytes()
    text = next(tmp_path.glob("job-code.*.log")).read_text()
    assert "Traceback" not in text


def in_queue(slurm):
    return bool(run(slurm, "squeue", "--noheader").strip())


def strike(draw):
    """Kills one process of the job that Slurm runs, if there is any."""
    found = [
        pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if hit(pid)
    ]
    if not found:
        return False
    try:
        os.kill(draw.choice(found), signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def hit(pid):
    """Whether a process is han.code in a job of Slurm, or a worker of it."""
    try:
        place = Path(f"/proc/{pid}")
        command = (place / "cmdline").read_text().split("\0")
        environment = (place / "environ").read_text()
    except (OSError, UnicodeDecodeError):
        return False
    ours = "han.code" in command or any("spawn_main" in word for word in command)
    return ours and "SLURM_JOB_ID=" in environment and "srun" not in command[0]
