"""How much can be coded without people at a promised quality."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from accuracy.comparison import RIVALS, Contest
from accuracy.runs import Run
from han.experiment.row_sources import find_source
from han.planning.calibration_records import read_calibration
from han.planning.plan_figures import plan
from han.planning.planned_records import read_workload
from han.planning.rules import Goal, choose_rules
from han.runs.run_folder import RunFolder

ACCURACY, CONFIDENCE = 0.95, 0.95


def coverage_table(contests: Sequence[Contest]) -> str:
    """Markdown, a row for each set: share of test records coded without a person.

    Full codes alone are promised, right in 95 % with 95 % confidence. Thresholds come
    from the calibration records; in brackets what share of the coded test records is
    right. Means over seeds.
    """
    names = list(contests[0].runs)
    head = ["set", *names, *(f"points won over {rival}" for rival in RIVALS)]
    rows = [head, ["---"] * len(head)]
    for one in contests:
        found = {name: _covered(runs) for name, runs in one.runs.items()}
        cells = [one.data.name, *(_cell(*found[name]) for name in names)]
        ours = found["han"][0]
        cells += [f"{100 * (ours - found[rival][0]):+.1f}" for rival in RIVALS]
        rows.append(cells)
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _covered(runs: Sequence[Run]) -> tuple[float, float | None]:
    """Share that is coded, and share of it that is right; None if nothing is coded."""
    shares, rights = [], []
    for run in runs:
        depth = run.classifier.taxonomy.num_levels
        found = planned(run, {depth: ACCURACY}, CONFIDENCE)
        shares.append(float(found["routes"]["auto"]["share"]))
        deepest = [one for one in found["levels"] if one["level"] == depth]
        rights += [one["data"]["accuracy"] for one in deepest if one["records"]]
    return fmean(shares), fmean(rights) if rights else None


def _cell(share: float, right: float | None) -> str:
    return f"{100 * share:.1f} %" + ("" if right is None else f" ({right:.3f})")


def planned(
    run: Run, targets: Mapping[int, float], confidence: float
) -> Mapping[str, Any]:
    """The plan for the test records of a run.

    Args:
        run: The run.
        targets: Accuracy to promise, by level.
        confidence: Of all promises together.
    """
    folder, classifier = RunFolder(run.folder), run.classifier
    config = folder.config()
    known = read_calibration(folder, config, classifier, None)
    workload, _ = read_workload(
        config, classifier, find_source(folder, config, None, None)
    )
    rules = choose_rules(known, None, Goal(targets, confidence))
    return plan(rules, known.tested, workload, classifier.taxonomy)
