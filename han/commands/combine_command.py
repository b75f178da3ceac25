"""Mixes runs into one, as `han.combine` is asked to."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from han.cli import screen_language
from han.combining.mixed_runs import Combination, combine
from han.languages.words import SUMMARY, Words
from han.metrics.partial_truth import headline_score
from han.runs.run_folder import RunFolder
from han.tables.locations import data_location


def carry_out(given: argparse.Namespace) -> int:
    """Chooses the weights, makes the folder, prints what was found."""
    for run in given.runs:
        if warning := RunFolder(run).warning():
            print(warning, file=sys.stderr)
    data = data_location(given.data) if given.data else None
    found = combine(given.runs, given.output, data)
    words = Words(SUMMARY, screen_language(given))
    print(table([*map(str, given.runs), words.say("mixture")], found, words))
    steps = {
        "test_it": f"python -m han.evaluate {given.output}",
        "code_records": f"python -m han.predict {given.output} INPUT -o OUTPUT.csv",
    }
    print(f"\n{words.say('mixture_is_in', run=given.output)}")
    print(words.lines(steps))
    return 0


def table(names: Sequence[str], found: Combination, words: Words) -> str:
    """Weight and scores of each run, and of the mixture."""
    heads = [words.say(key) for key in ("weight", "log_loss", "leaf_accuracy")] + ["hF"]
    rows = [[found.name, *heads]]
    weights = [f"{weight:.3f}" for weight in found.weights] + [""]
    runs = zip(names, weights, found.losses, found.results, strict=True)
    for name, weight, loss, result in runs:
        scores = loss, result["leaf_accuracy"], headline_score(result)
        rows.append([name, weight, *(f"{score:.3f}" for score in scores)])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        [row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])] for row in rows
    ]
    return "\n".join("  ".join(line) for line in lines)
