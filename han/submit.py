"""`python -m han.submit EXPERIMENT.yaml [key.sub=value ...]`: trains through Slurm."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from han.cli import CommandParser, run_command
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

EPILOG = """
examples:
  python -m han.submit experiments/demo.yaml --gpus-per-node 1 --time 02:00:00
      one GPU
  python -m han.submit experiments/demo.yaml --gpus-per-node 4 --time 02:00:00
      all four GPUs of a node: distribution.strategy=mirrored
  python -m han.submit experiments/demo.yaml --nodes 2 --gpus-per-node 4 \\
      --time 04:00:00 training.batch_size=512
      eight GPUs of two nodes: distribution.strategy=multi_worker
  python -m han.submit experiments/demo.yaml --nodes 2 --dry-run
      prints the batch script and does nothing else

The script is written beside the run folder (runs/demo.sbatch), and so is the log of the
job (runs/demo.JOB.log). Before the time is over the run is saved, and the job goes back
into the queue until the training is done. The same command takes up a run that failed.
"""


def parser() -> argparse.ArgumentParser:
    """Arguments of the command."""
    arguments = CommandParser(
        "submit",
        description="Check an experiment, write its batch script, hand it to Slurm.",
        epilog=EPILOG,
    )
    add = arguments.add_argument
    add("experiment", type=Path, help="YAML file of the experiment")
    add(
        "overrides",
        nargs="*",
        default=[],
        metavar="key.sub=value",
        help="settings that replace those of the file, as for han.train",
    )
    _add_resources(arguments)
    add("--python", default=sys.executable, help="the Python of the job (this one)")
    add("--dry-run", action="store_true", help="print the script, hand nothing in")
    return arguments


def _add_resources(arguments: argparse.ArgumentParser) -> None:
    add = arguments.add_argument
    add("--nodes", type=int, default=1, metavar="N", help="number of nodes (1)")
    add("--gpus-per-node", type=int, default=0, metavar="N", help="GPUs of each (0)")
    add("--time", metavar="HH:MM:SS", help="time limit; else that of the partition")
    add("--partition", metavar="NAME", help="partition (the default one)")
    add("--account", metavar="NAME", help="account that pays")
    add(
        "--cpus-per-task",
        type=int,
        metavar="N",
        help="processor cores on each node (4, with GPUs 4 for each; fewer where the "
        "nodes have fewer)",
    )
    add("--mem", metavar="SIZE", help="memory of each node, as 64G")
    add(
        "--signal-seconds",
        type=int,
        default=120,
        metavar="N",
        help="the run is warned this long before the limit, and saves (120)",
    )
    add(
        "--module",
        action="append",
        default=[],
        metavar="NAME",
        help="what `module load` is to load first; may be given several times",
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Checks, writes, hands in, and says where to look."""
    given = parser().parse_intermixed_args(argv)
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


if __name__ == "__main__":
    run_command(main)
