"""`python -m han.evaluate RUN [DATA]`: holds a trained run against labelled records."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from han.cli import CommandParser, add_table_options, given_table, run_command
from han.config import Config
from han.data.splits import ROLES
from han.decisions.coded_records import CodedRecords
from han.errors import count_of
from han.evaluation.coded_scores import code_records, scores
from han.experiment.labelled_rows import read_examples
from han.experiment.row_sources import Source, find_source, result_name
from han.metrics import calibration_table, evaluation_table
from han.reports.number_format import Language
from han.runs.loading import load_classifier
from han.runs.manifest import check_identity, run_identity
from han.runs.run_files import METRICS_FILE
from han.runs.run_folder import RunFolder
from han.tables.reading import KINDS

EPILOG = """
examples:
  python -m han.evaluate runs/demo
      the run's own test records
  python -m han.evaluate runs/demo coded_last_year.csv
      all rows of another file with the same columns

  python -m han.evaluate runs/demo --lang es
      the page in Spanish, whatever the language of the texts

The table is printed, and the result is added to RUN/metrics.json: under the name of the
split, or of the file (coded_last_year.csv; its full path if another file of that name
is there). Numbers in brackets are 95 % bootstrap intervals over documents. Paths of the
run's own data start at the folder where it was trained.

RUN/report.html is a page for who decides and for who codes: how much can be automatic,
at what accuracy, and what goes wrong where. It needs no network and holds no texts of
respondents. Other data than the test records have a page each: report-NAME.html.
"""


def parser() -> argparse.ArgumentParser:
    """Arguments of the command."""
    arguments = CommandParser(
        "evaluate",
        description="Evaluate a trained run with hierarchical metrics.",
        epilog=EPILOG,
    )
    arguments.add_argument("run", type=Path, help="run folder")
    arguments.add_argument(
        "data",
        nargs="?",
        help=f"labelled records: {KINDS} (default: the run's own data)",
    )
    arguments.add_argument(
        "--split",
        choices=[*ROLES, "all"],
        help="part of the run's own data: its own file, or rows of the training file; "
        "all is the whole training file (default: test)",
    )
    add_table_options(arguments, "DATA")
    arguments.add_argument(
        "--lang",
        choices=get_args(Language),
        help="language of the page (default: es for Spanish texts, else en)",
    )
    arguments.add_argument(
        "--no-report", action="store_true", help="write no page, metrics.json alone"
    )
    return arguments


def main(argv: Sequence[str] | None = None) -> int:
    """Evaluates and prints the table."""
    given = parser().parse_args(argv)
    data = given_table(given, given.data, "DATA")
    run = RunFolder(given.run)
    identity = run_identity(run.folder)
    config = run.config()
    source = find_source(run, config, data, given.split, given.encoding)
    name = result_name(source, run.results())
    if run.warning():
        print(run.warning(), file=sys.stderr)
    coded = _coded(run, config, source, name)
    result = scores(coded)
    if not source.name:
        result = {"file": str(source.file.resolve()), **result}
    check_identity(run.folder, identity)  # else they would be called another run's
    run.write_json(METRICS_FILE, {**run.results(), name: result})
    results = {name: result}
    print(evaluation_table(results), calibration_table(results), sep="\n\n")
    print(f"\nAdded to {run / 'metrics.json'} under {name!r}.")
    if not given.no_report:
        from han.evaluation.report_file import (
            write_report,  # plots take a second to load
        )

        page = write_report(run, coded, result, source, name, given.lang)
        print(f"The page to read is {page}.")
    return 0


def _coded(run: RunFolder, config: Config, source: Source, name: str) -> CodedRecords:
    classifier = load_classifier(run.folder)
    examples, uncoded = read_examples(config, classifier, source, unknown="wrong")
    if uncoded:
        print(
            f"{source.file}: left out, without a code: {count_of(uncoded, 'record')}."
        )
    show = sys.stderr.isatty()
    return code_records(classifier, examples, uncoded=uncoded, progress=show, name=name)


if __name__ == "__main__":
    run_command(main)
