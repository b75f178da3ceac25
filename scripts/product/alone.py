"""One contestant in a process of its own: learns, codes, and writes what it took.

    python -m product.alone NAME FOLDER RESULT SEED [RUN]

FOLDER is what `Work.write` wrote, RESULT a JSON file that gets `fit` as soon as the
records are learnt. NAME `run` codes with a trained run of han: it learns nothing.
CPU seconds of `fit` are those since the process began, its imports with them; those of
`coding` leave out a first text, with which encoders are loaded and loops compiled.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from han.cli import run_command
from han.code_list.taxonomy import Taxonomy
from han.devices.stage_clock import process_age
from han.metrics import hierarchical_f1_score, leaf_accuracy_score
from product.rivals import Coder, Columns, fit_fasttext, fit_sklearn
from product.works import Given


def main() -> int:
    """Learns, codes, scores."""
    name, folder, result, seed, *run = sys.argv[1:]
    given = Given.read(Path(folder))
    found: dict[str, Any] = {}
    if run:
        code = run_coder(Path(run[0]))
    else:
        code = fitters()[name](given, int(seed))
        found["fit"] = {"cpu": cpu_seconds(), "wall": process_age()}
        Path(result).write_text(json.dumps(found), encoding="utf-8")
    code({field: texts[:1] for field, texts in given.new.items()})
    before, begun = cpu_seconds(), time.perf_counter()
    codes = code(given.new)
    found["coding"] = {
        "records": len(codes),
        "cpu": cpu_seconds() - before,
        "wall": time.perf_counter() - begun,
    }
    found |= scores(given, codes)
    Path(result).write_text(json.dumps(found), encoding="utf-8")
    return 0


def fitters() -> dict[str, Callable[[Given, int], Coder]]:
    """What learns in this process; PyTorch is imported only where it is asked for."""

    def fit_torch(given: Given, seed: int) -> Coder:
        from product.torch_product import fit

        return fit(given, seed)

    return {"sklearn": fit_sklearn, "fasttext": fit_fasttext, "torch": fit_torch}


def run_coder(run: Path) -> Coder:
    """Codes as `Classifier.predict` does."""
    from han.runs.loading import load_classifier

    classifier = load_classifier(run)

    def code(columns: Columns) -> list[str]:
        return [str(code) for code in classifier.predict(columns)["code"]]

    return code


def scores(given: Given, codes: list[str]) -> dict[str, float]:
    """Leaf accuracy and hF on the scored records; codes are unique in the code list."""
    paths = [tuple(code for code in row if code) for row in given.levels.tolist()]
    truth = [tuple(code for code in row if code) for row in given.truth.tolist()]
    tree = Taxonomy.from_paths(sorted({*paths, *truth}))
    node = {code: number for number, code in enumerate(tree.codes)}
    right = np.array([tree.find(path) for path in truth])[given.scored]
    coded = np.array([node.get(code, -1) for code in codes])[given.scored]
    return {
        "leaf": float(leaf_accuracy_score(right, coded, tree)),
        "hf": float(hierarchical_f1_score(right, coded, tree)),
    }


def cpu_seconds() -> float:
    """CPU time of this process and of those that it has waited for."""
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


if __name__ == "__main__":
    run_command(main)
