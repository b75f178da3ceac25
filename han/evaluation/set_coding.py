"""Codes labelled documents with a run that gives sets."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
from tqdm import tqdm

from han.code_sets import SetRanking, SetRule, set_ranking, set_reliability
from han.code_sets.coded_sets import CodedSets
from han.code_sets.record_blocks import Block
from han.code_sets.set_decoding import stacked_sets
from han.data.examples import Examples
from han.data.sampling_units import unit_numbers
from han.evaluation.coded_scores import WARMING
from han.runs.classifier import MAX_CODED_PROBABILITIES, Classifier


def code_sets(
    classifier: Classifier,
    examples: Examples,
    *,
    uncoded: int = 0,
    progress: bool = False,
    name: str = "",
) -> CodedSets:
    """Codes labelled documents, block by block.

    Args:
        classifier: The run.
        examples: Labelled documents with sets.
        uncoded: Number of records left out because they have no code.
        progress: Whether to show a bar.
        name: Name for the bar.
    """
    if examples.sets is None:
        raise ValueError("The examples have no sets.")
    true, tree = examples.sets, classifier.taxonomy
    rule = classifier.set_rule or SetRule.at_half(tree)
    size = max(256, MAX_CODED_PROBABILITIES // tree.num_nodes)
    given, ranks, seconds = [], [], [0.0]

    few = np.arange(min(len(examples), WARMING))
    rule.codes(classifier.log_probabilities(examples.texts.take(few)))

    def blocks() -> Iterator[Block]:
        starts = range(0, len(examples), size)
        for first in tqdm(starts, desc=f"coding {name}", disable=not progress):
            rows = np.arange(first, min(first + size, len(examples)))
            began = time.perf_counter()
            logs = classifier.log_probabilities(examples.texts.take(rows))
            given.append(rule.codes(logs))
            seconds.append(time.perf_counter() - began)
            ranks.append(set_ranking(logs, true[rows], tree))
            yield logs, true[rows], examples.weights[rows]

    reliability = set_reliability(blocks(), tree)
    return CodedSets(
        tree,
        true,
        stacked_sets(given),
        SetRanking(
            np.concatenate([rank.coverage for rank in ranks]),
            np.concatenate([rank.average_precision for rank in ranks]),
        ),
        reliability,
        examples.weights,
        unit_numbers(examples.unit_keys) if examples.unit_keys else None,
        uncoded,
        len(examples) / max(sum(seconds), 1e-9),
    )
