"""All that `python -m han.plan` reads: calibration records, a sample, the records."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from han.cli import given_table
from han.config import Config
from han.data.sampling_units import ROW, TEXT, unit_numbers
from han.decisions.conformal_lists import ConformalSets
from han.decisions.labelled_paths import LabelledPaths
from han.errors import InputError
from han.experiment.labelled_rows import names_of, read_rows
from han.experiment.row_sources import Source, find_source
from han.planning.calibration_records import CalibrationRecords, read_calibration
from han.planning.planned_records import ClerkLists, read_workload
from han.planning.rules import Goal, Rules
from han.planning.sample_records import Design, SampleRecords, read_sample
from han.planning.unit_sizes import sized_by
from han.planning.workload import Workload
from han.runs.classifier import Classifier
from han.runs.run_folder import RunFolder
from han.tables.locations import data_location


@dataclass(frozen=True)
class PlanInputs:
    """What a plan is made from.

    Attributes:
        known: Calibration records; None if the sample is all there is.
        sample: The sample; None: there is none.
        workload: The records to plan for.
        lists: Their lists for clerks; None: none are asked for.
        sets: What makes these.
        source: Where the records are from.
    """

    known: CalibrationRecords | None
    sample: SampleRecords | None
    workload: Workload
    lists: ClerkLists | None
    sets: ConformalSets | None
    source: Source

    def weighted(self, goal: Goal) -> Goal:
        """The same goal; with weights it says how large one may be.

        That is the largest of the planned records, or of the calibration records if
        only these have weights.
        """
        if self.known is None or self.known.tested.weights is None:
            return goal
        largest = self.known.largest_weight
        if self.workload.weights is not None:
            largest = float(self.workload.weights.max(initial=0.0))
        return replace(goal, largest_weight=largest)

    @property
    def unknown_clusters(self) -> dict[str, Any] | None:
        """Column and largest cluster of a sample, if the planned records lack it."""
        sample = self.sample
        if sample is None or sample.unit == ROW or sample.largest_planned:
            return None
        return {"column": sample.unit, "most_rows": sample.most_rows}

    @property
    def sample_facts(self) -> dict[str, Any] | None:
        """What may be wrong with the sample: rows without a code, strange texts."""
        sample, answers = self.sample, self.workload.answers
        if sample is None or answers is None:
            return None
        texts, here = [key for key in sample.keys if key.strip()], set(answers.keys)
        found = sum(1 for key in texts if key in here)
        return {
            "rows": len(sample) + sample.uncoded,
            "uncoded": sample.uncoded,
            "found": found / len(texts) if texts else 1.0,
        }

    def tested_by(self, rules: Rules) -> str:
        """What tested thresholds of new texts: `calibration` or `sample`."""
        is_known = self.known is not None and self.tested(rules) is self.known.tested
        return "calibration" if is_known else "sample"

    def tested(self, rules: Rules) -> LabelledPaths:
        """The records that chose the thresholds for texts that are not seen."""
        is_alone = self.sample is None or rules.is_budget
        if self.known is not None and (is_alone or rules.seen_thresholds is not None):
            return self.known.tested
        if self.sample is None:
            raise ValueError("Expected calibration records or a sample.")
        return self.sample.parts(self.sample.read)[0]


def read_inputs(
    given: argparse.Namespace, run: RunFolder, config: Config, classifier: Classifier
) -> PlanInputs:
    """Reads and codes all that is needed.

    Raises:
        InputError: If there is nothing to make promises from, or for bad data.
    """
    progress = sys.stderr.isatty()
    known = _calibration(given, run, config, classifier, progress)
    sample = None
    if given.sample:
        sample = read_sample(
            run,
            config,
            classifier,
            data_location(given.sample),
            Design(given.sample_weight, given.strata, given.sample_cluster),
            progress=progress,
        )
    sets = _sets(given, known)
    data = given_table(given, given.data, "DATA")
    source = find_source(run, config, data, None, given.encoding)
    workload, lists = read_workload(
        config,
        classifier,
        source,
        sets=sets,
        progress=progress,
        sizes=(given.list_codes, given.list_codes),
        unit=shared_unit(config, source, known),
        seen_texts=classifier.seen_texts,
    )
    if sample is not None and sample.unit != ROW:
        largest = _largest_cluster(config, classifier, source, sample.unit)
        sample = replace(sample, largest_planned=largest)
    if known is not None and workload.answers is not None:
        known = sized_by(known, workload.answers)
    return PlanInputs(known, sample, workload, lists, sets, source)


def _largest_cluster(
    config: Config, classifier: Classifier, source: Source, column: str
) -> int:
    """Records of the largest cluster in a file; 0 if it does not have the column."""
    if column not in names_of(config, source, (column,)):
        return 0
    rows = read_rows(
        config,
        classifier,
        source,
        needs_codes=False,
        without_keys=True,
        unknown="wrong",
        unit=column,
    )
    return int(np.bincount(unit_numbers(rows.unit_keys)).max())


def _calibration(
    given: argparse.Namespace,
    run: RunFolder,
    config: Config,
    classifier: Classifier,
    progress: bool,
) -> CalibrationRecords | None:
    """Those of the run, or of a file; None if it has none and there is a sample."""
    if given.weighted and not config.data.weight_column:
        raise InputError(
            "--weighted: the experiment names no column of weights. Train with "
            "`data.weight_column`, or promise records without --weighted."
        )
    split = config.data.split
    has_own = bool(split.column or split.calibration or config.data.calibration)
    if given.sample and not given.calibration and not has_own:
        if given.cluster:
            raise InputError(
                f"--cluster {given.cluster} says how calibration records were drawn, "
                "and the run has none. Of a sample --sample-cluster says it."
            )
        return None
    return read_calibration(
        run,
        config,
        classifier,
        data_location(given.calibration) if given.calibration else None,
        progress=progress,
        unit=given.cluster,
        weighted=given.weighted,
    )


def _sets(
    given: argparse.Namespace, known: CalibrationRecords | None
) -> ConformalSets | None:
    if not given.sets:
        return None
    if known is None:
        raise InputError(
            "--sets needs calibration records of the run, or --calibration FILE."
        )
    return known.lists(given.sets)


def shared_unit(
    config: Config, source: Source, known: CalibrationRecords | None
) -> str | None:
    """What stands together in the records to plan for, as in the calibration records.

    A column counts if they have it.

    Args:
        config: Settings of the run.
        source: The records to plan for.
        known: The calibration records, if there are any.
    """
    if known is None or known.unit == ROW:
        return None
    if known.unit == TEXT or known.unit in names_of(config, source, (known.unit,)):
        return known.unit
    return None
