"""The scores of an evaluation as a table to read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from han.languages.number_format import Language
from han.languages.words import SUMMARY, Words
from han.metrics.bootstrap import Interval


def evaluation_table(
    results: Mapping[str, Mapping[str, Any]], language: Language = "en"
) -> str:
    """A table with a row for each score and a column for each split.

    Args:
        results: For each split what `evaluation` gave, or what metrics.json holds.
        language: Of the lines below it; scores have their names of metrics.json.

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
        records: test 2 (0 left out, without a code)
        level scores: over the records whose code reaches the level: test 2
        lower is better: tree_distance, h_loss
        weights: all 1
        hierarchical.f1 (hF): right levels of a code count; micro average, root out
    """
    scores = {split: _scores(result) for split, result in results.items()}
    names = dict.fromkeys(name for column in scores.values() for name in column)
    words = Words(SUMMARY, language)
    lines = [[words.say("score"), *results]]
    for name in names:
        lines.append([name, *(column.get(name, "-") for column in scores.values())])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    table = ["  ".join(map(str.ljust, line, widths)).rstrip() for line in lines]
    return "\n".join([*table, "", *_footer(results, words)])


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


def _footer(results: Mapping[str, Mapping[str, Any]], words: Words) -> list[str]:
    say = words.say
    rows = ", ".join(
        say("rows_of", split=k, count=result["rows"], skipped=result.get("skipped", 0))
        for k, result in results.items()
    )
    levels = ", ".join(
        f"{split} {' / '.join(map(str, result.get('level_rows', {}).values()))}"
        for split, result in results.items()
    )
    effective = ", ".join(
        f"{split} {words.numbers.count(size)}"
        for split, result in results.items()
        if (size := round(result.get("effective_rows", result["rows"])))
        != result["rows"]
    )
    weighted = ", ".join(k for k, result in results.items() if result.get("weighted"))
    lines = [
        say("rows", splits=rows),
        *([say("effective_rows", splits=effective)] if effective else []),
        say("level_rows", splits=levels),
        say("lower"),
        say("weighted", splits=weighted) if weighted else say("unweighted"),
        say("hierarchical", averages=_conventions(results, words)),
    ]
    lines += _special_records(results, words)
    if any(result.get("intervals") for result in results.values()):
        lines.append(say("brackets"))
    return lines


def _special_records(
    results: Mapping[str, Mapping[str, Any]], words: Words
) -> list[str]:
    """Lines for records with several codes, and with codes that the run lacks."""
    lines = []
    for split, result in results.items():
        if number := result.get("several_codes"):
            lines.append(words.say("several_codes", split=split, count=number))
        if number := result.get("outside_codes"):
            rows, known = result["rows"], result.get("known_codes_only")
            line = words.say("outside_codes", split=split, count=number, rows=rows)
            if known:
                leaf = _cell(known["leaf_accuracy"], None)
                f1 = _cell(known["hierarchical"]["f1"], None)
                line += words.say("without_outside", leaf=leaf, f1=f1)
            lines.append(line)
    return lines


def _conventions(results: Mapping[str, Mapping[str, Any]], words: Words) -> str:
    """How the hierarchical scores are averaged, each way once."""
    found: dict[str, None] = {}
    for result in results.values():
        scores = result["hierarchical"]
        root = "root_in" if scores["include_root"] else "root_out"
        found[words.say(root, average=scores["average"])] = None
    return "; ".join(found)
