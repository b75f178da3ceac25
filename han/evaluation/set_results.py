"""Scores of a run that gives a record a set of codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from han.code_list.probable_sets import HALF
from han.code_sets import (
    codes_by_thresholds,
    hierarchical_set_scores,
    subset_accuracy_score,
)
from han.code_sets.set_decoding import stacked_sets
from han.data.examples import Examples
from han.devices.stage_clock import stage
from han.experiment.corpus import Corpus
from han.languages.words import Words
from han.runs.classifier import MAX_CODED_PROBABILITIES, Classifier

SCORES = ("instance_hierarchical_f1", "subset_accuracy")


@stage("evaluation")
def set_results(classifier: Classifier, corpus: Corpus) -> dict[str, dict[str, Any]]:
    """What `metrics.json` holds of validation and test."""
    return {
        role: evaluate_sets(classifier, corpus.examples[role], corpus.uncoded[role])
        for role in ("validation", "test")
        if role in corpus.examples
    }


def evaluate_sets(
    classifier: Classifier, examples: Examples, uncoded: int = 0
) -> dict[str, Any]:
    """Scores of sets of the codes that are more likely than not.

    Args:
        classifier: The run.
        examples: Labelled documents with sets.
        uncoded: Number of records left out because they have no code.

    Returns:
        `records`, `uncoded`; `instance_hierarchical_f1`, the weighted mean over records
        of the hierarchical F1 of each; and `subset_accuracy`, the weighted share of
        records with exactly the right set.
    """
    if examples.sets is None:
        raise ValueError("The examples have no sets.")
    tree, given = classifier.taxonomy, []
    size = max(256, MAX_CODED_PROBABILITIES // tree.num_nodes)
    for first in range(0, len(examples), size):
        rows = np.arange(first, min(first + size, len(examples)))
        logs = classifier.log_probabilities(examples.texts.take(rows))
        given.append(codes_by_thresholds(logs, HALF, tree))
    pair, weights = (examples.sets, stacked_sets(given)), examples.weights
    f1 = hierarchical_set_scores(
        *pair, tree, average="instance", sample_weight=weights
    ).f1
    whole = subset_accuracy_score(*pair, tree, sample_weight=weights)
    scores = dict(zip(SCORES, (f1, whole), strict=True))
    return {"records": len(examples), "uncoded": uncoded, **scores}


def set_table(results: Mapping[str, Mapping[str, Any]], words: Words) -> str:
    """A line for each split.

    Example:
        >>> from han.languages.words import SUMMARY
        >>> scores = dict(zip(SCORES, (0.7, 0.5)))
        >>> print(set_table({"test": {"records": 9, **scores}}, Words(SUMMARY, "en")))
        test: 9 records, instance_hierarchical_f1 0.700, subset_accuracy 0.500
    """
    lines = []
    for role, found in results.items():
        if SCORES[0] in found:
            scores = [f"{n} {words.numbers.decimal(found[n], 3)}" for n in SCORES]
            records = words.say("records", count=found["records"])
            lines.append(f"{role}: {', '.join([records, *scores])}")
    return "\n".join(lines)
