"""`python -m han.evaluate RUN [DATA]`: holds a trained run against labelled records."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from han.classifier import Classifier
from han.config import Config
from han.data.splits import ROLES
from han.doors import run_door
from han.errors import InputError
from han.metrics import calibration_table, evaluation_table
from han.training.evaluation import (
    Source,
    evaluate,
    find_source,
    read_examples,
    result_name,
)
from han.training.run_folder import RunFolder

EPILOG = """
examples:
  python -m han.evaluate runs/demo
      the run's own test records
  python -m han.evaluate runs/demo coded_last_year.csv
      all rows of another file with the same columns

The table is printed, and the result is added to RUN/metrics.json: under the name of the
split, or of the file (coded_last_year.csv; its full path if another file of that name
is there). Numbers in brackets are 95 % bootstrap intervals over documents. Paths of the
run's own data start at the folder where it was trained.
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
        help="part of the run's own data: its own file, or rows of the training file; "
        "all is the whole training file (default: test)",
    )
    arguments.add_argument(
        "--encoding", help="encoding of DATA, if it is not that of the training file"
    )
    return arguments


def main(argv: Sequence[str] | None = None) -> int:
    """Evaluates and prints the table."""
    given = parser().parse_args(argv)
    if given.encoding and not given.data:
        raise InputError("--encoding goes with DATA: the run knows its own files.")
    run = RunFolder(given.run)
    source = find_source(run, run.config(), given.data, given.split)
    name = result_name(source, run.results())
    if run.warning():
        print(run.warning(), file=sys.stderr)
    # The bytes of an own file are those that the run read with its own encoding.
    config = run.config(None if source.name else given.encoding)
    result = _evaluate(run, config, source, name)
    run.write_json("metrics.json", {**run.results(), name: result})
    results = {name: result}
    print(evaluation_table(results), calibration_table(results), sep="\n\n")
    print(f"\nAdded to {run / 'metrics.json'} under {name!r}.")
    return 0


def _evaluate(
    run: RunFolder, config: Config, source: Source, name: str
) -> dict[str, Any]:
    classifier = Classifier.load(run.folder)
    examples, uncoded = read_examples(config, classifier, source)
    if uncoded:
        print(f"{source.file}: {uncoded} records without a code were left out.")
    result = evaluate(
        classifier,
        examples,
        uncoded=uncoded,
        progress=sys.stderr.isatty(),
        name=name,
    )
    if source.name:
        return result
    return {"file": str(source.file.resolve()), **result}


if __name__ == "__main__":
    run_door(main)
