"""Runs that give sets of codes, on the same records."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from han.code_sets.coded_sets import CodedSets
from han.code_sets.set_evaluation import set_score_parts
from han.code_sets.set_pairs import set_pairs
from han.comparison.compared_records import check_unseen, coded_by_others, measured
from han.comparison.comparison_result import Comparison
from han.errors import InputError
from han.evaluation.set_coding import code_sets
from han.experiment.labelled_rows import read_examples
from han.experiment.row_sources import find_source
from han.metrics.bootstrap import effective_rows
from han.metrics.paired_scores import paired_ratios
from han.metrics.score_report import Parts
from han.runs.loading import load_classifier
from han.runs.run_folder import RunFolder
from han.runs.set_runs import one_code_alone
from han.tables.locations import DataFile

WANTED = ("hierarchical.instance.f1", "hierarchical.micro.f1", "subset_accuracy")


def all_give_sets(runs: Sequence[Path], protected: Sequence[str] = ()) -> bool:
    """Whether runs give sets of codes, all of them.

    Args:
        runs: Their folders.
        protected: Codes that must not get worse, which sets do not have.

    Raises:
        InputError: If only some do, or codes are protected.
    """
    gives = [RunFolder(run).config().model.gives_sets for run in runs]
    if not any(gives):
        return False
    if not all(gives):
        one = runs[gives.index(False)]
        raise InputError(
            f"{one} gives a record one code, and {runs[gives.index(True)]} a set of "
            "codes (`model.head: multi_path`). Compare runs of one kind."
        )
    if protected:
        raise one_code_alone(str(runs[0]), "--must-not-regress")
    return True


def compare_sets(
    runs: Sequence[Path],
    data: DataFile | None = None,
    encoding: str | None = None,
    target: float = 0.95,
    cluster: str | None = None,
    progress: bool = False,
) -> Comparison:
    """Codes the same records with every run and compares them with the first.

    Args:
        runs: The runs.
        data: As for `compare`.
        encoding: As there.
        target: As there; sets have no coverage at it.
        cluster: As there.
        progress: As there.

    Returns:
        hF as a mean over records and of all nodes pooled, exact sets, and F1 of the
        nodes of each level, with paired intervals.

    Raises:
        InputError: If the runs do not share a code list, one of them was trained on
            these records, or a column or code is unknown.
    """
    first = RunFolder(runs[0])
    config, classifier = first.config(), load_classifier(first.folder)
    source = find_source(first, config, data, None, encoding)
    examples, _ = read_examples(config, classifier, source, unit=cluster)
    warnings, tree = check_unseen(runs, source, examples), classifier.taxonomy
    code = partial(code_sets, progress=progress)
    coded = [code(classifier, examples, name=str(runs[0]))]
    del classifier  # one model at a time is held
    coded += coded_by_others(runs, tree, source, examples, code)
    clusters: npt.NDArray[np.int64] = np.arange(len(examples))
    if coded[0].units is not None:
        clusters = coded[0].units
    return Comparison(
        source,
        tree,
        len(clusters),
        len(np.unique(clusters)),
        effective_rows(examples.weights, clusters),
        target,
        [
            measured(run, one.documents_per_second, len(examples))
            for run, one in zip(runs, coded, strict=True)
        ],
        paired_ratios([_parts(one) for one in coded], clusters),
        [],
        warnings,
    )


def _parts(coded: CodedSets) -> Parts:
    """Summands of the scores that are compared."""
    pairs = set_pairs(coded.true, coded.given, coded.tree, sample_weight=coded.weights)
    known = set_score_parts(pairs, pairs.without_unknown())
    levels = [f"levels.{k + 1}.f1" for k in range(coded.tree.num_levels)]
    return {name: known[name] for name in (*WANTED, *levels)}
