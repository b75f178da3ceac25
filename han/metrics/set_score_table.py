"""The scores of an evaluation of sets of codes as a table to read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from han.languages.number_format import Language
from han.languages.words import SUMMARY, Words
from han.metrics.score_table import score_cell

SCORES = (
    *(f"hierarchical.instance.{name}" for name in ("precision", "recall", "f1")),
    *(f"hierarchical.micro.{name}" for name in ("precision", "recall", "f1")),
    "subset_accuracy",
    "true_codes",
    "given_codes",
)
OF_LEVEL = ("f1", "subset_accuracy")


def set_score_table(
    results: Mapping[str, Mapping[str, Any]], language: Language = "en"
) -> str:
    """A table with a row for each score and a column for each split.

    Args:
        results: For each split what `han.code_sets.set_evaluation` gave, or what
            metrics.json holds.
        language: Of the lines below it; scores have their names of metrics.json.

    Returns:
        Text with intervals in brackets and what is averaged in the last lines.

    Example:
        >>> half = dict(precision=0.5, recall=0.5, f1=0.5)
        >>> found = {"rows": 9, "hierarchical": {"instance": half, "micro": half}}
        >>> found |= {"subset_accuracy": 0.25, "true_codes": 2.0, "given_codes": 1.5}
        >>> found["levels"] = {"1": {"f1": 0.75, "subset_accuracy": None}}
        >>> print(set_score_table({"test": found}))
        score                            test
        hierarchical.instance.precision  0.500
        hierarchical.instance.recall     0.500
        hierarchical.instance.f1         0.500
        hierarchical.micro.precision     0.500
        hierarchical.micro.recall        0.500
        hierarchical.micro.f1            0.500
        subset_accuracy                  0.250
        true_codes                       2.000
        given_codes                      1.500
        levels.1.f1                      0.750
        levels.1.subset_accuracy         -
        <BLANKLINE>
        records: test 9 (0 left out, without a code)
        instance: mean over records; micro: nodes of all records pooled; a level: its \
nodes, micro
        subset_accuracy: exactly the true codes; true_codes, given_codes: codes of a \
record
    """
    # metrics.json also says how long training took.
    results = {split: part for split, part in results.items() if "rows" in part}
    levels = dict.fromkeys(k for part in results.values() for k in part["levels"])
    names = [*SCORES, *(f"levels.{k}.{name}" for k in levels for name in OF_LEVEL)]
    words = Words(SUMMARY, language)
    lines = [[words.say("score"), *results]]
    for name in names:
        cells = (
            score_cell(_found(part, name), part.get("intervals", {}).get(name))
            for part in results.values()
        )
        lines.append([name, *cells])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    table = ["  ".join(map(str.ljust, line, widths)).rstrip() for line in lines]
    return "\n".join([*table, "", *_footer(results, words)])


def _found(result: Mapping[str, Any], name: str) -> float | None:
    value: Any = result
    for key in name.split("."):
        value = value.get(key) if value else None
    return None if value is None else float(value)


def _footer(results: Mapping[str, Mapping[str, Any]], words: Words) -> list[str]:
    say = words.say
    rows = ", ".join(
        say("rows_of", split=k, count=result["rows"], skipped=result.get("skipped", 0))
        for k, result in results.items()
    )
    lines = [say("rows", splits=rows), say("set_averages"), say("set_scores")]
    weighted = ", ".join(k for k, result in results.items() if result.get("weighted"))
    if weighted:
        lines.append(say("weighted", splits=weighted))
    if any(result.get("intervals") for result in results.values()):
        lines.append(say("brackets"))
    return lines
