"""A job on a cluster: one Slurm job reads, an array codes, another one writes."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from han.config.job_config import STEPS
from han.devices.slurm_script import (
    SlurmJob,
    check_job,
    cpus_per_task,
    submit_script,
    write_script,
)
from han.errors import InputError


def submit_steps(
    command: Sequence[str],
    folder: Path,
    name: str,
    tasks: int,
    *,
    time: str | None = None,
    partition: str | None = None,
    account: str | None = None,
) -> dict[str, str]:
    """Hands the steps of a job to Slurm, each after the one before has succeeded.

    Args:
        command: Arguments of `han.code`: the job file and its overrides.
        folder: The job folder; scripts and logs lie beside it.
        name: Name in the queue.
        tasks: Array tasks that code.
        time: Time limit of each step.
        partition: Which machines.
        account: Who pays.

    Returns:
        The number of each step's job.

    Raises:
        InputError: If there is no Slurm here, or it refuses.
    """
    if tasks < 1:
        raise InputError(f"--slurm must be at least 1. Received: {tasks}.")
    found: dict[str, str] = {}
    cores = cpus_per_task(0, partition)
    for step in STEPS:
        job = SlurmJob(
            (sys.executable, "-m", "han.code", *command, "--step", step),
            folder.with_name(f"{folder.name}-{step}"),
            Path.cwd(),
            f"{name}-{step}",
            cpus_per_task=cores,
            time=time,
            partition=partition,
            account=account,
        )
        check_job(job)
        options = [f"--array=0-{tasks - 1}"] if step == "code" else []
        if found:
            # A step whose predecessor failed would wait for ever.
            options.append(f"--dependency=afterok:{[*found.values()][-1]}")
            options.append("--kill-on-invalid-dep=yes")
        found[step] = submit_script(write_script(job), options)
    return found


def asked_part(text: str | None) -> tuple[int, int]:
    """Which part of how many: as asked for, as the Slurm array says, or all.

    Args:
        text: What was asked for: `3/32`.

    Raises:
        InputError: If it is no part.

    Example:
        >>> asked_part("3/32")
        (3, 32)
    """
    env = os.environ
    if text is None and "SLURM_ARRAY_TASK_COUNT" in env:
        first = int(env.get("SLURM_ARRAY_TASK_MIN", 0))
        number = int(env["SLURM_ARRAY_TASK_ID"]) - first
        text = f"{number}/{env['SLURM_ARRAY_TASK_COUNT']}"
    if text is None:
        return 0, 1
    try:
        part, parts = map(int, text.split("/"))
    except ValueError:
        part, parts = -1, 0
    if not 0 <= part < parts:
        raise InputError(
            f"--part must be K/N with K from 0 to N - 1, like 3/32. Received: {text}."
        )
    return part, parts
