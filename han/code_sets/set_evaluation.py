"""Scores of sets of codes with intervals, as plain JSON."""

from __future__ import annotations

import math
from typing import Any, get_args

import numpy as np
import numpy.typing as npt

from han.code_list.closure import level_slices
from han.code_list.taxonomy import ROOT, Taxonomy
from han.code_sets.set_levels import Parts, level_parts, levels_of_pairs, sum_ratio
from han.code_sets.set_pairs import SetPairs, set_pairs, unknown_counts
from han.code_sets.set_ranking import SetRanking
from han.code_sets.set_scores import SetAverage, scores_of_pairs
from han.errors import InputError
from han.metrics.bootstrap import effective_rows, ratio_intervals, uniform_interval
from han.metrics.pairs import weighted_mean
from han.metrics.set_sizes import check_options


def set_evaluation(
    y_true: npt.ArrayLike,
    y_pred: npt.ArrayLike,
    taxonomy: Taxonomy,
    *,
    ranking: SetRanking | None = None,
    sample_weight: npt.ArrayLike | None = None,
    clusters: npt.ArrayLike | None = None,
    resamples: int = 1000,
    seed: int = 0,
    zero_division: float = 0.0,
) -> dict[str, Any]:
    """Every score of sets of codes, with bootstrap intervals.

    Args:
        y_true: True codes of `n` records, node ids `(n, A)`, -1 after the last; a
            record without any is skipped.
        y_pred: Codes given, likewise; a record without any abstains.
        taxonomy: The code list.
        ranking: What `set_ranking` gave for the same records; None leaves ranks out.
        sample_weight: Weight of each record, `(n,)`.
        clusters: What was drawn together, `(n,)`: intervals count clusters.
        resamples: Number of bootstrap resamples of clusters; 0 gives no intervals.
        seed: Seed of the resamples.
        zero_division: As in `hierarchical_set_scores`.

    Returns:
        Plain JSON values, None where a score is undefined. `rows` are the records
        scored, `skipped` those without a true code; `true_codes` and `given_codes` how
        many a record has on average. `hierarchical` has precision, recall and F1 of
        each average, `hierarchical_known` the same without nodes below partial true
        codes, `levels` the scores of each level. `intervals` has 95 % intervals
        `[low, high]` under names such as `hierarchical.micro.f1` and `levels.1.f1`.

    Raises:
        InputError: If lengths differ, an id is not in the tree, or a number is not as
            above.

    Example:
        >>> tree = Taxonomy(["A", "B", "A1", "A2", "B1"], [-1, -1, 0, 0, 1])
        >>> found = set_evaluation([[2, 4], [3, -1]], [[2, 3], [3, -1]], tree)
        >>> found["hierarchical"]["micro"]["recall"].__round__(3), found["true_codes"]
        (0.667, 1.5)
        >>> found["levels"]["2"]["recall"].__round__(3), found["subset_accuracy"]
        (0.667, 0.5)
    """
    check_options("micro", zero_division, 1.0)
    pairs = set_pairs(y_true, y_pred, taxonomy, sample_weight=sample_weight)
    known = pairs.without_unknown()
    given = np.asarray(y_pred).reshape(len(pairs.kept), -1)[pairs.kept]
    names = clusters if clusters is None else _kept(clusters, pairs)
    levels = {
        str(level): scores._asdict()
        for level, scores in levels_of_pairs(known, zero_division).items()
    }
    parts = set_score_parts(pairs, known)
    if ranking is not None:
        _add_ranking(levels, parts, ranking, pairs)
    mass = pairs.weights
    results = {
        "rows": len(mass),
        "effective_rows": round(effective_rows(mass, names), 1),
        "skipped": int((~pairs.kept).sum()),
        "weighted": bool((mass != 1).any()),
        "true_codes": weighted_mean((pairs.codes != ROOT).sum(axis=1), mass),
        "given_codes": weighted_mean((given != ROOT).sum(axis=1), mass),
        "subset_accuracy": sum_ratio(*parts["subset_accuracy"]),
        "hierarchical": _averages(pairs, zero_division),
        "hierarchical_known": _averages(known, zero_division),
        "levels": levels,
        "intervals": _intervals(parts, resamples, seed, names),
    }
    plain: dict[str, Any] = _plain(results)
    return plain


