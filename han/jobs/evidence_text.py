"""What is said of the accuracy of stages, for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from han.data.sampling_units import ROW, TEXT
from han.jobs.evidence_figures import FULL, PARTIAL
from han.languages.words import Words


def evidence_lines(
    task: str, evidence: Mapping[str, Any] | None, words: Words
) -> Iterator[str]:
    """A table of stages, the promise, and what is assumed, a line each.

    Args:
        task: Name of the task.
        evidence: What `counts.json` has of it; None if nothing judges the task.
        words: Those of `JOB`, in a language.
    """
    if evidence is None:
        yield words.say("no_promise")
        return
    records = words.count_of(evidence["records"], "sample_record")
    yield words.say("evidence", task=task, records=records)
    yield from aligned(_table(evidence, words))
    yield from _promise(evidence, words)
    yield from _remarks(evidence, words)


def _table(evidence: Mapping[str, Any], words: Words) -> list[list[str]]:
    confidence = words.numbers.percent(evidence["confidence"], 0)
    head = [words.say(k) for k in ("stage", "records_head", "units_head", "right")]
    table = [[*head, words.say("interval", confidence=confidence)]]
    for stage, found in evidence["stages"].items():
        table.append([stage, *_cells(found[FULL], words)])
        if found[PARTIAL]:
            name = words.say("in_part", stage=stage)
            table.append([name, *_cells(found[PARTIAL], words)])
    return table


def _cells(found: Mapping[str, Any] | None, words: Words) -> list[str]:
    numbers = words.numbers
    if found is None:
        return [numbers.count(0), numbers.count(0), words.say("no_evidence"), ""]
    counts = [numbers.count(found[name]) for name in ("records", "units")]
    share = numbers.percent(found["right"] / found["records"])
    return [*counts, share, numbers.interval(found["interval"])]


def _promise(evidence: Mapping[str, Any], words: Words) -> Iterator[str]:
    found, numbers = evidence["automatic"], words.numbers
    if found is None:
        yield words.say("no_promise")
        return
    yield words.say(
        "promise",
        least=_floor(found["least"], words),
        confidence=numbers.percent(evidence["confidence"], 0),
        right=found["right"],
        records=found["records"],
    )
    unit, units = evidence["unit"], ""
    largest = words.count_of(found["largest"], "sample_record")
    if evidence["is_whole"]:
        units = words.say("by_whole_text", largest=largest)
    elif unit == TEXT and found["largest"] > 1:
        units = words.say("by_text")
    elif unit not in (TEXT, ROW):
        units = words.say("by_column", column=unit, largest=largest)
    yield words.say("assumed", units=units)


def _floor(share: float, words: Words) -> str:
    """A bound in percent, never rounded up."""
    return words.numbers.percent(int(1000 * share) / 1000)


def _remarks(evidence: Mapping[str, Any], words: Words) -> Iterator[str]:
    """What weakens the evidence, and what it leaves out."""
    left = evidence["left"]
    if left:
        records = words.count_of(sum(left.values()), "sample_record")
        stages = ", ".join(f"{s} {words.numbers.count(n)}" for s, n in left.items())
        yield words.say("left_records", records=records, stages=stages)
    parts = [part for two in evidence["stages"].values() for part in two.values()]
    counts = {
        "outside": evidence["outside"],
        "unjudged": sum(part["unjudged"] for part in parts if part),
        "seen": evidence["seen"],
        "coded_before": evidence["coded_before"],
    }
    for name, count in counts.items():
        if count is None:
            yield words.say(f"sample_{name}_unknown")
        elif count:
            records = words.count_of(count, "sample_record")
            yield words.say(f"sample_{name}", records=records)


def aligned(table: list[list[str]]) -> Iterator[str]:
    """Rows of a table as lines: the first column to the left, the others to the right.

    Example:
        >>> list(aligned([["stage", "rows"], ["exact", "12"]]))
        ['  stage  rows', '  exact    12']
    """
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for first, *others in table:
        cells = [f"{c:>{w}}" for c, w in zip(others, widths[1:], strict=True)]
        yield ("  " + "  ".join([f"{first:{widths[0]}}", *cells])).rstrip()
