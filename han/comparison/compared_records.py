"""The records that runs are compared on, and what else is said of a run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import Taxonomy
from han.combining.members import check_same_codes
from han.comparison.comparison_result import ComparedRun
from han.data.examples import Examples
from han.errors import InputError
from han.evaluation.seen_records import roles_of_rows
from han.experiment.labelled_rows import encode_places
from han.experiment.row_sources import Source
from han.runs.loading import load_classifier
from han.runs.run_files import MIXTURE_FILE, TRAINING_FOLDERS
from han.runs.run_folder import RunFolder

MEGABYTE = 1e6
FEWEST_TIMED = 500  # records; the time of fewer is that of a first block
Coded = TypeVar("Coded")


def places_of(examples: Examples) -> npt.NDArray[np.int64]:
    """Positions of the records in their file."""
    return examples.origin.places if examples.origin else np.arange(len(examples))


def check_unseen(runs: Sequence[Path], source: Source, examples: Examples) -> list[str]:
    """Refuses records that trained a run, and warns of those that chose something."""
    warnings = []
    places = places_of(examples)
    for run in runs:
        for roles in roles_of_rows(RunFolder(run), source.file):
            counts = {role: int((roles[places] == role).sum()) for role in set(roles)}
            if trained := counts.get("train", 0):
                raise InputError(
                    f"{run} was trained on {trained} of the {len(places)} records to "
                    "compare on, so it would look better than it is. Give records that "
                    "no run has seen with --on, or train the runs on one split."
                )
            for role in ("validation", "calibration"):
                if counts.get(role):
                    warnings.append(
                        f"{run}: {counts[role]} of {len(places)} records are its "
                        f"{role} records: its scores are a little too good."
                    )
    return list(dict.fromkeys(warnings))


def coded_by_others(
    runs: Sequence[Path],
    tree: Taxonomy,
    source: Source,
    examples: Examples,
    code: Callable[..., Coded],
) -> list[Coded]:
    """What all runs but the first make of the same records, each as it reads them.

    One model at a time is held.

    Args:
        runs: The runs.
        tree: Code list of the first, which the others must have.
        source: The records.
        examples: Those that are coded, as the first run reads them.
        code: Codes examples with a classifier, with a `name` for its bar.

    Raises:
        InputError: If a run has another code list, or cannot read the records.
    """
    found = []
    for run in runs[1:]:
        own, classifier = RunFolder(run).config(), load_classifier(run)
        check_same_codes((runs[0], tree), (run, classifier.taxonomy), "compared")
        texts = encode_places(own, classifier, source, places_of(examples))
        same = replace(examples, texts=texts)
        found.append(code(classifier, same, name=str(run)))
    return found


def measured(run: Path, documents_per_second: float, records: int) -> ComparedRun:
    """What is measured of a run beside its scores.

    Args:
        run: Its folder.
        documents_per_second: How fast it coded the records.
        records: How many these were: the time of a few says nothing.
    """
    is_mixture = (run / MIXTURE_FILE).is_file()
    kind = "mixture" if is_mixture else RunFolder(run).config().model.kind
    files = [
        file
        for file in run.rglob("*")
        if file.is_file()
        and file.relative_to(run).parts[0] not in TRAINING_FOLDERS
        and file.suffix != ".html"
    ]
    size = sum(file.stat().st_size for file in files) / MEGABYTE
    speed = documents_per_second if records >= FEWEST_TIMED else None
    return ComparedRun(str(run), kind, speed, size)
