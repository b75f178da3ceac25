"""All scores of one evaluation as plain JSON, and as a table to read."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import Taxonomy
from han.metrics.bootstrap import Interval, ratio_intervals
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
    tree_distance,
)

Parts = dict[str, tuple[npt.ArrayLike, npt.ArrayLike]]


def evaluation(
    y_true: npt.ArrayLike,
    y_pred: npt.ArrayLike,
    taxonomy: Taxonomy,
    *,
    top_k: Mapping[int, npt.ArrayLike] | None = None,
    sample_weight: npt.ArrayLike | None = None,
    resamples: int = 1000,
    seed: int = 0,
    zero_division: float = 0.0,
) -> dict[str, Any]:
    """Every score of a split, with bootstrap intervals, as written to metrics.json.

    Args:
        y_true: True node ids, `(n,)`; -1 is skipped.
        y_pred: Predicted node ids, `(n,)`; -1 abstains, -2 is a code not in the tree.
        taxonomy: The tree.
        top_k: For each k whether the true leaf is among the k likeliest, `(n,)`, as
            from `top_k_hits`; documents whose truth is no leaf do not count.
        sample_weight: Weight of each document, `(n,)`.
        resamples: Number of bootstrap resamples of documents; 0 gives no intervals.
        seed: Seed of the resamples.
        zero_division: As in `hierarchical_scores`.

    Returns:
        Plain JSON values, None where a score is undefined. `rows` are the documents
        scored, `skipped` those without a true code, `level_rows` those whose code
        reaches the level; `weighted` says that weights are not all 1. `intervals`
        holds 95% percentile intervals `[low, high]` under names such as
        `level_accuracy.1`; a resample in which a score is undefined is left out of its
        interval.

    Raises:
        ValueError: If shapes differ, an id is outside the tree, or a number is not as
            above.

    Example:
        >>> tree = Taxonomy(["A", "B", "A1", "A2"], [-1, -1, 0, 0])
        >>> result = evaluation([2, 3, 1, -1], [2, 2, 1, 1], tree, resamples=100)
        >>> result["rows"], result["skipped"], result["level_accuracy"]
        (3, 1, {'1': 1.0, '2': 0.5})
        >>> result["hierarchical"]["f1"], result["intervals"]["hierarchical.f1"]
        (0.8, [0.5, 1.0])
    """
    pairs = pair(y_true, y_pred, taxonomy, sample_weight)
    hits = {k: _hits(values, k, pairs) for k, values in (top_k or {}).items()}
    options: dict[str, Any] = {"sample_weight": sample_weight}
    nodes = (y_true, y_pred, taxonomy)
    hierarchical = hierarchical_scores(*nodes, zero_division=zero_division, **options)
    leaf, weights = is_leaf(taxonomy)[pairs.true], pairs.weights
    results = {
        "rows": hierarchical.counted,
        "skipped": hierarchical.skipped,
        "weighted": bool((weights != 1).any()),
        "level_rows": _level_rows(pairs, taxonomy),
        "level_accuracy": level_accuracy_scores(*nodes, **options),
        "level_macro_f1": level_f1_scores(*nodes, **options),
        "level_weighted_f1": level_f1_scores(*nodes, average="weighted", **options),
        "leaf_accuracy": leaf_accuracy_score(*nodes, **options),
        "leaf_macro_f1": leaf_macro_f1_score(*nodes, **options),
        "hierarchical": {
            "precision": hierarchical.precision,
            "recall": hierarchical.recall,
            "f1": hierarchical.f1,
            "average": "micro",
            "include_root": False,
        },
        "lca_f1": lca_f1_score(*nodes, **options),
        "tree_distance": tree_distance(*nodes, **options),
        "h_loss": h_loss(*nodes, **options),
        "top_k_accuracy": {
            k: weighted_mean(hit[leaf], weights[leaf]) for k, hit in hits.items()
        },
        "intervals": _intervals(pairs, hits, taxonomy, resamples, seed),
    }
    plain: dict[str, Any] = _plain(results)
    return plain


def _level_rows(pairs: Pairs, taxonomy: Taxonomy) -> dict[int, int]:
    """Number of documents whose true code reaches each level."""
    levels = range(1, taxonomy.num_levels + 1)
    return {level: int((pairs.true_depth >= level).sum()) for level in levels}


def _hits(values: npt.ArrayLike, k: int, pairs: Pairs) -> BoolArray:
    hits = np.asarray(values)
    if hits.shape != pairs.kept.shape or hits.dtype != np.bool_:
        raise ValueError(
            f"`top_k[{k}]`: Expected True or False for each document, shape "
            f"{pairs.kept.shape}. Received {hits.dtype} of shape {hits.shape}."
        )
    kept: BoolArray = hits[pairs.kept]
    return kept


def _intervals(
    pairs: Pairs,
    hits: Mapping[int, BoolArray],
    taxonomy: Taxonomy,
    resamples: int,
    seed: int,
) -> dict[str, Interval]:
    if resamples < 0:
        raise ValueError(f"`resamples`: Expected 0 or more. Received {resamples}.")
    if resamples == 0 or not len(pairs.true):
        return {}
    return ratio_intervals(score_parts(pairs, hits, taxonomy), resamples, seed)


def score_parts(
    pairs: Pairs, hits: Mapping[int, BoolArray], taxonomy: Taxonomy
) -> Parts:
    """Numerator and denominator summands of every score that is a ratio of sums.

    Args:
        pairs: True and given nodes of `m` documents.
        hits: For each k whether the true leaf is among the k likeliest, `(m,)`.
        taxonomy: The tree.

    Returns:
        By the names of `intervals` in `evaluation`, `(m,)` each.
    """
    return _flat_parts(pairs, hits, taxonomy) | _tree_parts(pairs)


def _flat_parts(
    pairs: Pairs, hits: Mapping[int, BoolArray], taxonomy: Taxonomy
) -> Parts:
    """Numerator and denominator summands of the flat scores, `(m,)` each."""
    weights = pairs.weights
    leaf = weights * is_leaf(taxonomy)[pairs.true]
    parts: Parts = {"leaf_accuracy": (leaf * (pairs.true == pairs.predicted), leaf)}
    for level in range(1, taxonomy.num_levels + 1):
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


def evaluation_table(results: Mapping[str, Mapping[str, Any]]) -> str:
    """A table with a row for each score and a column for each split.

    Args:
        results: For each split what `evaluation` gave, or what metrics.json holds.

    Returns:
        Text with intervals in brackets and the convention in the last lines.

    Example:
        >>> tree = Taxonomy(["A", "B"], [-1, -1])
        >>> result = evaluation([0, 1], [0, 1], tree, resamples=0)
        >>> print(evaluation_table({"test": result}))
        score                   test
        leaf_accuracy           1.000
        leaf_macro_f1           1.000
        level_accuracy.1        1.000
        level_macro_f1.1        1.000
        level_weighted_f1.1     1.000
        hierarchical.precision  1.000
        hierarchical.recall     1.000
        hierarchical.f1         1.000
        lca_f1                  1.000
        tree_distance           0.000
        h_loss                  0.000
        <BLANKLINE>
        rows: test 2 (0 skipped: no true code)
        level scores: over the rows whose code reaches the level: test 2
        lower is better: tree_distance, h_loss
        weights: all 1
        hierarchical scores: micro average, root excluded
    """
    scores = {split: _scores(result) for split, result in results.items()}
    names = dict.fromkeys(name for column in scores.values() for name in column)
    lines = [["score", *results]]
    for name in names:
        lines.append([name, *(column.get(name, "-") for column in scores.values())])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    table = ["  ".join(map(str.ljust, line, widths)).rstrip() for line in lines]
    return "\n".join([*table, "", *_footer(results)])


def _scores(result: Mapping[str, Any]) -> dict[str, str]:
    """Each score of a split as text, by its name, in reading order."""
    values = {name: result.get(name) for name in ("leaf_accuracy", "leaf_macro_f1")}
    top_k = result.get("top_k_accuracy", {})
    values |= {f"top_{k}_accuracy": value for k, value in top_k.items()}
    for name in ("level_accuracy", "level_macro_f1"):
        values |= {f"{name}.{k}": v for k, v in result.get(name, {}).items()}
    levels = result.get("level_weighted_f1", {}).items()
    values |= {f"level_weighted_f1.{level}": value for level, value in levels}
    for name in ("precision", "recall", "f1"):
        values[f"hierarchical.{name}"] = result.get("hierarchical", {}).get(name)
    values |= {name: result.get(name) for name in ("lca_f1", "tree_distance", "h_loss")}
    intervals = dict(result.get("intervals", {}))
    selective = result.get("selective", {"coverage": {}, "intervals": {}})
    for level, value in selective["coverage"].items():
        name = f"coverage_at_{selective['target']:g}.{level}"
        values[name], intervals[name] = value, selective["intervals"].get(level)
    intervals |= {
        f"top_{k}_accuracy": intervals.get(f"top_k_accuracy.{k}") for k in top_k
    }
    return {name: _cell(value, intervals.get(name)) for name, value in values.items()}


def _cell(value: float | None, interval: Interval) -> str:
    if value is None:
        return "-"
    if interval is None:
        return f"{value:.3f}"
    return f"{value:.3f} [{interval[0]:.3f}, {interval[1]:.3f}]"


def _footer(results: Mapping[str, Mapping[str, Any]]) -> list[str]:
    rows = ", ".join(
        f"{split} {result['rows']} ({result.get('skipped', 0)} skipped: no true code)"
        for split, result in results.items()
    )
    levels = ", ".join(
        f"{split} {' / '.join(map(str, result.get('level_rows', {}).values()))}"
        for split, result in results.items()
    )
    weighted = ", ".join(k for k, result in results.items() if result.get("weighted"))
    lines = [
        f"rows: {rows}",
        f"level scores: over the rows whose code reaches the level: {levels}",
        "lower is better: tree_distance, h_loss",
        f"weights: {f'every score is weighted ({weighted})' if weighted else 'all 1'}",
        f"hierarchical scores: {_conventions(results)}",
    ]
    if any(result.get("intervals") for result in results.values()):
        lines.append("brackets: 95% bootstrap interval over documents (ece: reflected)")
    return lines


def _conventions(results: Mapping[str, Mapping[str, Any]]) -> str:
    """How the hierarchical scores are averaged, each way once."""
    found = dict.fromkeys(
        f"{result['hierarchical']['average']} average, root "
        f"{'included' if result['hierarchical']['include_root'] else 'excluded'}"
        for result in results.values()
    )
    return "; ".join(found)
