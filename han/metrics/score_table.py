"""The scores of an evaluation as a table to read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from han.metrics.bootstrap import Interval


def evaluation_table(results: Mapping[str, Mapping[str, Any]]) -> str:
    """A table with a row for each score and a column for each split.

    Args:
        results: For each split what `evaluation` gave, or what metrics.json holds.

    Returns:
        Text with intervals in brackets and the convention in the last lines.

    Example:
        >>> from han.code_list.taxonomy import Taxonomy
        >>> from han.metrics import evaluation
        >>> tree = Taxonomy(["A", "B"], [-1, -1])
        >>> result = evaluation(["A", "B"], ["A", "B"], tree, resamples=0)
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
    lines += _special_records(results)
    if any(result.get("intervals") for result in results.values()):
        lines.append("brackets: 95% bootstrap interval over documents (ece: reflected)")
    return lines


def _special_records(results: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Lines for records with several codes, and with codes that the run lacks."""
    lines = []
    for split, result in results.items():
        if number := result.get("several_codes"):
            lines.append(f"several codes, any of them is right: {split} {number}")
        if number := result.get("outside_codes"):
            rows, known = result["rows"], result.get("known_codes_only")
            line = f"not in the run's list, so wrong: {split} {number} of {rows}"
            if known:
                leaf = _cell(known["leaf_accuracy"], None)
                f1 = _cell(known["hierarchical"]["f1"], None)
                line += f"; without them leaf_accuracy {leaf}, hierarchical.f1 {f1}"
            lines.append(line)
    return lines


def _conventions(results: Mapping[str, Mapping[str, Any]]) -> str:
    """How the hierarchical scores are averaged, each way once."""
    found = dict.fromkeys(
        f"{result['hierarchical']['average']} average, root "
        f"{'included' if result['hierarchical']['include_root'] else 'excluded'}"
        for result in results.values()
    )
    return "; ".join(found)
