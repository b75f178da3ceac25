"""What a queue shows beside an answer: candidates, and the characters that count."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from han.code_list.taxonomy import ROOT
from han.evaluation.explained_run import default_evidence
from han.explanation.attention_map import AttentionMap
from han.explanation.text_shading import evidence_steps
from han.runs.classifier import Classifier

CANDIDATES = 9  # one for each key from 1 to 9
AT_ONCE = 64  # answers that are explained together
Spans: TypeAlias = list[list[float]]


@dataclass(frozen=True)
class ShownAnswer:
    """What is shown beside an answer.

    Attributes:
        candidates: Node and calibrated probability, the most probable first.
        probability: That of the code asked about; NaN if there is none.
        texts: Texts by field name, without what nobody sees.
        evidence: By field name `[start, end, weight]` of the characters that speak for
            the first candidate, or against it (below 0).
    """

    candidates: list[tuple[int, float]]
    probability: float
    texts: dict[str, str]
    evidence: dict[str, Spans]


def shown_answers(
    classifier: Classifier,
    fields: Mapping[str, Sequence[str]],
    sides: Mapping[str, Sequence[str]],
    nodes: Sequence[int],
    seen: Callable[[int], object] = int,
) -> list[ShownAnswer]:
    """What to show beside each answer, `n` of them.

    Args:
        classifier: The run.
        fields: Texts by field name, `n` each.
        sides: Cells of side features by name, `n` each.
        nodes: A code of each, whose probability is asked; -1 for none.
        seen: Is told of answers as they are done.
    """
    found = []
    for first in range(0, len(nodes), AT_ONCE):
        part = slice(first, first + AT_ONCE)
        found += _shown(
            classifier,
            {name: list(cells[part]) for name, cells in fields.items()},
            {name: list(cells[part]) for name, cells in sides.items()},
            nodes[part],
        )
        seen(len(nodes[part]))
    return found


def _shown(
    classifier: Classifier,
    fields: dict[str, list[str]],
    sides: dict[str, list[str]],
    nodes: Sequence[int],
) -> list[ShownAnswer]:
    texts = classifier.encode(fields, side=sides or None)
    decoded = classifier.decode(texts, top_k=CANDIDATES)
    logs = classifier.log_probabilities(texts)
    own = np.exp(logs[np.arange(len(nodes)), np.maximum(nodes, 0)]).astype(float)
    own[np.asarray(nodes) == ROOT] = np.nan
    by = default_evidence(classifier)
    maps = classifier.attend(fields, side=sides or None, by=by)
    as_read = classifier.encoder.splitter.as_read
    found = []
    for row, one in enumerate(maps):
        pairs = zip(
            decoded.top_nodes[row].tolist(),
            decoded.top_probabilities[row].tolist(),
            strict=True,
        )
        found.append(
            ShownAnswer(
                [(n, round(p, 6)) for n, p in pairs if n != ROOT and p == p],
                float(own[row]),
                {name: as_read(cells[row]) for name, cells in fields.items()},
                evidence_spans(one),
            )
        )
    return found


def evidence_spans(found: AttentionMap) -> dict[str, Spans]:
    """Characters that count, by field: those of the words that a page would shade."""
    spans: dict[str, Spans] = {}
    ends: dict[str, int] = {}
    words = zip(
        found.words, found.combined.tolist(), evidence_steps(found), strict=True
    )
    for word, weight, step in words:
        start = ends.get(word.field, 0) + len(word.gap)
        ends[word.field] = end = start + len(word.text)
        if step:
            spans.setdefault(word.field, []).append([start, end, round(weight, 4)])
    return spans
