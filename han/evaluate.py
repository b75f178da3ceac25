"""`python -m han.evaluate RUN [DATA]`: holds a trained run against labelled records."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from han.config import read_config
from han.data.splits import ROLES
from han.doors import run_door
from han.metrics import evaluation_table
from han.training.run_folder import RunFolder

EPILOG = """
examples:
  python -m han.evaluate runs/demo
      the test split of the run's own data
  python -m han.evaluate runs/demo coded_last_year.csv
      all rows of another file with the same columns

The table is printed, and the result is added to RUN/metrics.json under the name of the
split or of the file. Numbers in brackets are 95 % bootstrap intervals over documents.
"""


def parser() -> argparse.ArgumentParser:
    """Arguments of the command."""
    arguments = argparse.ArgumentParser(
        prog="python -m han.evaluate",
        description="Evaluate a trained run with hierarchical metrics.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    arguments.add_argument("run", type=Path, help="run folder")
    arguments.add_argument(
        "data",
        type=Path,
        nargs="?",
        help="labelled records, CSV, TSV or Parquet (default: the run's own data)",
    )
    arguments.add_argument(
        "--split",
        choices=[*ROLES, "all"],
        help="part of the run's own training file to use (default: test)",
    )
    return arguments


def main(argv: Sequence[str] | None = None) -> int:
    """Evaluates and prints the table."""
    given = parser().parse_args(argv)
    from han.classifier import Classifier
    from han.training.evaluation import add_results, evaluate, read_examples

    classifier = Classifier.load(given.run)
    config = read_config(given.run / "config.yaml")
    own = config.data.test if given.split in (None, "test") else None
    file = given.data or Path(own or config.data.train)
    examples, name, unlabelled = read_examples(config, classifier, file, given.split)
    if unlabelled:
        print(f"{file}: {unlabelled} records without a code were left out.")
    show = sys.stderr.isatty()
    results = {name: evaluate(classifier, examples, progress=show, name=name)}
    add_results(RunFolder(given.run), results)
    print(evaluation_table(results))
    print(f"\nAdded to {given.run}/metrics.json under {name!r}.")
    return 0


if __name__ == "__main__":
    run_door(main)
