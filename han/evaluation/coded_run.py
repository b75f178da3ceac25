"""Loads a run and codes its labelled records, in one call."""

from __future__ import annotations

from pathlib import Path

from han.decisions.coded_records import CodedRecords
from han.evaluation.coded_scores import code_records
from han.experiment.labelled_rows import read_examples
from han.experiment.row_sources import find_source
from han.runs.loading import load_classifier
from han.runs.run_folder import RunFolder
from han.runs.set_runs import refuse_sets
from han.tables.locations import data_location


def coded_run(
    folder: str | Path, data: str | Path | None = None, *, split: str | None = None
) -> CodedRecords:
    """Labelled records as a run codes them, for the tables and pictures of `reports`.

    Args:
        folder: The run.
        data: Labelled records; None for the run's own test records.
        split: A role in the run's own data, or `all`.

    Raises:
        InputError: If there is no such run, or no such data, or nothing has a code.

    Example:
        >>> from han.reports.error_tables import level_table
        >>> level_table(coded_run("runs/demo"))  # doctest: +SKIP
    """
    run = RunFolder(Path(folder))
    config = run.config()
    refuse_sets(config, run.folder, "code_run")
    source = find_source(run, config, data_location(data) if data else None, split)
    classifier = load_classifier(run.folder)
    examples, uncoded = read_examples(config, classifier, source, unknown="wrong")
    return code_records(classifier, examples, uncoded=uncoded)
