"""Records with several acceptable codes, or with codes that the run does not have."""

from __future__ import annotations

from typing import Any

import numpy as np

from han.code_list.true_codes import TrueCodes
from han.decisions.coded_records import CodedRecords
from han.experiment.true_labels import OutsideLabels
from han.metrics import evaluation


def set_results(coded: CodedRecords) -> dict[str, Any]:
    """How many records have several codes, or one outside the run's list.

    If there are some outside, `outside` says which, and `known_codes_only` has the
    scores of the others, without intervals.
    """
    true = coded.acceptable or TrueCodes.of(coded.true, coded.tree)
    found: dict[str, Any] = {
        "several_codes": int(true.has_several.sum()),
        "outside_codes": int(true.is_outside.sum()),
    }
    known = ~true.is_outside
    if known.all():
        return found
    rows = np.arange(1, len(coded) + 1) if coded.rows is None else coded.rows
    found["outside"] = OutsideLabels.of(true, rows.tolist()).to_dict()
    if not known.any():
        return found
    some = evaluation(
        coded.true[known],
        coded.nodes[known],
        coded.tree,
        top_k={k: hit[known] for k, hit in coded.hits.items()},
        sample_weight=coded.weights[known],
        clusters=None if coded.units is None else coded.units[known],
        resamples=0,
    )
    return {**found, "known_codes_only": some}
