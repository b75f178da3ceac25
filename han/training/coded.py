"""Some labelled documents after coding: codes, and what they add to the scores."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from han.classifier import Classifier
from han.decisions.decoding import most_probable_codes
from han.decisions.reliability import level_scores
from han.metrics import LevelScores, calibration_scores
from han.taxonomy import ROOT, IntArray
from han.text.encoding import EncodedTexts


@dataclass(frozen=True)
class Coded:
    """What is known of some documents after coding them.

    Attributes:
        nodes: The codes given, `(n,)`; -1 where none is.
        hits: Whether the true code is among the most probable ones, `(n,)`.
        before: What they add to the scores of the model's own probabilities.
        after: The same of the calibrated ones; of the same ones without a calibration.
        seconds: Time that the coding took.
    """

    nodes: IntArray
    hits: npt.NDArray[np.bool_]
    before: LevelScores
    after: LevelScores
    seconds: float


def code(
    classifier: Classifier, texts: EncodedTexts, nodes: IntArray, *, top_k: int
) -> Coded:
    """Codes documents and holds them against the truth.

    Args:
        classifier: A trained run.
        texts: The documents.
        nodes: Their true codes, `(n,)`.
        top_k: Number of full codes among which the true one is looked for.
    """
    tree, blank = classifier.taxonomy, texts.document_words == 0
    begun = time.perf_counter()
    own = logs = classifier.log_probabilities(texts, calibrated=False)
    if classifier.calibration is not None:
        logs = classifier.calibration.apply(own)
    decoding = most_probable_codes(logs, tree, top_k=top_k, blank=blank)
    seconds = time.perf_counter() - begun
    true = np.where(blank, ROOT, nodes)  # a blank one has no probability to speak of
    before = after = level_scores(own, true, tree)
    if classifier.calibration is not None:
        after = level_scores(logs, true, tree)
    hits = (decoding.top_nodes == nodes[:, None]).any(axis=1)
    return Coded(decoding.nodes, hits, before, after, seconds)


def calibration_results(
    classifier: Classifier,
    parts: Sequence[Coded],
    weights: npt.NDArray[np.float64],
    clusters: npt.ArrayLike | None,
) -> dict[str, Any]:
    """Scores of the probabilities before and after calibration; None without one."""
    times = {"before": [part.before for part in parts]}
    if classifier.calibration is not None:
        times["after"] = [part.after for part in parts]
    found = {
        when: calibration_scores(
            _joined(scores), sample_weight=weights, clusters=clusters
        )
        for when, scores in times.items()
    }
    return {"before": found["before"], "after": found.get("after")}


def _joined(parts: Sequence[LevelScores]) -> LevelScores:
    names = [field.name for field in fields(LevelScores)]
    return LevelScores(
        **{name: np.concatenate([getattr(p, name) for p in parts]) for name in names}
    )
