"""Several runs on the same records: who is better, and by how much for sure."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import Taxonomy
from han.comparison.compared_records import check_unseen, coded_by_others, measured
from han.comparison.compared_sets import all_give_sets, compare_sets
from han.comparison.comparison_result import CodeChange, Comparison
from han.data.examples import Examples
from han.decisions.coded_records import LEAF, CodedRecords
from han.errors import InputError, listing
from han.evaluation.coded_scores import code_records
from han.experiment.labelled_rows import read_examples
from han.experiment.row_sources import Source, find_source
from han.experiment.true_labels import OutsideLabels
from han.metrics.bootstrap import effective_rows
from han.metrics.paired_scores import (
    PairedScore,
    code_parts,
    paired_ratios,
    paired_scores,
)
from han.metrics.partial_truth import TO_TRUTH, contradicted_paths, is_partial
from han.metrics.score_report import score_parts
from han.metrics.selective_scores import coverage_at_accuracy, resampled_curves
from han.runs.loading import load_classifier
from han.runs.run_folder import RunFolder
from han.tables.locations import DataFile


def compare(
    runs: Sequence[Path],
    data: DataFile | None = None,
    *,
    encoding: str | None = None,
    target: float = 0.95,
    cluster: str | None = None,
    protected: Sequence[str] = (),
    progress: bool = False,
) -> Comparison:
    """Codes the same records with every run and compares them with the first.

    Args:
        runs: The runs; the first is what the others are held against.
        data: Labelled records; None for the test records of the first run.
        encoding: Encoding of `data`, if it is not that of the first run's.
        target: Accuracy at which the coverage is taken.
        cluster: Column whose equal cells are drawn together, `text` or `none`; None
            for what `data.split` of the first run keeps together: see `read_rows`.
        protected: Codes of any level that must not get worse.
        progress: Whether to show bars.

    Raises:
        InputError: If the runs do not share a code list, one of them was trained on
            these records, or a column or code is unknown.
    """
    if len({os.path.realpath(run) for run in runs}) < max(len(runs), 2):
        raise InputError("Give at least two runs, each of them once.")
    first = RunFolder(runs[0])
    config = first.config()
    if all_give_sets(runs, protected):
        return compare_sets(runs, data, encoding, target, cluster, progress)
    source = find_source(first, config, data, None, encoding)
    classifier = load_classifier(first.folder)
    nodes = protected_nodes(protected, classifier.taxonomy)
    examples, _ = read_examples(
        config, classifier, source, unknown="wrong", unit=cluster
    )
    warnings = check_unseen(runs, source, examples) + _outside(source, examples)
    code = partial(code_records, progress=progress)
    coded = [code(classifier, examples, name=str(runs[0]))]
    tree = classifier.taxonomy
    del classifier  # one model at a time is held
    coded += coded_by_others(runs, tree, source, examples, code)
    return replace(_compared(runs, source, coded, target, nodes), warnings=warnings)


def _compared(
    runs: Sequence[Path],
    source: Source,
    coded: Sequence[CodedRecords],
    target: float,
    nodes: list[int],
) -> Comparison:
    """All that is told of runs that have coded the same records."""
    units = coded[0].units
    clusters = np.arange(len(coded[0])) if units is None else units
    return Comparison(
        source,
        coded[0].tree,
        len(clusters),
        int(clusters.max()) + 1,
        effective_rows(coded[0].weights, clusters),
        target,
        [
            measured(run, one.documents_per_second, len(clusters))
            for run, one in zip(runs, coded, strict=True)
        ],
        _scores(coded, clusters, target),
        _code_changes(coded, clusters, nodes),
        [],
    )


def _outside(source: Source, examples: Examples) -> list[str]:
    """Says which records have codes that no run can give."""
    if examples.true is None or examples.origin is None:
        return []
    found = OutsideLabels.of(examples.true, examples.origin.rows.tolist())
    return [found.sentence(str(source.file))] if found.records else []


def _scores(
    coded: Sequence[CodedRecords], clusters: npt.NDArray[np.int64], target: float
) -> dict[str, list[PairedScore]]:
    """Leaf accuracy, accuracy of each level, hF, and coverage at the target.

    Where any run is held against a partial code, hF up to the depth of the truth, too.
    """
    tree = coded[0].tree
    wanted = ["leaf_accuracy"]
    wanted += [f"level_accuracy.{k + 1}" for k in range(tree.num_levels)]
    wanted.append("hierarchical.f1")
    pairs = [one.pairs() for one in coded]
    if any(is_partial(one).any() for one in pairs):
        wanted.append(TO_TRUTH)
    parts = []
    for one in pairs:
        known = score_parts(one, {})
        parts.append({name: known[name] for name in wanted})
    found = paired_ratios(parts, clusters)
    found["coverage"] = _coverage(coded, clusters, target)
    return found


def _coverage(
    coded: Sequence[CodedRecords], clusters: npt.NDArray[np.int64], target: float
) -> list[PairedScore]:
    """Share of full codes that can be automatic at the target."""
    values, resampled = [], []
    for one in coded:
        leaf = one.at(LEAF)
        hits, sure, weights = leaf.correct, leaf.confidence, leaf.weights
        share, _ = coverage_at_accuracy(hits, sure, target, sample_weight=weights)
        values.append(share)
        curves = resampled_curves(
            hits, sure, sample_weight=weights, clusters=clusters[leaf.records]
        )
        drawn = curves.coverage_at(target)
        resampled.append(drawn if leaf.num_units > 1 else np.full_like(drawn, np.nan))
    return paired_scores(values, resampled)


def protected_nodes(codes: Sequence[str], tree: Taxonomy) -> list[int]:
    """Nodes of codes of any level, or of paths such as `1 > 11`.

    Raises:
        InputError: If a code is not in the list, or stands there under two parents.

    Example:
        >>> protected_nodes(["21"], Taxonomy(["2", "21"], [-1, 0]))
        [1]
    """
    found = {code: tree.naming.find(code) for code in codes}
    unknown = [code for code, nodes in found.items() if not nodes]
    if unknown:
        raise InputError(
            f"--must-not-regress: not in the code list of the runs: {listing(unknown)}."
        )
    for code, nodes in found.items():
        if len(nodes) > 1:
            paths = [repr(tree.naming.paths[node]) for node in nodes]
            raise InputError(
                f"--must-not-regress: {code!r} stands in the code list under "
                f"{len(nodes)} parents. Give the path of one: {listing(paths)}."
            )
    return list(dict.fromkeys(nodes[0] for nodes in found.values()))


def _code_changes(
    coded: Sequence[CodedRecords], clusters: npt.NDArray[np.int64], nodes: list[int]
) -> list[CodeChange]:
    levels = {node: int(coded[0].tree.levels[node]) for node in nodes}
    pairs = [one.pairs() for one in coded]
    parts = [
        code_parts(p.true_paths, contradicted_paths(p), p.weights, levels)
        for p in pairs
    ]
    found = paired_ratios(parts, clusters) if nodes else {}
    true = pairs[0].true_paths
    return [
        CodeChange(
            node,
            int((true[:, levels[node] - 1] == node).sum()),
            found[f"recall.{node}"],
            found[f"f1.{node}"],
        )
        for node in nodes
    ]
