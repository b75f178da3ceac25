"""Shadow models: how sure a model is of a text that it was not trained with."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from han.baselines.linear_planes import Linear
from han.code_list.taxonomy import IntArray, Taxonomy
from han.disclosure.membership_attack import Floats
from han.text.text_encoder import EncodedTexts

FEWEST = 2
_FLOOR = 1e-9


def log_odds(probabilities: Floats) -> Floats:
    """Of the true code: what Carlini et al. compare, for it is nearly normal.

    Example:
        >>> log_odds(np.array([0.5])).tolist()
        [0.0]
    """
    inside = np.clip(probabilities, _FLOOR, 1 - _FLOOR)
    return np.asarray(np.log(inside) - np.log1p(-inside), np.float64)


def halves(texts: int, shadows: int, seed: int) -> npt.NDArray[np.bool_]:
    """Which texts train each shadow, `(shadows, texts)`: half, each other time.

    Shadows come in pairs, one trained with what the other is not: so each text is
    outside of half of them.
    """
    draws = np.random.default_rng(seed)
    rows = []
    for _ in range((shadows + 1) // 2):
        chosen = np.zeros(texts, bool)
        chosen[draws.permutation(texts)[: texts // 2]] = True
        rows += [chosen, ~chosen]
    return np.array(rows)


def shadow_scores(
    texts: EncodedTexts,
    nodes: IntArray,
    tree: Taxonomy,
    words: tuple[str, ...],
    *,
    linear: Linear,
    shadows: int,
    seed: int,
) -> Floats:
    """Mean log-odds of the true code by shadows without the text, `(n,)`.

    A shadow is a `tfidf_linear`, which trains in seconds; it stands for how hard a
    text is (Watson et al. 2022, arXiv:2111.08440), not for a copy of the model.

    Args:
        texts: Encoded documents.
        nodes: True node of each.
        tree: The code list.
        words: Vocabulary of the encoder.
        linear: Kind of its planes.
        shadows: Number of shadows; an odd one is made even.
        seed: Of the halves.
    """
    from han.baselines.tfidf_linear import TfidfLinear  # takes a second to load

    total, times = np.zeros(len(texts)), np.zeros(len(texts))
    for inside in halves(len(texts), shadows, seed):
        used, left = np.flatnonzero(inside), np.flatnonzero(~inside)
        shadow = TfidfLinear(words, linear=linear, seed=seed)
        shadow.fit(texts.take(used).compact(), nodes[used], np.ones(len(used)), tree)
        logs = shadow.log_probabilities(texts.take(left).compact())
        own = np.exp(np.asarray(logs, np.float64)[np.arange(len(left)), nodes[left]])
        total[left] += log_odds(own)
        times[left] += 1
    return total / np.maximum(times, 1)


def calibrated(scores: Floats, shadows: Floats) -> Floats:
    """Scores less what shadows expect of the text.

    Args:
        scores: Log-odds by the model, `(n,)`.
        shadows: Log-odds by shadows without the text, `(n,)`; on another scale, which
            is brought to that of the model.
    """
    spread = float(shadows.std()) or 1.0
    return scores - shadows * (float(scores.std()) / spread)
