"""Routes of records: automatic, partial, or review by a person."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.decisions.path_probabilities import CodedPaths
from han.decisions.repeat_limit import BY_THRESHOLDS
from han.decisions.threshold_bands import Thresholds

AUTO, PARTIAL, REVIEW = "auto", "partial", "review"
ROUTES = (AUTO, PARTIAL, REVIEW)


@dataclass(frozen=True)
class Routed:
    """What becomes of `n` records.

    Attributes:
        routes: `auto` (a full code), `partial` (a shallower one, which a person
            completes) or `review` (none), `(n,)`.
        nodes: The code that is safe to use, `(n,)`; -1 where there is none.
        passed: Deepest level whose promise covers the record, `(n,)`; 0 if none.
    """

    routes: npt.NDArray[np.object_]
    nodes: IntArray
    passed: npt.NDArray[np.int64]


def route(
    paths: CodedPaths,
    thresholds: Thresholds,
    tree: Taxonomy,
    blank: npt.NDArray[np.bool_] | None = None,
    *,
    repeats: npt.NDArray[np.integer] | None = None,
    seen: npt.NDArray[np.bool_] | None = None,
    seen_thresholds: Thresholds | None = None,
    own_levels: npt.NDArray[np.integer] | None = None,
) -> Routed:
    """Codes each record to the deepest level whose thresholds it reaches.

    Args:
        paths: What the model says.
        thresholds: From which confidence on it is believed.
        tree: The code list.
        blank: Records without any word that the run knows, `(n,)`: a person must look
            at them, however sure the model is.
        repeats: Records of the unit of each, as for `Thresholds.passed`.
        seen: Records whose text was seen in training, `(n,)`.
        seen_thresholds: From which confidence on it is believed of these; None: as of
            all others.
        own_levels: Deepest level that is safe for the very text of a record, `(n,)`: 0
            where a person answers it, `BY_THRESHOLDS` where the thresholds decide.

    Example:
        >>> from han.decisions.guarantee import Promise
        >>> tree = Taxonomy(["1", "11", "12"], [-1, 0, 0])
        >>> sure = np.array([[0.9, 0.8], [0.9, 0.5], [0.4, 0.3]])
        >>> paths = CodedPaths(np.array([[0, 1], [0, 1], [0, 2]]), sure)
        >>> limits = Promise(0.9, 0.7, 50, 48, 40), Promise(0.9, 0.6, 40, 39, 40)
        >>> routed = route(paths, Thresholds((1, 2), 0.95, {-1: limits}), tree)
        >>> routed.routes.tolist(), routed.nodes.tolist()
        (['auto', 'partial', 'review'], [1, 0, -1])
    """
    passed = thresholds.passed(paths, repeats)
    if seen is not None and seen_thresholds is not None:
        passed = np.where(seen, seen_thresholds.passed(paths), passed)
    if own_levels is not None:
        passed = np.where(own_levels == BY_THRESHOLDS, passed, own_levels)
    if blank is not None:
        passed = np.where(blank, 0, passed)
    places = np.maximum(passed - 1, 0)[:, None]
    nodes = np.take_along_axis(paths.nodes, places, axis=1)[:, 0]
    nodes = np.where(passed > 0, nodes, ROOT).astype(np.int32)
    is_full = (nodes != ROOT) & (tree.child_counts[nodes] == 0)
    routes = np.where(is_full, AUTO, np.where(nodes == ROOT, REVIEW, PARTIAL))
    return Routed(routes.astype(object), nodes, passed)
