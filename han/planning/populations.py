"""For which records the promises of a plan hold."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import Taxonomy
from han.decisions.labelled_paths import LabelledPaths
from han.planning.answers import answers_among
from han.planning.calibration_records import CalibrationRecords
from han.planning.rules import Rules
from han.planning.sample_records import SampleRecords, estimate_form
from han.planning.workload import Workload
from han.runs.promised_population import Population


def populations(
    known: CalibrationRecords | None, sample: SampleRecords | None, rules: Rules
) -> list[Population]:
    """The populations of the promises that are kept, one sentence each.

    Args:
        known: The calibration records, if there are any.
        sample: The sample, if there is one.
        rules: What `choose_rules` made of both.
    """
    found = []
    is_used = sample is None or rules.seen_thresholds is not None
    if known is not None and is_used and rules.promises_new:
        counted = _counts(known.tested)
        found.append(
            Population(
                known.unit,
                *counted,
                known.file,
                is_weighted=known.tested.weights is not None,
                apart=known.apart,
                seen=known.seen,
            )
        )
    is_seen = rules.seen_thresholds is not None
    if sample is not None and (rules.promises_seen if is_seen else rules.promises_new):
        rows = np.ones(len(sample), bool)
        if is_seen and sample.seen is not None:
            rows = sample.seen
        counted = _counts(sample.parts(rows)[0])
        is_weighted = sample.records.weights is not None
        found.append(
            Population(sample.unit, *counted, sample.file, True, is_seen, is_weighted)
        )
    return found


def _counts(tested: LabelledPaths) -> tuple[int, int]:
    """Records and units."""
    units = len(tested) if tested.units is None else len(np.unique(tested.units))
    return len(tested), units


def sample_estimates(
    sample: SampleRecords | None, rules: Rules, workload: Workload, tree: Taxonomy
) -> list[dict[str, Any]]:
    """Accuracy of all that is coded at each level, estimated by design.

    A text of the sample counts as frequent if it is so in the records to be coded.

    Args:
        sample: The sample; None: there is none.
        rules: What routes records.
        workload: The records to be coded.
        tree: The code list.
    """
    if sample is None:
        return []
    passed = _passed(sample, rules, workload, tree)
    parts = {"all": np.ones(len(sample), bool)}
    if sample.seen is not None:
        parts |= {"seen": sample.seen, "new": ~sample.seen}
    return [
        {"level": level, "of": name, **form}
        for level in rules.thresholds.levels
        for name, rows in parts.items()
        if (form := estimate_form(sample.estimate(level, rows & (passed >= level))))
    ]


def _passed(
    sample: SampleRecords, rules: Rules, workload: Workload, tree: Taxonomy
) -> npt.NDArray[np.int64]:
    """Deepest level that each record of the sample passes, `(n,)`; 0 if none."""
    answers = None
    if workload.answers is not None:
        answers = answers_among(sample.keys, sample.seen, workload.answers)
    paths, truth = sample.records.paths, sample.records.truth
    pile = Workload(paths, truth, ~sample.read, answers=answers)
    return rules.route(pile, tree).passed
