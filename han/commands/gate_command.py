"""Holds a new run against the old one, as `han.gate` is asked to."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from han.cli import given_table, screen_language
from han.commands.compare_command import read_codes
from han.errors import InputError
from han.gating.changed_totals import ChangedTotals
from han.gating.gate_rules import GateLimits, RuleResult, rule_results, totals_of_levels
from han.gating.two_runs import TwiceCoded, code_twice
from han.jobs.evidence_text import aligned
from han.languages.words import GATE, Words
from han.runs.run_warnings import warn_of_run
from han.tables.file_access import make_folder
from han.tables.whole_files import ADVICE, whole_file, write_whole

_SHOWN = 10


def carry_out(given: argparse.Namespace) -> bool:
    """Prints and writes what would change; whether all rules hold."""
    limits, words = _limits(given), Words(GATE, screen_language(given))
    data = given_table(given, given.on, "DATA") or Path(given.on)
    for folder in (given.old, given.new):
        warn_of_run(folder)
    if given.output:
        make_folder(given.output, "made for the tables", ADVICE)
    names = (given.key, given.weight, given.unit)
    hidden = not sys.stderr.isatty()
    with tqdm(desc=words.say("coding"), unit=" records", disable=hidden) as bar:
        coded = code_twice(
            given.old, given.new, data, names, given.encoding, bar.update
        )
    totals = totals_of_levels(coded)
    results = rule_results(coded, totals, limits)
    print("\n".join(_lines(coded, totals, results, words)))
    if given.output:
        files = _write(given.output, coded, totals, results)
        said = ", ".join(files)
        print(words.say("written", files=said, folder=given.output))
    return all(one.holds for one in results)


def _limits(given: argparse.Namespace) -> GateLimits:
    limits = {
        n: getattr(given, f"most_{n}") for n in ("changed", "points", "protected")
    }
    for name, limit in limits.items():
        if not limit >= 0:
            raise InputError(f"--most-{name} {limit}: expected 0 or more.")
    return GateLimits(**limits, codes=tuple(read_codes(given.protected, "--protected")))


def _lines(
    coded: TwiceCoded,
    totals: dict[int, ChangedTotals],
    results: Sequence[RuleResult],
    words: Words,
) -> Iterator[str]:
    numbers = words.numbers
    yield words.say(
        "records",
        records=len(coded.weights),
        units=int(coded.units.max()) + 1,
        weight=numbers.count(float(coded.weights.sum()), 0),
    )
    for level in totals:
        old, new = coded.at_level(level)
        share = float(coded.weights @ (old != new) / coded.weights.sum())
        yield words.say("changed_level", level=level, share=numbers.percent(share))
    old, new = (float(coded.weights @ one / coded.weights.sum()) for one in coded.auto)
    yield words.say("auto", old=numbers.percent(old), new=numbers.percent(new))
    yield ""
    heads = ("rule", "found", "interval", "limit", "verdict")
    table = [[words.say(name) for name in heads]]
    yield from aligned([*table, *(_rule_row(one, words) for one in results)])
    yield ""
    rows = list(_largest(coded, totals[coded.tree.num_levels], words))
    if rows:
        names = ("code", "old", "new", "change", "interval")
        yield words.say("largest")
        yield from aligned([[words.say(name) for name in names], *rows])
        yield ""
    broken = sum(not one.holds for one in results)
    yield (
        words.say("failed", count=broken, total=len(results))
        if broken
        else words.say("passed")
    )


def _rule_row(one: RuleResult, words: Words) -> list[str]:
    numbers = words.numbers

    def shown(value: float) -> str:
        if one.rule == "points":
            return numbers.decimal(value, 2)
        return numbers.percent(value) if np.isfinite(value) else "∞"

    verdict = words.say("holds" if one.holds else "broken")
    return [
        words.say(one.rule, code=one.code or "-", level=one.level),
        shown(one.value),
        f"[{shown(one.low)}, {shown(one.high)}]",
        shown(one.limit),
        verdict if one.is_sure else words.say("unsure", verdict=verdict),
    ]


def _largest(
    coded: TwiceCoded, totals: ChangedTotals, words: Words
) -> Iterator[list[str]]:
    """Full codes whose totals change most."""
    change = totals.new - totals.old
    for node in np.argsort(-np.abs(change), kind="stable")[:_SHOWN].tolist():
        if change[node]:
            values = (totals.old[node], totals.new[node], change[node])
            cells = [words.numbers.count(float(value), 0) for value in values]
            ends = (totals.low[node], totals.high[node])
            low, high = (words.numbers.count(float(end), 0) for end in ends)
            yield [coded.tree.code_path(node)[-1], *cells, f"[{low}, {high}]"]


def _write(
    folder: Path,
    coded: TwiceCoded,
    totals: dict[int, ChangedTotals],
    results: Sequence[RuleResult],
) -> list[str]:
    tables = {"totals.csv": _totals_table(coded, totals)}
    rows = np.flatnonzero(coded.nodes[0] != coded.nodes[1])
    codes = [_codes(coded, which, rows) for which in (0, 1)]
    tables["changed.csv"] = coded.keys.iloc[rows].assign(
        old_code=codes[0], new_code=codes[1], weight=coded.weights[rows]
    )
    for name, table in tables.items():
        with whole_file(folder / name) as temporary:
            table.to_csv(temporary, index=False, float_format="%.10g")
    said = [
        asdict(one) | {"holds": one.holds, "is_sure": one.is_sure} for one in results
    ]
    text = json.dumps(_finite({"passed": all(r.holds for r in results), "rules": said}))
    write_whole(folder / "gate.json", f"{text}\n".encode())
    return [*tables, "gate.json"]


def _totals_table(coded: TwiceCoded, totals: dict[int, ChangedTotals]) -> pd.DataFrame:
    """A row for each code of each level."""
    tree, parts = coded.tree, []
    for level, found in totals.items():
        nodes = np.flatnonzero(tree.levels == level)
        cells = {
            "level": level,
            "code": [tree.code_path(node)[-1] for node in nodes.tolist()],
            "old": found.old[nodes],
            "new": found.new[nodes],
            "change": (found.new - found.old)[nodes],
            "low": found.low[nodes],
            "high": found.high[nodes],
            "points": found.points[nodes],
        }
        parts.append(pd.DataFrame(cells))
    return pd.concat(parts, ignore_index=True)


def _codes(coded: TwiceCoded, which: int, rows: np.ndarray) -> list[str]:
    nodes = coded.nodes[which][rows].tolist()
    return [coded.tree.code_path(node)[-1] if node >= 0 else "" for node in nodes]


def _finite(value: object) -> object:
    """The same with None for numbers that JSON does not have."""
    if isinstance(value, dict):
        return {name: _finite(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_finite(one) for one in value]
    if isinstance(value, float | np.floating):
        return float(value) if np.isfinite(value) else None
    return value
