"""`python -m han.sweep SWEEP.yaml`: searches the settings of an experiment."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from han.cli import CommandParser, run_command

if TYPE_CHECKING:
    pass


EPILOG = """
a sweep file:
  experiment: experiments/demo.yaml
  overrides: [training.epochs=5]            # for all trials
  trials: 30
  sampler: tpe                              # tpe, random or grid
  pruning: median                           # end trials early that are behind; or none
  space:                                    # any key of the experiment
    training.learning_rate: {low: 1e-4, high: 1e-2, log: true}
    model.word_units: {low: 25, high: 100, step: 25}
    model.encoder: [gru, cnn]

seeds: what differs between seeds is chance. This trains each of two encoders five
times, and gives mean, standard deviation and 95 % interval of the mean:
  experiment: experiments/demo.yaml
  sampler: grid
  space: {model.encoder: [gru, cnn], seed: [1, 2, 3, 4, 5]}

examples:
  python -m han.sweep experiments/sweeps/demo.yaml --check     checks, trains nothing
  python -m han.sweep experiments/sweeps/demo.yaml        trains; given again it goes on
  sbatch --array=0-7 scripts/sweep.sbatch experiments/sweeps/demo.yaml
      eight workers share the trials; more may join at any time

Each trial is an ordinary run below the folder of the sweep. Beside them: results.csv,
seeds.csv, best.yaml (trains by itself), parallel.svg, importance.svg, tensorboard/.
exit codes: 0 done, 2 a mistake, 75 stopped by SIGTERM or SIGUSR1 and 130 by Ctrl-C;
the same command goes on with the trial at hand.
"""


def parser() -> argparse.ArgumentParser:
    """Arguments of the command."""
    arguments = CommandParser(
        "sweep",
        description="Search the settings of an experiment: many runs, one table.",
        epilog=EPILOG,
    )
    arguments.add_argument("sweep", type=Path, help="YAML file of the sweep")
    arguments.add_argument(
        "--check",
        action="store_true",
        help="check the file and the experiment, print the plan, and stop",
    )
    arguments.add_argument(
        "--results",
        action="store_true",
        help="write tables and pictures of what is there anew, and stop",
    )
    return arguments


def main(argv: Sequence[str] | None = None) -> int:
    """Trains what is left of a sweep, and says what was found."""
    given = parser().parse_args(argv)
    from han.commands.sweep_command import carry_out

    return carry_out(given)


if __name__ == "__main__":
    run_command(main)
