"""Section `model`: kind of model and its sizes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from han.config.value_limits import at_least, share


@dataclass(frozen=True)
class ModelConfig:
    """The model. `kind` is the network or a baseline that uses the same everything.

    `encoder` is explained in `han.network.document_encoder`. `word_units` and
    `sentence_units` are half the width of an annotation, one direction of the GRU.
    `computation: packed` computes real words only (not for `lstm`), `padded` is stock
    Keras; the numbers are the same.

    With `attention: per_level` each level of the code list has an attention of its own
    (not for `head: leaf`, nor for `encoder: mean`), so that what speaks for the first
    digit and what speaks for the last can be told apart; `shared` has one for all.

    With `wide` a linear model of words, pairs of words and letter sequences is fitted
    first, on `wide_records` training records at most, and its margins are added to the
    scores of the network; see `han.linear`. The same n-grams have vectors of
    `bag_units` components, whose sum stands beside the document vector (0: no bag;
    there is none without `wide`).

    `tfidf_features` counts the words that `tfidf_svm` looks at.
    `linear`, `scope` and `C` are of `tfidf_linear` and explained in
    `han.baselines.tfidf_linear`; a small `C` trusts the records less. `scope: auto`
    tries `flat` and `per_parent`, no `C` tries several, and the best on the validation
    records is kept.
    """

    kind: Literal["han", "tfidf_linear", "fasttext", "tfidf_svm", "majority"] = "han"
    encoder: Literal["gru", "lstm", "cnn", "mean"] = "gru"
    word_units: int = at_least(1, 50)
    sentence_units: int = at_least(1, 50)
    head: Literal["tree", "leaf", "levels"] = "tree"
    dropout: float = share(0.4)
    computation: Literal["auto", "packed", "padded"] = "auto"
    attention: Literal["shared", "per_level"] = "shared"
    wide: bool = True
    bag_units: int = at_least(0, 200)
    wide_records: int = at_least(1, 200_000)
    tfidf_features: int = at_least(1, 1000)
    linear: Literal["svm", "logistic"] = "svm"
    scope: Literal["auto", "flat", "per_level", "per_parent"] = "auto"
    C: float | None = field(default=None, metadata={"above": 0.0})
