"""Codes labelled documents with a run and computes all metrics."""

from __future__ import annotations

import time
from dataclasses import fields, replace
from math import isnan
from typing import Any

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from han.code_list.taxonomy import ROOT, IntArray
from han.code_list.true_codes import TrueCodes
from han.data.examples import Examples
from han.data.sampling_units import unit_numbers
from han.decisions.coded_records import CodedRecords, FloatArray
from han.decisions.decoding import most_probable_codes
from han.decisions.level_reliability import level_errors
from han.decisions.path_probabilities import UNKNOWN, CodedPaths, coded_paths
from han.evaluation.special_records import set_results
from han.metrics import LevelErrors, calibration_errors, evaluation
from han.metrics.bootstrap import percentile_interval
from han.metrics.partial_truth import cut_at_truth
from han.metrics.selective_scores import (
    coverage_at_accuracy,
    excess_aurc_error,
    resampled_curves,
    risk_coverage_curve,
)
from han.runs.classifier import Classifier

MAX_EVALUATED_PROBABILITIES = 2**24  # of labelled records, held at once
TOP_K = 5
TARGET = 0.95  # accuracy that is asked of what is coded without a person

WARMING = 8  # records that are coded before the clock runs: modules are imported, ..

Block = dict[str, npt.NDArray[Any]]


