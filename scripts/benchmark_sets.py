"""Sets of codes: the network beside one-vs-rest linear machines, on texts in pairs.

    python scripts/benchmark_sets.py FOLDER/clinc150_en
    python scripts/benchmark_sets.py FOLDER/ng20_en --records 1500

Each FOLDER is a labelled set, as `scripts/benchmark_accuracy.py` reads it. The texts of
each of its splits are joined in pairs, drawn once with a fixed seed; the codes of both,
which differ, are true. What is written lies under `runs/sets`: records, experiment, and
a run for each model and seed. A finished run is not trained again.

Models: *baseline*, TF-IDF of words and letters with a linear SVM for each code against
the rest, flat or down the tree, the better on validation, and its C, too; *baseline
with vectors*, those down the tree with the vectors of the network's pretrained encoder;
*plain*, the network without vectors; *han*, the default network. All are calibrated,
and get their thresholds, by the same code. The test split is read for the tables alone.

Brackets are 95 % bootstrap intervals over records, those of a difference of paired
records; scores of several seeds are averaged for each record first.
"""

from __future__ import annotations

import argparse
import platform
from pathlib import Path

from accuracy.sets import find_sets
from code_sets.pairs import PairedSet
from code_sets.runs import SetRun
from code_sets.tables import points_table, score_table
from han.cli import run_command

MODELS: dict[str, tuple[str, ...]] = {
    "baseline": ("model.kind=tfidf_linear",),
    "baseline with vectors": (
        *("model.kind=tfidf_linear", "model.scope=per_parent"),  # flat takes far longer
        "pretrained.encoder=use",
    ),
    "plain": ("pretrained.encoder=none",),
    "han": (),
}


def parser() -> argparse.ArgumentParser:
    """Describes the command line."""
    result = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = result.add_argument
    add("sets", type=Path, nargs="+", metavar="FOLDER", help="folders of labelled sets")
    add("--seeds", type=int, nargs="+", default=[1, 2, 3], help="default: 1 2 3")
    add("--models", nargs="+", choices=MODELS, default=list(MODELS), help="some of all")
    add("--records", type=int, default=0, help="training pairs at most (default: all)")
    add("-o", "--output", type=Path, help="also write the tables here, as Markdown")
    return result


def main() -> int:
    """Trains what is missing and prints the tables."""
    given = parser().parse_args()
    contests = []
    for source in find_sets(given.sets):
        data = PairedSet(source, given.records)
        data.write()
        runs = {
            name: [SetRun(data, name, MODELS[name], seed) for seed in given.seeds]
            for name in given.models
        }
        for one in (run for some in runs.values() for run in some):
            one.train()
        contests.append(runs)
    conditions = f"Python {platform.python_version()}, {platform.machine()}"
    text = "\n\n".join([score_table(contests), points_table(contests), conditions])
    print(text)
    if given.output:
        given.output.write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    run_command(main)
