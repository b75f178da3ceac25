"""Scores of a run that gives a record a set of codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from han.data.examples import Examples
from han.devices.stage_clock import stage
from han.evaluation.set_coding import code_sets
from han.experiment.corpus import Corpus
from han.languages.words import Words
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


def set_table(results: Mapping[str, Mapping[str, Any]], words: Words) -> str:
    """A line for each split.

    Example:
        >>> from han.languages.words import SUMMARY
        >>> found = {"rows": 9, "subset_accuracy": 0.5}
        >>> found["hierarchical"] = {"instance": {"f1": 0.7}}
        >>> print(set_table({"test": found}, Words(SUMMARY, "en")))
        test: 9 records, hierarchical.instance.f1 0.700, subset_accuracy 0.500
    """
    lines = []
    for role, found in results.items():
        if "hierarchical" in found:
            scores = {
                "hierarchical.instance.f1": found["hierarchical"]["instance"]["f1"],
                "subset_accuracy": found["subset_accuracy"],
            }
            said = [
                f"{name} {words.numbers.decimal(score, 3)}"
                for name, score in scores.items()
                if score is not None  # all records weigh nothing
            ]
            records = words.say("records", count=found["rows"])
            lines.append(f"{role}: {', '.join([records, *said])}")
    return "\n".join(lines)