def code_records(
    classifier: Classifier,
    examples: Examples,
    *,
    uncoded: int = 0,
    progress: bool = False,
    name: str = "",
) -> CodedRecords:
    """Codes labelled documents, block by block.

    Args:
        classifier: A trained run.
        examples: The documents.
        uncoded: Number of records that were left out because nobody has coded them.
        progress: Whether to show a bar.
        name: Name for the bar.
    """
    size = max(256, MAX_EVALUATED_PROBABILITIES // classifier.taxonomy.num_nodes)
    true = examples.true or TrueCodes.of(examples.nodes, classifier.taxonomy)
    examples = replace(examples, true=true)
    starts = range(0, len(examples), size)
    bar = tqdm(starts, f"coding {name}".strip(), disable=not progress)
    _block(classifier, examples, np.arange(min(len(examples), WARMING)))
    blocks = [
        _block(classifier, examples, np.arange(first, min(first + size, len(examples))))
        for first in bar
    ]
    whole = {key: np.concatenate([b[key] for b in blocks]) for key in blocks[0]}
    is_calibrated = classifier.calibration is not None
    before = CodedPaths(whole["before_nodes"], whole["before"])
    origin = examples.origin
    return CodedRecords(
        tree=true.tree,
        true=whole["nearest"],
        nodes=whole["nodes"],
        paths=CodedPaths(whole["path"], whole["sure"]),
        weights=examples.weights,
        hits={TOP_K: whole["hits"]},
        true_probabilities=whole["true"],
        before=before if is_calibrated else None,
        own_scores=_joined(whole, "own"),
        used_scores=_joined(whole, "used") if is_calibrated else None,
        rows=origin.rows if origin else None,
        keys=origin.keys if origin else {},
        documents_per_second=len(examples) / float(whole["seconds"].sum()),
        uncoded=uncoded,
        acceptable=examples.true,
        unread=examples.texts.known_words == 0,
        units=unit_numbers(examples.unit_keys) if examples.unit_keys else None,
    )


def _block(
    classifier: Classifier, examples: Examples, rows: npt.NDArray[np.int64]
) -> Block:
    """What is kept of a block of documents: a few numbers of each."""
    tree = classifier.taxonomy
    true = (examples.true or TrueCodes.of(examples.nodes, tree)).take(rows)
    texts = examples.texts.take(rows)
    blank = texts.document_words == 0
    begun = time.perf_counter()
    own = logs = classifier.log_probabilities(texts, calibrated=False)
    if classifier.calibration is not None:
        logs = classifier.calibration.apply(own)
    decoding = most_probable_codes(logs, tree, top_k=TOP_K, blank=blank)
    seconds = time.perf_counter() - begun
    paths = _without(coded_paths(logs, tree), blank)
    earlier = paths if logs is own else _without(coded_paths(own, tree), blank)
    # A blank one has no probability to speak of.
    known = replace(true, nodes=np.where(blank[:, None], ROOT, true.nodes))
    nearest = true.nearest(decoding.nodes)
    found: Block = {
        "nodes": decoding.nodes,
        "nearest": nearest,
        "path": paths.nodes,
        "sure": paths.probabilities,
        "before_nodes": earlier.nodes,
        "before": earlier.probabilities,
        "hits": _hits(decoding.top_nodes, true),
        "true": _probability(logs, nearest),
        "seconds": np.array([seconds]),
    }
    found |= _split("own", level_errors(own, known, tree))
    if logs is not own:
        found |= _split("used", level_errors(logs, known, tree))
    return found


def _hits(top: IntArray, true: TrueCodes) -> npt.NDArray[np.bool_]:
    """Whether any acceptable code of each document is among its likeliest, `(n,)`."""
    same = top[:, :, None] == true.nodes[:, None, :]
    hits: npt.NDArray[np.bool_] = (same & (true.nodes != ROOT)[:, None]).any((1, 2))
    return hits


def _probability(
    logs: npt.NDArray[np.floating], nodes: IntArray
) -> npt.NDArray[np.float64]:
    """Probability of a node of each document, `(n,)`; 0 of one outside the list."""
    size = logs.shape[1]
    own = logs[np.arange(len(logs)), np.minimum(nodes, size - 1)].astype(np.float64)
    return np.where(nodes < size, np.exp(own), 0.0)


def _split(when: str, beliefs: LevelErrors) -> Block:
    return {f"{when} {f.name}": getattr(beliefs, f.name) for f in fields(LevelErrors)}


def _joined(whole: Block, when: str) -> LevelErrors:
    return LevelErrors(
        **{f.name: whole[f"{when} {f.name}"] for f in fields(LevelErrors)}
    )


def _without(paths: CodedPaths, blank: npt.NDArray[np.bool_]) -> CodedPaths:
    """Paths with no code, of probability 0, where there is no word to code."""
    return CodedPaths(
        np.where(blank[:, None], UNKNOWN, paths.nodes).astype(np.int32),
        np.where(blank[:, None], 0.0, paths.probabilities),
    )


# Scores


def scores(coded: CodedRecords) -> dict[str, Any]:
    """All metrics of coded records, as `metrics.json` holds them.

    Intervals are those of resamples of the sampling units.
    """
    result = evaluation(
        coded.true,
        coded.nodes,
        coded.tree,
        top_k=coded.hits,
        sample_weight=coded.weights,
        clusters=coded.units,
    )
    result["skipped"] += coded.uncoded
    result |= set_results(coded)
    found = calibration_results(coded)
    result["calibration"] = found
    in_use = found["after"] or found["before"] or {}
    result["level_calibration_error"] = {k: v["ece"] for k, v in in_use.items()}
    result["selective"] = selective_scores(coded)
    return {**result, "documents_per_second": round(coded.documents_per_second, 1)}


def calibration_results(coded: CodedRecords) -> dict[str, Any]:
    """Scores of the probabilities before and after calibration; None without one."""
    options: dict[str, Any] = {"sample_weight": coded.weights, "clusters": coded.units}
    times = {"before": coded.own_scores, "after": coded.used_scores}
    return {
        when: None if beliefs is None else calibration_errors(beliefs, **options)
        for when, beliefs in times.items()
    }


def selective_scores(coded: CodedRecords, target: float = TARGET) -> dict[str, Any]:
    """How much can be coded without a person, at each level and for full codes.

    Returns:
        `target`; by level, and for `leaf`, `coverage` at that accuracy, `threshold`
        and 95 % `intervals` of the coverage, `aurc` and `excess_aurc`; the latter two
        under `path` for the loss 1 - hF of each record, and under `path_to_truth` for
        that loss up to the depth of the truth. None where undefined.
    """
    found: dict[str, Any] = {"target": target}
    names = ("coverage", "threshold", "intervals", "aurc", "excess_aurc")
    found |= {name: {} for name in names}
    for level in coded.levels:
        judged = coded.at(level)
        correct, sure, weights = judged.correct, judged.confidence, judged.weights
        share, threshold = coverage_at_accuracy(
            correct, sure, target, sample_weight=weights
        )
        curves = resampled_curves(
            correct, sure, sample_weight=weights, clusters=judged.units
        )
        found["coverage"][level] = _plain(share)
        found["threshold"][level] = _plain(threshold)
        interval = percentile_interval(curves.coverage_at(target))
        found["intervals"][level] = interval if judged.num_units > 1 else None
        _add_areas(found, level, 1.0 - correct.astype(np.float64), sure, weights)
    last = np.asarray(coded.paths.probabilities[:, -1], np.float64)
    _add_areas(found, "path", path_losses(coded), last, coded.weights)
    losses = path_losses(coded, to_truth=True)
    _add_areas(found, "path_to_truth", losses, last, coded.weights)
    return found


def path_losses(coded: CodedRecords, *, to_truth: bool = False) -> FloatArray:
    """1 - hF of each record, `(n,)`: hF is twice the shared nodes by the nodes of both.

    Args:
        coded: The records.
        to_truth: Whether to cut codes at the depth of a partial truth, `cut_to_truth`.

    Reference:
        Kiritchenko et al. (2006), hF of one record, the root left out.
    """
    pairs = cut_at_truth(coded.pairs()) if to_truth else coded.pairs()
    size = np.maximum(pairs.predicted_depth + pairs.true_depth, 1)
    return np.asarray(1.0 - 2.0 * pairs.shared_depth / size, np.float64)


def _add_areas(
    found: dict[str, Any], name: str, loss: FloatArray, sure: FloatArray, w: FloatArray
) -> None:
    area = risk_coverage_curve(loss, sure, sample_weight=w).area
    found["aurc"][name] = _plain(area)
    found["excess_aurc"][name] = _plain(excess_aurc_error(loss, sure, sample_weight=w))


def _plain(value: float) -> float | None:
    return None if isnan(value) else value


def evaluate(
    classifier: Classifier,
    examples: Examples,
    *,
    uncoded: int = 0,
    progress: bool = False,
    name: str = "",
) -> dict[str, Any]:
    """All metrics of a classifier on labelled documents, as `metrics.json` holds them.

    Under `calibration` stand the scores of the probabilities at each level, `before`
    (the model's own) and `after` (as they are used; None if the run has no
    calibration); `level_calibration_error` repeats the error of those that are used.
    Blank documents, which get no code, do not count there.

    Args:
        classifier: A trained run.
        examples: The documents; blank ones count as records without a code.
        uncoded: Number of records that were left out because nobody has coded them;
            they are counted as skipped.
        progress: Whether to show a bar.
        name: Name for the bar.
    """
    coded = code_records(
        classifier, examples, uncoded=uncoded, progress=progress, name=name
    )
    return scores(coded)
