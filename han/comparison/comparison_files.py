"""A comparison as a table to read, and as CSV and JSON."""

from __future__ import annotations

import io
import json
import math
from pathlib import Path
from typing import Any

import pandas as pd

from han.comparison.comparison_result import CodeChange, ComparedRun, Comparison
from han.errors import InputError, printable
from han.languages.number_format import Language
from han.languages.words import SUMMARY, Words
from han.metrics.paired_scores import PairedScore
from han.metrics.partial_truth import STRICT, TO_TRUTH
from han.tables.whole_files import write_whole

ENDINGS = (".md", ".csv", ".json")
OF_SETS = {
    "hierarchical.instance.f1": "set_instance",
    "hierarchical.micro.f1": "set_micro",
    "subset_accuracy": "set_exact",
}


def check_ending(file: Path) -> None:
    """Raises InputError for a file that is none of Markdown, CSV and JSON."""
    if file.suffix.lower() not in ENDINGS:
        raise InputError(
            f"{file}: the comparison can be written as {', '.join(ENDINGS)}. Give a "
            "name with one of these endings."
        )


def write_comparison(found: Comparison, file: Path, language: Language = "en") -> None:
    """Writes the comparison; the ending of the file says how.

    Raises:
        InputError: If the ending is another one, or the file cannot be written.
    """
    check_ending(file)
    kind = file.suffix.lower()
    text = (
        markdown(found, language)
        if kind == ".md"
        else {".csv": csv, ".json": as_json}[kind](found)
    )
    write_whole(file, text.encode("utf-8", "backslashreplace"))


# Markdown


def markdown(found: Comparison, language: Language = "en") -> str:
    """The table of all scores, and that of the protected codes if there are any."""
    words = Words(SUMMARY, language)
    say, count = words.say, words.numbers.count
    head = [say("score"), *(run.run for run in found.runs)]
    rows = [
        [_row_name(name, found, language), *map(_cell, scores)]
        for name, scores in found.scores.items()
    ]
    speeds = ["-" if (n := _speed(run)) is None else count(n) for run in found.runs]
    rows.append([say("kind"), *(run.kind for run in found.runs)])
    rows.append([say("speed_head"), *speeds])
    rows.append([say("megabytes"), *(count(run.megabytes, 1) for run in found.runs)])
    parts = [_table([head, *rows]), "\n".join(_notes(found, words))]
    if found.codes:
        parts.insert(1, _table(_code_rows(found, words)))
    return printable("\n\n".join(parts)) + "\n"


def _row_name(name: str, found: Comparison, language: Language) -> str:
    """What the table calls a score; `*` marks the hF to be read first of two."""
    is_first = name == found.headline == TO_TRUTH
    return score_name(name, found.target, language) + " *" * is_first


def score_name(name: str, target: float, language: Language = "en") -> str:
    """A score as the table calls it.

    Example:
        >>> score_name("coverage", 0.95), score_name("leaf_accuracy", 0.95)
        ('coverage at 95% full codes right', 'leaf accuracy')
    """
    say = Words(SUMMARY, language).say
    if name == "coverage":
        return say("coverage", target=f"{100 * target:g}")
    if name in OF_SETS:
        return say(OF_SETS[name])
    if name.startswith("levels."):
        return say("set_level", level=name.split(".")[1])
    level = name.removeprefix("level_accuracy.")
    if level != name:
        return say("level_accuracy", level=level)
    return say({"leaf_accuracy": "leaf", STRICT: "hf", TO_TRUTH: "hf_to_truth"}[name])


def _cell(score: PairedScore) -> str:
    """Value, and difference in points with its interval."""
    if math.isnan(score.value):
        return "-"
    return f"{score.value:.3f}{_difference(score)}"


def _difference(score: PairedScore) -> str:
    ends = score.difference_interval
    if (
        ends is None
        or math.isnan(score.difference)
        or not any((*ends, score.difference))
    ):
        return ""
    points = [100 * value for value in (score.difference, *ends)]
    return " ({:+.1f} [{:+.1f}, {:+.1f}])".format(*points)


