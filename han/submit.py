"""`python -m han.submit EXPERIMENT.yaml [key.sub=value ...]`: trains through Slurm."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from han.cli import CommandParser, run_command

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
    from han.commands.submit_command import carry_out

    return carry_out(given)


if __name__ == "__main__":
    run_command(main)
