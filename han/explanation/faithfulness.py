"""Faithfulness of evidence: comprehensiveness, sufficiency, rank correlation.

Words are taken away in the order of their evidence, and the whole model is asked again.
Comprehensiveness is how much less probable the code gets without the strongest words;
sufficiency is how much less with these words alone (small is good). Both are held
against the same number of words in random order: that is attention with its weights
dealt out anew.

Reference:
    DeYoung et al. 2020, ERASER: A Benchmark to Evaluate Rationalized NLP Models; Jain
    and Wallace 2019, Attention is not Explanation; Adebayo et al. 2018, Sanity Checks
    for Saliency Maps.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.stats import kendalltau, spearmanr

from han.code_list.taxonomy import IntArray
from han.errors import InputError
from han.explanation.attention_map import AttentionMap
from han.explanation.attention_weights import numpy_form
from han.explanation.deletion import Effects, Floats, Mask, ShortenedDocuments
from han.explanation.shuffled_attention import shuffled_attention
from han.metrics.bootstrap import Interval, ratio_intervals
from han.network.numpy_network import NumpyNetwork

SHARES = (0.01, 0.05, 0.10, 0.20, 0.50)
DRAWS = 3  # random orders of each document, and shuffled networks
LEAST_WORDS = 3  # fewer words have hardly any order
RESAMPLES = 1000
# Names of what gives an order.
ATTENTION, DELETION, RANDOM, SHUFFLED = "attention", "deletion", "random", "shuffled"
GRADIENTS, PARTS = "gradients", "parts"


@dataclass(frozen=True)
class Curves:
    """What `n` documents lose when words are taken away by their evidence.

    Attributes:
        comprehensiveness: Probability lost without the strongest words, for each of
            `SHARES` and each level, `(n, shares, L)`.
        sufficiency: Probability lost with these words alone, `(n, shares, L)`.
    """

    comprehensiveness: Floats
    sufficiency: Floats


@dataclass(frozen=True)
class Faithfulness:
    """How far evidence can be believed, on `n` documents.

    Attributes:
        curves: By what gave the order: `attention`, `deletion`, `random`, `shuffled`;
            and others.
        kendall: Rank correlation of attention with deletion, in each document and on
            each level, `(n, L)`; NaN where there is none. Where each level has an
            attention of its own, it is that of the level; orders are by the last one.
        spearman: The same.
        shuffled_kendall: That of attention with the attention of networks with
            shuffled parameters, mean of some, `(n,)`.
        encoder_shares: Share of the encoder in the score, `(n, L)`; see
            `AttentionMap.encoder_shares`.
        agreement: Rank correlation of evidence with that of another run, by what gave
            it, `(n,)` each.
        skipped: Number of documents that have too few words.
        seed: Seed of random orders and intervals.
    """

    curves: Mapping[str, Curves]
    kendall: Floats
    spearman: Floats
    shuffled_kendall: Floats
    encoder_shares: Floats
    agreement: Mapping[str, Floats] = field(default_factory=dict)
    skipped: int = 0
    seed: int = 0

    def __len__(self) -> int:
        """Number of documents."""
        return len(self.kendall)

    def gain(self, name: str, level: int = -1) -> Floats:
        """Comprehensiveness beyond that of random words, mean of the shares, `(n,)`."""
        own, random = self.curves[name], self.curves[RANDOM]
        lost = own.comprehensiveness - random.comprehensiveness
        return np.asarray(lost[:, :, level].mean(axis=1))


def measure_faithfulness(
    shortened: ShortenedDocuments,
    maps: Sequence[AttentionMap],
    effects: Sequence[Effects],
    nodes: IntArray,
    *,
    model: Any,
    others: Mapping[str, Sequence[Floats]] | None = None,
    seed: int = 0,
) -> Faithfulness:
    """Holds attention against the whole model.

    Args:
        shortened: The documents; those with too few words are left out.
        maps: Attention in them.
        effects: What each loses by deletion, from `deletion_effects`.
        nodes: Predicted node of each level, `(n, L)`.
        model: The network.
        others: Further evidence of the words of each document, by name.
        seed: Seed of random orders.

    Raises:
        InputError: If the model has no attention, or weighs all words alike.
    """
    network = _with_attention(model)
    read = shortened.is_read()
    rows = [i for i, mask in enumerate(read) if mask.sum() >= LEAST_WORDS]
    generator = np.random.default_rng(seed)
    attention = [found.shares for found in maps]
    deletion = [effect.words[:, -1] for effect in effects]
    asked = _Asked(shortened, read, rows, nodes)
    curves = {
        ATTENTION: asked.curves(attention),
        DELETION: asked.curves(deletion),
        RANDOM: asked.random_curves(generator),
    }
    curves |= {name: asked.curves(scores) for name, scores in (others or {}).items()}
    taus = np.full(len(rows), np.nan)
    if network is not None:
        drawn = [
            shuffled_attention(network, shortened, generator) for _ in range(DRAWS)
        ]
        curves[SHUFFLED] = _mean([asked.curves(shares) for shares in drawn])
        of_each = [correlations(attention, shares, read)[0][rows] for shares in drawn]
        taus = np.mean(of_each, axis=0)
    levels = range(nodes.shape[1])
    pairs = [_with_deletion(maps, effects, read, level) for level in levels]
    return Faithfulness(
        curves,
        np.stack([kendall[rows] for kendall, _ in pairs], axis=1),
        np.stack([spearman[rows] for _, spearman in pairs], axis=1),
        taus,
        _encoder_shares([maps[i] for i in rows], nodes.shape[1]),
        skipped=len(read) - len(rows),
        seed=seed,
    )


def _with_attention(model: Any) -> NumpyNetwork | None:
    """The network, if there is a NumPy form of it; refused if it attends to nothing."""
    network = numpy_form(model)
    if network is not None and network.words.attention.is_mean:
        raise InputError(
            "The encoder is a mean, which weighs all words alike: there is no order of "
            "words to measure. Take evidence by deletion."
        )
    return network


def _with_deletion(
    maps: Sequence[AttentionMap],
    effects: Sequence[Effects],
    read: Sequence[Mask],
    level: int,
) -> tuple[Floats, Floats]:
    """Rank correlations of attention with deletion on one level, `(n,)` each."""
    shares = [found.level_shares[:, level if found.levels else 0] for found in maps]
    return correlations(shares, [effect.words[:, level] for effect in effects], read)


@dataclass(frozen=True)
class _Asked:
    """The documents that take part, and what their code's probability is."""

    shortened: ShortenedDocuments
    read: Sequence[Mask]
    rows: Sequence[int]
    nodes: IntArray

    def curves(self, scores: Sequence[Floats]) -> Curves:
        """What is lost by the order of the scores."""
        variants = [v for i in self.rows for v in _variants(i, scores[i], self.read[i])]
        logs = self.shortened.log_probabilities(variants, self.nodes)
        size = 1 + 2 * len(SHARES)
        shape = (len(self.rows), size, self.nodes.shape[1])
        probabilities = np.exp(logs).reshape(shape)
        lost = probabilities[:, :1] - probabilities[:, 1:]
        return Curves(lost[:, : len(SHARES)], lost[:, len(SHARES) :])

    def random_curves(self, generator: np.random.Generator) -> Curves:
        """The mean of some random orders."""
        return _mean(
            [
                self.curves([generator.random(len(mask)) for mask in self.read])
                for _ in range(DRAWS)
            ]
        )


