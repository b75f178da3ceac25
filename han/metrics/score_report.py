"""Scores of codes against true codes, with intervals, as plain JSON.

The summands of the scores that are ratios (`score_parts`) are here, too: intervals and
the comparison of runs resample them. Scores of probabilities are added in
`han.evaluation.coded_scores`; what is printed is chosen in `han.metrics.score_table`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import Taxonomy
from han.errors import InputError
from han.metrics.bootstrap import (
    Interval,
    effective_rows,
    ratio_intervals,
    uniform_interval,
)
from han.metrics.code_inputs import Codes
from han.metrics.hierarchical import hierarchical_scores
from han.metrics.level_scores import (
    is_leaf,
    leaf_accuracy_score,
    leaf_macro_f1_score,
    level_accuracy_scores,
    level_f1_scores,
)
from han.metrics.pairs import BoolArray, Pairs, pair, weighted_mean
from han.metrics.path_scores import (
    edges_between,
    h_loss,
    lca_f1_of,
    lca_f1_score,
    tree_distance_error,
)

Parts = dict[str, tuple[npt.ArrayLike, npt.ArrayLike]]


def evaluation(
    y_true: Codes,
    y_pred: Codes,
    taxonomy: Taxonomy | None = None,
    *,
    top_k: Mapping[int, npt.ArrayLike] | None = None,
    sample_weight: npt.ArrayLike | None = None,
    clusters: npt.ArrayLike | None = None,
    resamples: int = 1000,
    seed: int = 0,
    zero_division: float = 0.0,
) -> dict[str, Any]:
    """Every score of a split, with bootstrap intervals, as written to metrics.json.

    Args:
        y_true: True codes of `n` documents, in any form of `node_ids`; no code is
            skipped.
        y_pred: Predicted codes, likewise; no code abstains, -2 is a code not in the
            tree.
        taxonomy: The tree; if None it is learnt from the paths of both.
        top_k: For each k whether the true leaf is among the k likeliest, `(n,)`, as
            from `top_k_hits`; documents whose truth is no leaf do not count.
        sample_weight: Weight of each document, `(n,)`.
        clusters: What was drawn together, `(n,)`, such as a household: intervals count
            clusters. Documents by themselves if None.
        resamples: Number of bootstrap resamples of clusters; 0 gives no intervals.
        seed: Seed of the resamples.
        zero_division: As in `hierarchical_scores`.

    Returns:
        Plain JSON values, None where a score is undefined. `rows` are the documents
        scored, `effective_rows` their number if all of a cluster are right or wrong
        together (Kish), `skipped` those without a true code, `level_rows` those whose
        code reaches the level; `weighted` says that weights are not all 1. `intervals`
        holds 95% percentile intervals `[low, high]` under names such as
        `level_accuracy.1`; a resample in which a score is undefined is left out of its
        interval. Where all documents are right, or none is, it is that of
        `uniform_interval`: exact for shares, wide for the scores of paths.

    Raises:
        InputError: If lengths differ, a code is not in the tree (see `node_ids`), or a
            number is not as above.

    Example:
        >>> tree = Taxonomy(["A", "B", "A1", "A2"], [-1, -1, 0, 0])
        >>> result = evaluation(
        ...     ["A1", "A2", "B", ""], ["A1", "A1", "B", "B"], tree, resamples=100)
        >>> result["rows"], result["skipped"], result["level_accuracy"]
        (3, 1, {'1': 1.0, '2': 0.5})
        >>> result["hierarchical"]["f1"], result["intervals"]["hierarchical.f1"]
        (0.8, [0.5, 1.0])
    """
    pairs = pair(y_true, y_pred, taxonomy, sample_weight)
    hits = {k: _hits(values, k, pairs) for k, values in (top_k or {}).items()}
    leaf, weights = is_leaf(pairs.tree)[pairs.true], pairs.weights
    drawn = _clusters(clusters, pairs)
    results = {
        "rows": len(pairs.true),
        "effective_rows": round(effective_rows(weights, drawn), 1),
        "skipped": pairs.skipped,
        "weighted": bool((weights != 1).any()),
        "level_rows": _level_rows(pairs),
        **_flat_scores(pairs),
        **_tree_scores(pairs, zero_division),
        "top_k_accuracy": {
            k: weighted_mean(hit[leaf], weights[leaf]) for k, hit in hits.items()
        },
        "intervals": _intervals(pairs, hits, resamples, seed, drawn),
    }
    plain: dict[str, Any] = _plain(results)
    return plain


def _flat_scores(pairs: Pairs) -> dict[str, Any]:
    nodes, weights = (pairs.true, pairs.predicted, pairs.tree), pairs.weights
    weighted_f1 = level_f1_scores(*nodes, average="weighted", sample_weight=weights)
    return {
        "level_accuracy": level_accuracy_scores(*nodes, sample_weight=weights),
        "level_macro_f1": level_f1_scores(*nodes, sample_weight=weights),
        "level_weighted_f1": weighted_f1,
        "leaf_accuracy": leaf_accuracy_score(*nodes, sample_weight=weights),
        "leaf_macro_f1": leaf_macro_f1_score(*nodes, sample_weight=weights),
    }


def _tree_scores(pairs: Pairs, zero_division: float) -> dict[str, Any]:
    nodes, weights = (pairs.true, pairs.predicted, pairs.tree), pairs.weights
    hierarchical = hierarchical_scores(
        *nodes, zero_division=zero_division, sample_weight=weights
    )
    return {
        "hierarchical": {
            "precision": hierarchical.precision,
            "recall": hierarchical.recall,
            "f1": hierarchical.f1,
            "average": "micro",
            "include_root": False,
        },
        "lca_f1": lca_f1_score(*nodes, sample_weight=weights),
        "tree_distance": tree_distance_error(*nodes, sample_weight=weights),
        "h_loss": h_loss(*nodes, sample_weight=weights),
    }


def _level_rows(pairs: Pairs) -> dict[int, int]:
    """Number of documents whose true code reaches each level."""
    levels = range(1, pairs.tree.num_levels + 1)
    return {level: int((pairs.true_depth >= level).sum()) for level in levels}


def _hits(values: npt.ArrayLike, k: int, pairs: Pairs) -> BoolArray:
    hits = np.asarray(values)
    if hits.shape != pairs.kept.shape or hits.dtype != np.bool_:
        raise InputError(
            f"`top_k[{k}]`: Expected True or False for each document, shape "
            f"{pairs.kept.shape}. Received {hits.dtype} of shape {hits.shape}."
        )
    kept: BoolArray = hits[pairs.kept]
    return kept


def _clusters(clusters: npt.ArrayLike | None, pairs: Pairs) -> npt.NDArray[Any] | None:
    if clusters is None:
        return None
    drawn = np.asarray(clusters)
    if drawn.shape != pairs.kept.shape:
        raise InputError(
            f"`clusters`: Expected one for each document, shape {pairs.kept.shape}. "
            f"Received {drawn.shape}."
        )
    return drawn[pairs.kept]


def _intervals(
    pairs: Pairs,
    hits: Mapping[int, BoolArray],
    resamples: int,
    seed: int,
    clusters: npt.NDArray[Any] | None,
) -> dict[str, Interval]:
    if resamples < 0:
        raise InputError(f"`resamples`: Expected 0 or more. Received {resamples}.")
    if resamples == 0 or not len(pairs.true):
        return {}
    parts = score_parts(pairs, hits)
    found = ratio_intervals(parts, resamples, seed, clusters)
    for name in found:
        if not name.startswith("tree_distance"):  # all others are from 0 to 1
            found[name] = uniform_interval(*parts[name], clusters) or found[name]
    return found


def score_parts(pairs: Pairs, hits: Mapping[int, BoolArray]) -> Parts:
    """Numerator and denominator summands of every score that is a ratio of sums.

    Args:
        pairs: True and given nodes of `m` documents.
        hits: For each k whether the true leaf is among the k likeliest, `(m,)`.

    Returns:
        By the names of `intervals` in `evaluation`, `(m,)` each.
    """
    return _flat_parts(pairs, hits) | _tree_parts(pairs)


def _flat_parts(pairs: Pairs, hits: Mapping[int, BoolArray]) -> Parts:
    """Numerator and denominator summands of the flat scores, `(m,)` each."""
    weights = pairs.weights
    leaf = weights * is_leaf(pairs.tree)[pairs.true]
    parts: Parts = {"leaf_accuracy": (leaf * (pairs.true == pairs.predicted), leaf)}
    for level in range(1, pairs.tree.num_levels + 1):
        reached = weights * (pairs.true_depth >= level)
        right = weights * (pairs.shared_depth >= level)
        parts[f"level_accuracy.{level}"] = (right, reached)
    for k, hit in hits.items():
        parts[f"top_k_accuracy.{k}"] = (leaf * hit, leaf)
    return parts


def _tree_parts(pairs: Pairs) -> Parts:
    """Numerator and denominator summands of the tree scores, `(m,)` each."""
    weights = pairs.weights
    shared = weights * pairs.shared_depth
    predicted, true = weights * pairs.predicted_depth, weights * pairs.true_depth
    return {
        "hierarchical.precision": (shared, predicted),
        "hierarchical.recall": (shared, true),
        "hierarchical.f1": (2 * shared, predicted + true),
        "lca_f1": (weights * lca_f1_of(pairs), weights),
        "tree_distance": (weights * edges_between(pairs), weights),
    }


def _plain(value: Any) -> Any:
    """The same with text keys, and None for nan, as JSON has neither."""
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    return None if isinstance(value, float) and math.isnan(value) else value