def _averages(pairs: SetPairs, zero_division: float) -> dict[str, dict[str, Any]]:
    return {
        average: scores_of_pairs(pairs, average, zero_division=zero_division)._asdict()
        for average in get_args(SetAverage)
    }


def set_score_parts(pairs: SetPairs, known: SetPairs) -> Parts:
    """What each record adds to the scores that are ratios of sums.

    Args:
        pairs: True and given sets, side by side.
        known: The same without what lies below partial true codes.

    Example:
        >>> pairs = set_pairs([[0, 1]], [[0, -1]], Taxonomy(["1", "2"], [-1, -1]))
        >>> set_score_parts(pairs, pairs)["hierarchical.micro.f1"]
        (array([2.]), array([3.]))
    """
    parts: Parts = {}
    for name, of in (("hierarchical", pairs), ("hierarchical_known", known)):
        shared, given, true = of.sizes()
        mass, f_scores = of.weights, 2 * shared / np.maximum(given + true, 1)
        parts[f"{name}.micro.precision"] = mass * shared, mass * given
        parts[f"{name}.micro.recall"] = mass * shared, mass * true
        parts[f"{name}.micro.f1"] = mass * 2 * shared, mass * (given + true)
        parts[f"{name}.instance.f1"] = mass * f_scores, mass
        if name == "hierarchical":
            is_equal = (shared == given) & (shared == true)
            parts["subset_accuracy"] = mass * is_equal, mass
    unknown = unknown_counts(known.codes, known.tree)
    for place, here in enumerate(level_slices(known.tree)):
        for name, part in level_parts(known, here, unknown[:, place]).items():
            parts[f"levels.{place + 1}.{name}"] = part
    return parts


def _add_ranking(
    levels: dict[str, dict[str, Any]],
    parts: Parts,
    ranking: SetRanking,
    pairs: SetPairs,
) -> None:
    if len(ranking.coverage) != len(pairs.kept):
        raise InputError(
            f"`ranking`: Expected that of the {len(pairs.kept)} records. Received that "
            f"of {len(ranking.coverage)}."
        )
    scores = {
        "coverage_error": ranking.coverage[pairs.kept],
        "average_precision": ranking.average_precision[pairs.kept],
    }
    for name, values in scores.items():
        for place, column in enumerate(values.T):
            mass = pairs.weights * ~np.isnan(column)
            part = mass * np.nan_to_num(column), mass
            parts[f"levels.{place + 1}.{name}"] = part
            levels[str(place + 1)][name] = sum_ratio(*part)


def _intervals(
    parts: Parts, resamples: int, seed: int, clusters: npt.ArrayLike | None
) -> dict[str, list[float] | None]:
    first = next(iter(parts.values()))
    if not resamples or not len(first[0]):
        return {}
    found = ratio_intervals(parts, resamples, seed, clusters)
    shares = [n for n in parts if "coverage_error" not in n and "f1" not in n]
    for name in shares:  # where all records are right a bootstrap says nothing
        found[name] = uniform_interval(*parts[name], clusters) or found[name]
    return found


def _kept(clusters: npt.ArrayLike, pairs: SetPairs) -> npt.NDArray[Any]:
    names = np.asarray(clusters)
    if names.shape != pairs.kept.shape:
        raise InputError(
            f"`clusters`: Expected one for each record, shape {pairs.kept.shape}. "
            f"Received {names.shape}."
        )
    kept: npt.NDArray[Any] = names[pairs.kept]
    return kept


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    if isinstance(value, float | np.floating):
        return None if math.isnan(value) else float(value)
    return value