def _mean(drawn: Sequence[Curves]) -> Curves:
    return Curves(
        np.mean([curves.comprehensiveness for curves in drawn], axis=0),
        np.mean([curves.sufficiency for curves in drawn], axis=0),
    )


def _variants(row: int, scores: Floats, is_read: Mask) -> Iterator[tuple[int, Mask]]:
    """The whole document, it without its strongest words, and these alone."""
    places = np.flatnonzero(is_read)
    order = places[np.argsort(-scores[places], kind="stable")]
    strongest = []
    for share in SHARES:
        mask = np.zeros(len(is_read), bool)
        mask[order[: int(np.ceil(share * len(order)))]] = True
        strongest.append(mask)
    yield row, np.ones(len(is_read), bool)
    yield from ((row, ~mask) for mask in strongest)
    yield from ((row, mask) for mask in strongest)


def correlations(
    one: Sequence[Floats], two: Sequence[Floats], read: Sequence[Mask]
) -> tuple[Floats, Floats]:
    """Kendall's tau-b and Spearman's rho of the words of each document, `(n,)` each.

    NaN where there are fewer than `LEAST_WORDS` words, or all weigh the same.

    Example:
        >>> weights = [np.array([0.1, 0.2, 0.7])]
        >>> tau, rho = correlations(weights, weights, [np.ones(3, bool)])
        >>> tau.round(6).tolist(), rho.round(6).tolist()
        ([1.0], [1.0])
    """
    found = np.full((2, len(read)), np.nan)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of constant input, which gives NaN
        for i, mask in enumerate(read):
            if mask.sum() >= LEAST_WORDS:
                first, second = one[i][mask], two[i][mask]
                found[:, i] = (
                    kendalltau(first, second).statistic,
                    spearmanr(first, second).statistic,
                )
    return found[0], found[1]


def _encoder_shares(maps: Sequence[AttentionMap], levels: int) -> Floats:
    none = [np.nan] * levels
    rows = [found.encoder_shares or none for found in maps]
    return np.array(rows, np.float64).reshape(len(rows), levels)


def mean_interval(values: Floats, seed: int) -> tuple[float, Interval]:
    """Mean over documents and its bootstrap interval; NaN is left out.

    Example:
        >>> mean, (low, high) = mean_interval(np.array([0.0, 1.0, np.nan, 1.0]), 0)
        >>> round(mean, 3), low < mean < high
        (0.667, True)
    """
    there = ~np.isnan(values)
    if not there.any():
        return float("nan"), None
    filled = np.where(there, values, 0.0)
    pair = {"mean": (filled, there.astype(float))}
    return float(values[there].mean()), ratio_intervals(pair, RESAMPLES, seed)["mean"]
