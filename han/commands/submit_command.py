"""Hands a training to Slurm, as `han.submit` is asked to."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from han.config import Config, read_config
from han.config.yaml_reader import read_overrides, read_yaml
from han.devices.asked_gpus import refuse_cpu_build
from han.devices.slurm_script import (
    SlurmJob,
    batch_script,
    check_job,
    cpus_per_task,
    submit_script,
    write_script,
)
from han.errors import InputError
from han.experiment.row_roles import role_files
from han.runs.run_folder import RunFolder
from han.tables.file_access import check_file


def carry_out(given: argparse.Namespace) -> int:
    """Checks, writes, hands in, and says where to look."""
    job = make_job(given)
    if given.dry_run:
        print(batch_script(job), end="")
        return 0
    if RunFolder(job.run).is_finished:
        print(f"{job.run}: this run is finished; nothing was handed in.")
        return 0
    number = submit_script(write_script(job))
    print(f"Job {number} is in the queue.")
    print(f"  script   {job.script}")
    print(f"  log      {job.run.with_name(f'{job.run.name}.{number}.log')}")
    print(f"  state    squeue -j {number}")
    print(f"  stop     scancel {number}; the same command takes the run up again")
    return 0


def make_job(given: argparse.Namespace) -> SlurmJob:
    """The job for what was given, checked as far as a login node can.

    Raises:
        InputError: For a mistake in the experiment, or in what Slurm is asked for.
    """
    _check_gpus(given, read_config(given.experiment, given.overrides))
    overrides = [*given.overrides, *_distribution(given)]
    config = read_config(given.experiment, overrides)
    _check_files(given.experiment, config)
    cores = given.cpus_per_task
    if cores is None:
        cores = cpus_per_task(given.gpus_per_node, given.partition)
    job = SlurmJob(
        command=(
            *(given.python, "-m", "han.train", str(given.experiment)),
            *overrides,
        ),
        run=config.run_folder.absolute(),
        folder=Path.cwd(),
        name=config.name,
        nodes=given.nodes,
        gpus_per_node=given.gpus_per_node,
        time=given.time,
        partition=given.partition,
        account=given.account,
        cpus_per_task=cores,
        memory=given.mem,
        signal_seconds=given.signal_seconds,
        modules=tuple(given.module),
    )
    check_job(job)
    return job


def _check_gpus(given: argparse.Namespace, config: Config) -> None:
    """Raises InputError for GPUs that the training would not use."""
    if given.gpus_per_node and config.model.kind != "han":
        raise InputError(
            f"--gpus-per-node is {given.gpus_per_node}, and `model.kind: "
            f"{config.model.kind}` uses no GPU. Leave it out."
        )
    if given.python == sys.executable:  # of another Python nothing is known here
        refuse_cpu_build(given.gpus_per_node)


def _distribution(given: argparse.Namespace) -> list[str]:
    """The strategy that suits the devices, unless the experiment names one."""
    named = _named_strategy(given.experiment, given.overrides)
    if given.nodes > 1 and named not in {None, "multi_worker"}:
        raise InputError(
            f"`distribution.strategy` is {named}, and with --nodes {given.nodes} each "
            "node would train for itself. Leave it out, or set it to multi_worker."
        )
    if named is not None or max(given.nodes, given.gpus_per_node) < 2:
        return []
    strategy = "multi_worker" if given.nodes > 1 else "mirrored"
    return [f"distribution.strategy={strategy}"]


def _named_strategy(experiment: Path, overrides: list[str]) -> str | None:
    content = read_overrides(read_yaml(experiment), overrides).content
    for key in ("distribution", "strategy"):
        if not isinstance(content, dict) or key not in content:
            return None
        content = content[key].content
    return content if isinstance(content, str) and content else None


def _check_files(experiment: Path, config: Config) -> None:
    """Missing data must not show after a day in the queue."""
    for name, file in role_files(config).items():
        advice = (
            f"It is `data.{name}` of {experiment}; paths are relative to the folder "
            "where the command is given."
        )
        check_file(file, advice=advice)
