"""`python -m han.train EXPERIMENT.yaml [key.sub=value ...]`: makes a run."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from han.cli import OF_TERMINAL, CommandParser, add_language, run_command
from han.devices.stage_clock import stage

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
    arguments.add_argument(
        "--timings",
        action="store_true",
        help="print how long each stage took, with CPU seconds and peak memory; of a "
        "finished run, what its metrics.json says",
    )
    add_language(arguments, "the data report and of what is printed", OF_TERMINAL)
    return arguments


def main(argv: Sequence[str] | None = None) -> int:
    """Trains, evaluates, and says where everything lies."""
    given = parser().parse_intermixed_args(argv)
    with stage("start"):
        from han.commands.train_command import carry_out

    return carry_out(given)


if __name__ == "__main__":
    run_command(main)
