"""A real Slurm of two nodes on this machine, and who uses it."""

import subprocess
import time

import pytest

from support.experiments import ROOT

LONG = 900  # seconds; machines are slow, and TensorFlow starts four times
# States from which a job goes on by itself; a requeued one is COMPLETING first.
AT_WORK = {"PENDING", "CONFIGURING", "RUNNING", "COMPLETING", "REQUEUED"}


def run(slurm, *command):
    done = subprocess.run(
        [str(part) for part in command],
        env=slurm,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=LONG,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def wait(what, log=None):
    """Waits until something is true; shows the log if it never is."""
    deadline = time.monotonic() + LONG
    while not what():
        if time.monotonic() > deadline:
            pytest.fail(f"waited in vain; log:\n{log.read_text() if log else ''}")
        time.sleep(0.1)


def state(slurm, job):
    """What Slurm knows of a job."""
    shown = run(slurm, "scontrol", "--oneliner", "show", "job", job)
    return dict(part.split("=", 1) for part in shown.split() if "=" in part)
