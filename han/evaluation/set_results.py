"""Scores of a run that gives a record a set of codes."""

from __future__ import annotations

from typing import Any

from han.data.examples import Examples
from han.devices.stage_clock import stage
from han.evaluation.set_coding import code_sets
from han.experiment.corpus import Corpus
from han.runs.classifier import Classifier


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
    """Scores of the sets that a run gives by its rule.

    Args:
        classifier: The run.
        examples: Labelled documents with sets.
        uncoded: Number of records left out because they have no code.

    Returns:
        As `CodedSets.scores`.
    """
    return code_sets(classifier, examples, uncoded=uncoded).scores()
