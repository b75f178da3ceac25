"""`python -m han.train EXPERIMENT.yaml [key.sub=value ...]`: makes a run."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from han.cli import INTERRUPTED, STOPPED_BY_SIGNAL, CommandParser, run_command
from han.config import Config, read_config
from han.devices.asked_gpus import asked_gpus, refuse_cpu_build
from han.devices.device_group import ProcessRank, find_process
from han.estimator.run_training import train_run
from han.experiment.corpus import Corpus, read_corpus
from han.metrics import calibration_table, evaluation_table
from han.runs.folder_lock import locked
from han.runs.run_files import (
    HISTORY_FILE,
    NETWORK_FILE,
    REQUEUE_FILE,
    TENSORBOARD,
)
from han.runs.run_folder import RunFolder
from han.runs.stop_signals import StoppedBySignal, StopSignal

EPILOG = """
examples:
  python -m han.train experiments/demo.yaml --check
      reads and checks everything, prints a data report, trains nothing
  python -m han.train experiments/demo.yaml
      trains; given again it takes up an unfinished run where it was
  python -m han.train experiments/demo.yaml model.kind=tfidf_linear \\
      logging.run_folder=runs/linear
      the same experiment with a baseline, in a folder of its own

exit codes: 0 done, 2 a mistake in experiment or data, 130 stopped with Ctrl-C (the best
weights of the epochs that ended are kept; the same command goes on), 75 stopped by
SIGTERM or SIGUSR1 (all is saved after the batch at hand, and the file REQUEUE is in the
run folder; the same command goes on from there).
"""


def parser() -> argparse.ArgumentParser:
    """Arguments of the command."""
    arguments = CommandParser(
        "train",
        description="Train the model of an experiment file, evaluate it, keep the run.",
        epilog=EPILOG,
    )
    arguments.add_argument("experiment", type=Path, help="YAML file of the experiment")
    arguments.add_argument(
        "overrides",
        nargs="*",
        default=[],  # without it argparse calls them required
        metavar="key.sub=value",
        help="settings that replace those of the file, as training.epochs=3",
    )
    arguments.add_argument(
        "--check",
        action="store_true",
        help="check experiment and data, print the data report, and stop",
    )
    arguments.add_argument(
        "--overwrite",
        action="store_true",
        help="remove the run in the run folder and begin anew",
    )
    return arguments


def main(argv: Sequence[str] | None = None) -> int:
    """Trains, evaluates, and says where everything lies."""
    given = parser().parse_intermixed_args(argv)
    config = read_config(given.experiment, given.overrides)
    if given.check:
        print(read_corpus(config).report)
        print(f"\n{given.experiment}: all is well. Nothing was trained (--check).")
        return 0
    if config.model.kind == "han":
        refuse_cpu_build(asked_gpus(os.environ))
    process = find_process(config.distribution, os.environ)
    run = RunFolder(config.run_folder, writes=process.is_first)
    with StopSignal() as signal:
        try:
            with locked(run.folder) if process.is_first else nullcontext():
                return _make_run(config, run, signal, process, given.overwrite)
        except StoppedBySignal:
            return _leave(run, signal)


def _make_run(
    config: Config,
    run: RunFolder,
    signal: StopSignal,
    process: ProcessRank,
    overwrite: bool,
) -> int:
    corpus = read_corpus(config, progress=process.is_first and sys.stderr.isatty())
    if not run.open(config, corpus.fingerprints, overwrite):
        if process.is_first:
            print(
                f"{run.folder}: this run is finished; nothing was done. Use "
                "--overwrite to train it anew."
            )
        return 0
    if process.is_first:
        print(corpus.report, end="\n\n", flush=True)
    return _train(config, corpus, run, signal, process)


def _leave(run: RunFolder, signal: StopSignal) -> int:
    """Tells the batch system that the same command is to be given again.

    Where Slurm runs several processes, the code of the first one that ends with one
    kills the others: there the marker alone says it.
    """
    signal.ignore()
    if run.writes:
        run.folder.mkdir(0o700, parents=True, exist_ok=True)
        run.write(REQUEUE_FILE, lambda file: file.touch())
        print(
            f"\nStopped by a signal. {run.folder} is saved; the same command goes on."
        )
    tasks = os.environ.get("SLURM_STEP_NUM_TASKS") or os.environ.get("SLURM_NTASKS")
    several = "SLURM_JOB_ID" in os.environ and int(tasks or 1) > 1
    return 0 if several else STOPPED_BY_SIGNAL


def _train(
    config: Config,
    corpus: Corpus,
    run: RunFolder,
    signal: StopSignal,
    process: ProcessRank,
) -> int:
    results = train_run(config, corpus, run, signal, process)
    if results is None:
        if process.is_first:
            print(f"\n{_stopped(run)}")
        return INTERRUPTED
    if process.is_first:
        print(evaluation_table(results), calibration_table(results), sep="\n\n")
        print(_summary(config, run))
    return 0


def _stopped(run: RunFolder) -> str:
    if not (run / NETWORK_FILE).is_file():
        return (
            "Stopped before the first epoch ended, so there is no model yet; give the "
            "same command again to begin anew."
        )
    return (
        f"Stopped. The best weights so far are in {run.folder}; give the same command "
        "again to go on."
    )


def _summary(config: Config, run: RunFolder) -> str:
    folder = run.folder
    lines = [
        "",
        f"The run is in {folder}:",
        f"  metrics        {folder}/metrics.json",
        f"  data report    {folder}/data_report.txt",
    ]
    if (run / HISTORY_FILE).is_file():
        lines.append(f"  history        {folder}/history.csv")
    if config.logging.tensorboard and (run / TENSORBOARD).is_dir():
        lines.append(f"  TensorBoard    tensorboard --logdir {folder}/tensorboard")
    lines.append(f"  code records   python -m han.predict {folder} INPUT -o OUTPUT.csv")
    return "\n".join(lines)


if __name__ == "__main__":
    run_command(main)
