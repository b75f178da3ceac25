"""Accuracy of networks and of the best cheap baselines on labelled sets.

    python scripts/benchmark_accuracy.py FOLDER/*                  the tables
    python scripts/benchmark_accuracy.py FOLDER/esco_es --ablation
    python scripts/benchmark_accuracy.py experiments/demo.yaml FOLDER/* --stress

Each FOLDER is a set: `NAME/NAME.parquet` with columns `level_1`, `level_2` and so on,
`split`, and `text`, or a column for each text field; and a code list `taxonomy.csv` if
it has one. Sets that are missing are skipped. An experiment file stands for its own
records and splits. Every model is an ordinary run under `runs/accuracy`, with the
default settings of `han` but for the language, lengths of texts and number of epochs
(`scripts/accuracy/sets.py`); a finished run is not trained again.

Three networks: *plain*, without pretrained vectors; *distilled*, which has learnt from
them and needs none to code; *han*, the default, which reads them. Two baselines, each
the best one of its kind on the validation split: without vectors, and with the same.
All need `pip install '.[pretrained]'`. The test split is read for the tables alone.

Brackets are 95 % bootstrap intervals over records, those of a difference of paired
records; scores of several seeds are averaged for each record first. hF is hierarchical
F1, which on codes of one depth is the share of levels that are right.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
from pathlib import Path

from accuracy.ablation import VARIANTS, ablation_table
from accuracy.comparison import (
    BASELINES,
    comparison_table,
    contest,
    points_table,
    with_vectors,
)
from accuracy.coverage import coverage_table
from accuracy.refits import refit_table
from accuracy.sets import find_sets
from accuracy.stressing import stress_table
from han.cli import run_command


def parser() -> argparse.ArgumentParser:
    """Describes the command line."""
    result = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = result.add_argument
    add("sets", type=Path, nargs="+", metavar="FOLDER", help="folders of labelled sets")
    add("--seeds", type=int, nargs="+", default=[1, 2, 3], help="default: 1 2 3")
    add(
        "--baselines",
        nargs="+",
        choices=BASELINES,
        default=list(BASELINES),
        help="baselines to choose the best of",
    )
    add(
        "--ablation",
        nargs="*",
        choices=VARIANTS,
        metavar="INGREDIENT",
        help=f"change one ingredient at a time; all, or some of: {', '.join(VARIANTS)}",
    )
    add(
        "--recipe",
        action="store_true",
        help="also show what most studies compare with: TF-IDF of words and letters, "
        "one flat machine, C 1, on the records alone",
    )
    add(
        "--coverage",
        action="store_true",
        help="also show how much can be coded without people: full codes right in "
        "95 %%, with 95 %% confidence",
    )
    add(
        "--refit",
        action="store_true",
        help="train all again on the records of the training and validation splits",
    )
    add("--stress", action="store_true", help="code corrupted texts of the test split")
    add("-o", "--output", type=Path, help="also write the tables here, as Markdown")
    return result


def main() -> int:
    """Trains what is missing and prints the tables."""
    given = parser().parse_args()
    sets = find_sets(given.sets)
    asked = (sets, given.seeds, given.baselines)
    with_vectors(given.baselines)  # for its error, before anything long
    contests = [contest(one, given.seeds, given.baselines) for one in sets]
    tables = [comparison_table(contests, recipe=given.recipe), points_table(contests)]
    if given.coverage:
        tables.append(coverage_table(contests))
    if given.ablation is not None:
        chosen = given.ablation or list(VARIANTS)
        tables.append(ablation_table(sets, given.seeds, chosen))
    if given.refit:
        tables.append(refit_table(*asked))
    if given.stress:
        tables.append(stress_table(sets, given.seeds, given.baselines))
    conditions = f"Python {platform.python_version()}, {platform.machine()}, seeds "
    conditions += json.dumps(given.seeds)
    text = "\n\n".join([*tables, conditions])
    print(text)
    if given.output:
        given.output.write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    run_command(main)