def _code_rows(found: Comparison, words: Words) -> list[list[str]]:
    head = [words.say(key) for key in ("protected", "rows_head", "score")]
    rows = [[*head, *(run.run for run in found.runs)]]
    for change in found.codes:
        code = found.tree.node_names[change.node]
        for name, scores in ((words.say("recall"), change.recall), ("F1", change.f1)):
            cells = [
                f"{_cell(score)} {words.say('worse') if score.is_lower else ''}".strip()
                for score in scores
            ]
            rows.append([code, str(change.records), name, *cells])
    return rows


def _table(rows: list[list[str]]) -> str:
    """Markdown that also reads well as plain text."""
    escaped = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*escaped, strict=True)]
    lines = [map(str.ljust, row, widths) for row in escaped]
    text = ["| " + " | ".join(line) + " |" for line in lines]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([text[0], rule, *text[1:]])


def _notes(found: Comparison, words: Words) -> list[str]:
    source, say = found.source, words.say
    part = "" if source.part == "all" else f", {source.part}"
    records = words.count_of(found.records, "record")
    counted = {"records": records, "groups": found.clusters}
    effective = round(found.effective_rows)
    few = [say("effective_number", count=words.numbers.count(effective))]
    return [
        say("compared", file=source.file, part=part, **counted),
        *(few if effective != found.records else ()),
        say("points", run=found.runs[0].run),
        *([f"* {say('hf_first')}"] if found.headline == TO_TRUTH else []),
        *(say("warning", text=warning) for warning in all_warnings(found)),
    ]


def all_warnings(found: Comparison) -> list[str]:
    """What must be known to read it, falls of protected codes included."""
    lines = list(found.warnings)
    for change in found.codes:
        code = found.tree.node_names[change.node]
        if not change.records:
            lines.append(f"code {code} has no record here, so it cannot be compared.")
        lines += [
            f"code {code} {_verdict(change, k)} in {run.run}."
            for k, run in enumerate(found.runs)
            if change.fell(k)
        ]
    return lines


def _verdict(change: CodeChange, run: int) -> str:
    if change.is_worse(run):
        return "got worse"
    return "fell, but not beyond what chance may do,"


# CSV and JSON


def csv(found: Comparison) -> str:
    """One row for each run and score."""
    stream = io.StringIO()
    pd.DataFrame(_records(found)).to_csv(stream, index=False, lineterminator="\n")
    return stream.getvalue()


def _records(found: Comparison) -> list[dict[str, Any]]:
    named = {**found.scores}
    for change in found.codes:
        code = found.tree.node_names[change.node]
        named |= {f"recall {code}": change.recall, f"f1 {code}": change.f1}
    rows = []
    for name, scores in named.items():
        for run, score in zip(found.runs, scores, strict=True):
            rows.append({"run": run.run, "score": name, **_plain(score)})
    for run in found.runs:
        speed = {"score": "documents_per_second", "value": _speed(run)}
        rows.append({"run": run.run, **speed})
        size = round(run.megabytes, 3)
        rows.append({"run": run.run, "score": "megabytes", "value": size})
    return rows


def _speed(run: ComparedRun) -> float | None:
    speed = run.documents_per_second
    return None if speed is None else round(speed, 1)


def _plain(score: PairedScore) -> dict[str, float | None]:
    low, high = score.interval or (None, None)
    below, above = score.difference_interval or (None, None)
    numbers = {
        "value": score.value,
        "low": low,
        "high": high,
        "difference": score.difference,
        "difference_low": below,
        "difference_high": above,
    }
    return {k: None if v is None or math.isnan(v) else v for k, v in numbers.items()}


def as_json(found: Comparison) -> str:
    """The comparison as JSON."""
    content = {
        "data": str(found.source.file),
        "part": found.source.part,
        "records": found.records,
        "clusters": found.clusters,
        "effective_rows": round(found.effective_rows, 1),
        "target": found.target,
        "headline": found.headline,
        "runs": [
            {
                "run": run.run,
                "kind": run.kind,
                "documents_per_second": _speed(run),
                "megabytes": round(run.megabytes, 3),
                "scores": {n: _plain(s[k]) for n, s in found.scores.items()},
                "must_not_regress": [
                    {
                        "code": list(found.tree.code_path(change.node)),
                        "title": found.tree.titles[change.node],
                        "records": change.records,
                        "recall": _plain(change.recall[k]),
                        "f1": _plain(change.f1[k]),
                        "worse": change.is_worse(k),
                    }
                    for change in found.codes
                ],
            }
            for k, run in enumerate(found.runs)
        ],
        "warnings": all_warnings(found),
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
