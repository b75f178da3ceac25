"""Mixture of models: node probabilities mixed with fixed weights.

A mean of coherent probabilities is coherent: leaves under a node still add up to it.
Each model keeps the text encoder that it was trained with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import reduce
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from han.text.text_encoder import EncodedTexts, FieldLimits, IntArray, TextEncoder

FloatArray = npt.NDArray[np.floating]
ROUNDS = 2000  # of the search for weights; it stops when they stand still


class Model(Protocol):
    """What a model must do: encoded texts in, node log-probabilities out."""

    def log_probabilities(self, texts: EncodedTexts) -> npt.NDArray[np.float32]:
        """Coherent log-probabilities of all nodes, `(n, N)`."""


@dataclass(frozen=True)
class MixedTexts(EncodedTexts):
    """Documents as each of several text encoders sees them.

    The arrays are those of the first one.

    Attributes:
        views: The documents, once for each encoder.
    """

    views: tuple[EncodedTexts, ...] = ()

    @classmethod
    def of(cls, views: Sequence[EncodedTexts]) -> MixedTexts:
        """Documents from what each encoder gave."""
        arrays: dict[str, Any] = {
            f.name: getattr(views[0], f.name) for f in fields(EncodedTexts)
        }
        arrays["cut"] = np.logical_or.reduce([view.cut for view in views])
        return cls(**arrays, views=tuple(views))

    @property
    def document_words(self) -> IntArray:
        """Number of words of each document, `(n,)`, in the encoder that sees most."""
        return reduce(np.maximum, [view.document_words for view in self.views])

    @property
    def known_words(self) -> IntArray:
        """Number of known words, `(n,)`, in the encoder that knows most."""
        return reduce(np.maximum, [view.known_words for view in self.views])

    def take(self, documents: npt.ArrayLike) -> MixedTexts:
        """The chosen documents, in the given order."""
        return MixedTexts.of([view.take(documents) for view in self.views])


class MixedEncoder(TextEncoder):
    """The text encoders of several models, side by side.

    Args:
        encoders: One for each model.

    Attributes:
        fields: All fields that any of them reads, with the wider limits.
    """

    def __init__(self, encoders: Sequence[TextEncoder]) -> None:
        self.encoders = tuple(encoders)
        first = encoders[0]
        all_fields = reduce(_wider, [encoder.fields for encoder in encoders])
        super().__init__(
            all_fields,
            first.splitter,
            first.cleaner,
            first.vocabulary,
            first.non_answers,
            first.outliers,
        )

    def encode(self, columns: Mapping[str, Sequence[str]]) -> MixedTexts:
        """Integer arrays of texts given by field name, once for each encoder."""
        empty = [""] * max((len(texts) for texts in columns.values()), default=0)
        return MixedTexts.of(
            [
                encoder.encode(
                    {name: columns.get(name, empty) for name in encoder.fields}
                )
                for encoder in self.encoders
            ]
        )


class Mixture:
    """A weighted mean of the node probabilities of several models.

    Args:
        models: The models; each one gets its own view of the documents.
        weights: Share of each, not negative, of sum 1.

    Raises:
        ValueError: If the weights are not such.
    """

    def __init__(self, models: Sequence[Model], weights: Sequence[float]) -> None:
        self.models = tuple(models)
        self.weights = np.asarray(weights, np.float64)
        right = len(self.models) == len(self.weights) > 0 and (self.weights >= 0).all()
        if not right or abs(self.weights.sum() - 1) > 1e-6:
            raise ValueError(
                f"`weights`: Expected {len(self.models)} numbers from 0, of sum 1. "
                f"Received {list(weights)}."
            )

    def log_probabilities(self, texts: EncodedTexts) -> npt.NDArray[np.float32]:
        """Coherent log-probabilities of all nodes, `(n, N)`."""
        if not isinstance(texts, MixedTexts):
            raise TypeError("A mixture codes texts that its MixedEncoder has encoded.")
        parts = zip(self.models, texts.views, self.weights, strict=True)
        # One at a time, so that two arrays are held, however many models there are.
        weighted = (
            model.log_probabilities(view) + np.float32(np.log(weight))
            for model, view, weight in parts
            if weight > 0
        )
        return reduce(np.logaddexp, weighted)


def best_weights(
    true_log_probabilities: FloatArray, sample_weight: FloatArray
) -> npt.NDArray[np.float64]:
    """Mixture weights of the least log loss.

    The loss is convex in the weights. Each step gives every model the mean share that
    it has in the probability of the true nodes (the EM algorithm for mixture weights,
    Dempster et al. 1977); the loss never rises.

    Args:
        true_log_probabilities: Of the true node of each document, by each model,
            `(n, models)`.
        sample_weight: Weight of each document, `(n,)`; not all 0.

    Returns:
        `(models,)`, of sum 1. A model that hardly counts (below 0.001) gets 0.

    Example:
        >>> best_weights(np.log([[0.9, 0.2], [0.8, 0.4]]), np.ones(2)).round(3).tolist()
        [1.0, 0.0]
    """
    logs = np.asarray(true_log_probabilities, np.float64)
    # Only the ratios within a row count.
    likelihood = np.exp(logs - logs.max(axis=1, keepdims=True))
    share = np.asarray(sample_weight, np.float64) / np.sum(sample_weight)
    weights = np.full(logs.shape[1], 1 / logs.shape[1])
    for _ in range(ROUNDS):
        parts = likelihood * weights
        new = share @ (parts / parts.sum(axis=1, keepdims=True))
        still = np.abs(new - weights).max() < 1e-7
        weights = new
        if still:
            break
    weights = np.where(weights < 1e-3, 0.0, weights)
    return np.asarray(weights / weights.sum(), np.float64)


def _wider(
    one: Mapping[str, FieldLimits], two: Mapping[str, FieldLimits]
) -> dict[str, FieldLimits]:
    """Fields of both; of a field in both the greater limits."""
    found = dict(one)
    for name, limits in two.items():
        mine = found.get(name, limits)
        found[name] = FieldLimits(
            max(mine.max_words, limits.max_words),
            max(mine.max_sentences, limits.max_sentences),
        )
    return found
