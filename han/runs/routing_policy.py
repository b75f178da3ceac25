"""Thresholds and lists by which a run routes records: `thresholds.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import Taxonomy
from han.decisions.conformal_lists import CodeLists, ConformalSets, code_lists
from han.decisions.path_probabilities import CodedPaths
from han.decisions.repeat_limit import RepeatLimit
from han.decisions.routing import Routed
from han.decisions.threshold_bands import Thresholds
from han.errors import InputError
from han.languages.words import Words
from han.runs.manifest import DAMAGED, read_manifest, run_fingerprint
from han.runs.node_columns import Cells, listed_code, node_columns
from han.runs.promised_population import (
    Population,
    leaves_out_seen_texts,
    population_sentences,
)
from han.runs.run_files import THRESHOLDS_FILE
from han.tables.prediction_columns import PredictionColumns

if TYPE_CHECKING:
    from han.code_sets.set_plan import SetPlan


@dataclass(frozen=True)
class RoutingPolicy:
    """What decides who codes a record.

    Attributes:
        thresholds: From which confidence on the machine does.
        sets: What makes the lists for clerks; None: there are none.
        most_listed: Codes that a list shows at most.
        most_leaves: Full codes under a node that stands for a list, at most.
        seen_thresholds: Thresholds for texts seen in training; None: as for others.
        limit: How often a text may stand in the records; None: as often as it will.
        own_levels: For frequent texts with a promise of their own the deepest level
            that it holds at, by the keyed hash of the text (16 hexadecimal digits).
        populations: For which records the promises hold.
        set_plan: What routes sets of codes, in place of the thresholds and `sets`.
    """

    thresholds: Thresholds
    sets: ConformalSets | None = None
    most_listed: int = 10
    most_leaves: int = 10
    seen_thresholds: Thresholds | None = None
    limit: RepeatLimit | None = None
    own_levels: Mapping[str, int] = field(default_factory=dict)
    populations: Sequence[Population] = ()
    set_plan: SetPlan | None = None

    @classmethod
    def of_sets(cls, plan: SetPlan, populations: Sequence[Population]) -> RoutingPolicy:
        """What routes the records of a run that gives sets of codes.

        Args:
            plan: The plan.
            populations: For which records its promises hold.
        """
        none, lists = Thresholds((), plan.confidence, {}), plan.lists
        known = cls(none, lists if plan.has_lists else None, limit=plan.limit)
        return replace(known, populations=populations, set_plan=plan)

    @property
    def asks_for_seen_texts(self) -> bool:
        """Whether routes, or what is said of them, depend on the run's keyed hashes."""
        is_routed = self.seen_thresholds is not None or self.limit is not None
        return is_routed or leaves_out_seen_texts(self.populations)

    @property
    def promises_anything(self) -> bool:
        """Whether any promise is kept, so that records can be coded by it."""
        if self.set_plan is not None:
            return self.set_plan.promises_anything
        every = [self.thresholds, self.seen_thresholds]
        kept = (b.promises_anything for t in every if t is not None for b in t.bands)
        return any(kept) or bool(self.own_levels)

    def population_sentences(self, words: Words, left_out: int = 0) -> list[str]:
        """For which records the promises hold; nothing if there are none.

        Args:
            words: Those of `SUMMARY`, in a language.
            left_out: As for `han.runs.promised_population.population_sentences`.
        """
        if not self.promises_anything:
            return []
        return population_sentences(self.populations, words, left_out)

    def is_for_more(self, records: int) -> bool:
        """Whether the promise was tested for files of many more records than these.

        It matters where calibration texts repeat: one that stands once in a small file
        may be frequent among all.
        """
        repeat = any(one.records > one.units for one in self.populations)
        return self.limit is not None and repeat and self.limit.is_small(records)

    def assumed_repeats(self, records: int) -> int | None:
        """The most records of a unit that is routed without being counted.

        Args:
            records: Number of records of the file.

        Returns:
            None if units may have any number.
        """
        if self.limit is None:
            return None
        most = self.thresholds.most_rows or self.limit.most_rows
        return replace(self.limit, most_rows=most).among(records)

    def routed(
        self,
        cells: Cells,
        found: Routed,
        paths: CodedPaths,
        lists: CodeLists | None,
        blank: npt.NDArray[np.bool_],
        tree: Taxonomy,
    ) -> Cells:
        """The cells of a coded table with a route, and no code that is not safe.

        `code`, `level`, `label` and `probability` are those of the code that is safe:
        the full one (`auto`), a coarser one (`partial`) or none (`review`). The rest of
        the table stays as it is.

        Args:
            cells: Those of each column, `(n,)`, one for each document.
            found: Where each goes.
            paths: What the model says of each.
            lists: Those for clerks, if there are any.
            blank: Documents without any word, `(n,)`; they have no list.
            tree: The code list.
        """
        sure = np.take_along_axis(
            paths.probabilities, np.maximum(found.passed - 1, 0)[:, None], axis=1
        )[:, 0]
        cells = {
            **cells,
            **node_columns(found.nodes, tree),
            "probability": np.where(found.passed > 0, sure, np.nan),
            "route": found.routes,
        }
        return cells if lists is None else cells | _list_columns(lists, blank, tree)

    def lists(
        self, log_probabilities: npt.NDArray[np.floating], tree: Taxonomy
    ) -> CodeLists | None:
        """The lists for clerks; None if there are none.

        Args:
            log_probabilities: Of all nodes, `(n, N)`.
            tree: The code list.
        """
        if self.sets is None:
            return None
        leaves = np.exp(np.take(log_probabilities, tree.leaves, axis=1))
        return code_lists(
            self.sets.members(leaves),
            leaves,
            tree,
            most_listed=self.most_listed,
            most_leaves=self.most_leaves,
        )

    def is_close(self, paths: CodedPaths, within: float) -> npt.NDArray[np.bool_]:
        """As `Thresholds.is_close`, for all thresholds, `(n,)`."""
        found = self.thresholds.is_close(paths, within)
        if self.seen_thresholds is not None:
            found |= self.seen_thresholds.is_close(paths, within)
        return found

    def to_dict(self, folder: Path, tree: Taxonomy) -> dict[str, Any]:
        """What `thresholds.json` of a run holds."""
        seen = self.seen_thresholds
        populations = [one.to_dict() for one in self.populations]
        run, plan = run_fingerprint(folder), self.set_plan
        if plan is not None:
            form = plan.to_dict()
            return {"run": run, "set_plan": form, "populations": populations}
        return {
            "run": run,
            "thresholds": self.thresholds.to_dict(tree),
            "sets": self.sets.to_dict() if self.sets else None,
            "most_listed": self.most_listed,
            "most_leaves": self.most_leaves,
            "seen_thresholds": seen.to_dict(tree) if seen else None,
            "limit": asdict(self.limit) if self.limit else None,
            "own_levels": dict(self.own_levels),
            "populations": populations,
        }


