"""The plan by which a run with sets of codes routes records, in `thresholds.json`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from han.code_list.taxonomy import Taxonomy
from han.code_sets.set_plan import SetPlan
from han.runs.manifest import run_fingerprint
from han.runs.promised_population import Population
from han.runs.routing_policy import load_thresholds


@dataclass(frozen=True)
class AppliedSetPlan:
    """A plan for sets that a run applies.

    Attributes:
        plan: What `route_sets` of `han.code_sets` goes by.
        populations: For which records its promises hold.
    """

    plan: SetPlan
    populations: Sequence[Population] = ()

    def to_dict(self, folder: Path) -> dict[str, Any]:
        """What `thresholds.json` of a run holds."""
        return {
            "run": run_fingerprint(folder),
            "set_plan": self.plan.to_dict(),
            "populations": [one.to_dict() for one in self.populations],
        }


def load_set_plan(
    folder: Path, tree: Taxonomy, model: str | None = None
) -> AppliedSetPlan | None:
    """The plan that a run with sets of codes applies; None if it has none.

    Args:
        folder: The run.
        tree: Its code list.
        model: Fingerprint of the model that was loaded from it; None for the model that
            lies there now.

    Raises:
        InputError: If it is damaged, is not that of the run, or was made for another
            model or calibration.
    """

    def read(form: Mapping[str, Any]) -> AppliedSetPlan:
        about = [Population.from_dict(one) for one in form["populations"]]
        return AppliedSetPlan(SetPlan.from_dict(form["set_plan"], tree), about)

    return load_thresholds(folder, model, read)
