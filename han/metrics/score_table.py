"""The scores of an evaluation as a table to read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from han.languages.number_format import Language
from han.languages.words import SUMMARY, Words
from han.metrics.bootstrap import Interval
from han.metrics.partial_truth import TO_TRUTH, headline_score


def evaluation_table(
    results: Mapping[str, Mapping[str, Any]], language: Language = "en"
) -> str:
    """A table with a row for each score and a column for each split.

    Args:
        results: For each split what `evaluation` gave, or what metrics.json holds.
        language: Of the lines below it; scores have their names of metrics.json.

    Returns:
        Text with intervals in brackets and the convention in the last lines. `*` is
        behind the hierarchical F1 to be read first. Where a true code is partial, the
        scores up to the depth of the truth stand below the strict ones.

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
        hierarchical.f1         1.000 *
        lca_f1                  1.000
        tree_distance           0.000
        h_loss                  0.000
        <BLANKLINE>
        records: test 2 (0 left out, without a code)
        level scores: over the records whose code reaches the level: test 2, \
full codes 2
        lower is better: tree_distance, h_loss
        weights: all 1
        hierarchical.f1 (hF): right levels of a code count; micro average, root out
        * to be read first: test hierarchical.f1, as every true code is full
    """
    # metrics.json also says how long training took.
    results = {split: part for split, part in results.items() if "rows" in part}
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
    values |= _tree_scores(result, "")
    first = result.get("headline", "")
    if first == TO_TRUTH:
        values |= _tree_scores(result, "_to_truth")
    intervals = dict(result.get("intervals", {}))
    selective = result.get("selective", {"coverage": {}, "intervals": {}})
    for level, value in selective["coverage"].items():
        name = f"coverage_at_{selective['target']:g}.{level}"
        values[name], intervals[name] = value, selective["intervals"].get(level)
    intervals |= {
        f"top_{k}_accuracy": intervals.get(f"top_k_accuracy.{k}") for k in top_k
    }
    cells = {
        name: score_cell(value, intervals.get(name)) for name, value in values.items()
    }
    return {
        name: f"{cell} *" if name == first else cell for name, cell in cells.items()
    }


def _tree_scores(result: Mapping[str, Any], ending: str) -> dict[str, Any]:
    hierarchical = result.get(f"hierarchical{ending}", {})
    names = ("precision", "recall", "f1")
    values = {f"hierarchical{ending}.{n}": hierarchical.get(n) for n in names}
    others = (f"{name}{ending}" for name in ("lca_f1", "tree_distance", "h_loss"))
    return values | {name: result.get(name) for name in others}


def score_cell(value: float | None, interval: Interval) -> str:
    """A score with its interval in brackets; - where it is undefined.

    Example:
        >>> score_cell(0.5, [0.25, 0.75]), score_cell(None, None)
        ('0.500 [0.250, 0.750]', '-')
    """
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
        f"{split} {_judged(result, words)}" for split, result in results.items()
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
    lines += [*_headlines(results, words), *_special_records(results, words)]
    if any(result.get("intervals") for result in results.values()):
        lines.append(say("brackets"))
    return lines


def _judged(result: Mapping[str, Any], words: Words) -> str:
    """How many records tell of each level and of full codes; a share if not all."""

    def counted(rows: int) -> str:
        share = rows / max(result["rows"], 1)
        return f"{rows} ({words.numbers.percent(share)})" if share < 1 else str(rows)

    levels = " / ".join(map(counted, result.get("level_rows", {}).values()))
    if "leaf_rows" not in result:
        return levels
    return f"{levels}, {words.say('full_codes', count=counted(result['leaf_rows']))}"


def _headlines(results: Mapping[str, Mapping[str, Any]], words: Words) -> list[str]:
    """Which hierarchical F1 of each split is to be read first, and why."""
    lines = []
    for split, result in results.items():
        if first := result.get("headline"):
            rows = result["rows"]
            counts = {"count": rows - result["leaf_rows"], "rows": rows}
            key = "partial_truth" if first == TO_TRUTH else "full_truth"
            lines.append(words.say(key, split=split, name=first, **counts))
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
                leaf = score_cell(known["leaf_accuracy"], None)
                f1 = score_cell(headline_score(known), None)
                name = known.get("headline", "hierarchical.f1")
                line += words.say("without_outside", leaf=leaf, name=name, f1=f1)
            lines.append(line)
    return lines


def _conventions(results: Mapping[str, Mapping[str, Any]], words: Words) -> str:
    """How the hierarchical scores are averaged, each way once."""
    found: dict[str, None] = {}
    for result in results.values():
        for name in ("hierarchical", "hierarchical_to_truth"):
            scores = result.get(name, result["hierarchical"])
            root = "root_in" if scores["include_root"] else "root_out"
            found[words.say(root, average=scores["average"])] = None
    return "; ".join(found)