def columns_of(
    tree: Taxonomy, top_k: int, policy: RoutingPolicy | None, gives_sets: bool
) -> PredictionColumns:
    """The columns of a prediction.

    Args:
        tree: The code list.
        top_k: Full codes to list.
        policy: What routes the records, if anything.
        gives_sets: Whether a record has a set of codes.
    """
    return PredictionColumns(
        tree.num_levels,
        min(top_k, len(tree.leaves)),
        is_routed=policy is not None,
        has_lists=policy is not None and policy.sets is not None,
        has_paths=tree.naming.has_repeats,
        has_repeats=policy is not None and policy.limit is not None,
        gives_sets=gives_sets,
    )


def _list_columns(
    lists: CodeLists, blank: npt.NDArray[np.bool_], tree: Taxonomy
) -> Cells:
    """The columns of the lists for clerks; blank documents have none."""
    leaves = listed_code(lists.leaves, tree).tolist()
    shown = ["|".join(filter(None, row)) for row in leaves]
    return {
        "set_size": np.where(blank, 0, lists.sizes),
        "set_node": np.where(blank, "", listed_code(lists.nodes, tree)),
        "set_codes": np.where(blank, "", np.array(shown, dtype=object)),
        "set_cut": lists.is_cut & ~blank,
    }


def _policy(form: Mapping[str, Any]) -> RoutingPolicy:
    """Reads what `to_dict` gave; files of older plans have no limit."""
    about = [Population.from_dict(one) for one in form.get("populations", ())]
    if "set_plan" in form:
        from han.code_sets.set_plan import SetPlan  # most runs have none

        return RoutingPolicy.of_sets(SetPlan.from_dict(form["set_plan"]), about)
    seen, limit = form.get("seen_thresholds"), form.get("limit")
    own = {str(k): int(level) for k, level in form.get("own_levels", {}).items()}
    if not set(own.values()) <= set(map(int, form["thresholds"]["levels"])):
        raise ValueError("Expected levels with a target.")
    return RoutingPolicy(
        Thresholds.from_dict(form["thresholds"]),
        ConformalSets.from_dict(form["sets"]) if form["sets"] else None,
        int(form["most_listed"]),
        int(form["most_leaves"]),
        Thresholds.from_dict(seen) if seen else None,
        RepeatLimit.from_dict(limit) if limit else None,
        own,
        about,
    )


def load_routing_policy(folder: Path, model: str | None = None) -> RoutingPolicy | None:
    """The thresholds that a run routes by; None if it has none.

    Args:
        folder: The run.
        model: Fingerprint of the model that was loaded from it; None for the model that
            lies there now.

    Raises:
        InputError: If they are damaged, are not those of the run, or were made for
            another model or calibration.
    """
    file = folder / THRESHOLDS_FILE
    if not file.is_file():
        return None
    manifest = read_manifest(folder)
    if manifest:
        manifest.check_file(folder, THRESHOLDS_FILE)
        model = model or manifest.model  # whoever loads the run checks its files
    try:
        form = json.loads(file.read_text(encoding="utf-8"))
        found = _policy(form)
        is_same = form["run"] == (model or run_fingerprint(folder))
    except DAMAGED as error:
        raise InputError(
            f"{file} is damaged ({type(error).__name__}). Make it again with "
            f"python -m han.plan {folder} --apply, or remove it to code all records."
        ) from error
    if not is_same:
        raise InputError(
            f"{file}: these thresholds were made for another model or calibration than "
            "the run has now, so their promises do not hold. Make them again with "
            f"python -m han.plan {folder} --apply, or remove the file to code all "
            "records without routes."
        )
    return found
