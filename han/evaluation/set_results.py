"""Scores of a run that gives a record a set of codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from han.code_list.node_sets import closures, instance_f1, sets_at_half
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
    tree, f1 = classifier.taxonomy, np.zeros(len(examples))
    true = closures(examples.sets, tree)
    size = max(256, MAX_CODED_PROBABILITIES // tree.num_nodes)
    for first in range(0, len(examples), size):
        rows = np.arange(first, min(first + size, len(examples)))
        logs = classifier.log_probabilities(examples.texts.take(rows))
        f1[rows] = instance_f1(true[rows], sets_at_half(logs, tree))
    shares = examples.weights / max(examples.weights.sum(), 1e-300)
    found = dict(zip(SCORES, (shares @ f1, shares @ (f1 == 1)), strict=True))
    scores = {name: float(score) for name, score in found.items()}
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
