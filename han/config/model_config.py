"""Section `model`: kind of model and its sizes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from han.config.value_limits import at_least, share

Encoder = Literal["gru", "lstm", "cnn", "mean"]
Head = Literal["tree", "leaf", "levels", "multi_path"]
Attention = Literal["shared", "per_level"]


@dataclass(frozen=True)
class ModelConfig:
    """What is trained: the network, or a baseline on the same records.

    Attributes:
        kind: `han` is the network. Baselines: `tfidf_linear` (words, word pairs and
            letter sequences, the strongest; beside them pretrained vectors, if
            `pretrained.encoder` names an encoder), `fasttext` (`pip install -e
            '.[fasttext]'`), `tfidf_svm` (words alone, a common recipe), `majority` (the
            commonest code).
        encoder: How words become a sentence, and sentences a document: `gru` or `lstm`,
            read in both directions; `cnn`, each word with its neighbours; `mean`, each
            word by itself. See `han.network.document_encoder`.
        word_units: Units of the word encoder, in each direction.
        sentence_units: Units of the sentence encoder, in each direction.
        head: How a document vector becomes probabilities of codes: `tree`, a softmax
            among the children of each parent; `leaf`, one softmax over the full codes;
            `levels`, a softmax for each level. See `han.layers.TreeSoftmax`. With
            `multi_path` a record has a set of codes that are all right together
            (`data.label_sets`, `more_codes` or `codes_file`): each code is a yes or no
            given its parent. See `han.layers.TreeSigmoid`. Of the baselines
            `tfidf_linear` has this one, too, and no other has any.
        dropout: Share of values left out at random in training.
        computation: `packed` computes real words only (not for `lstm`), `padded` is
            stock Keras; the numbers are the same. `auto` is packed on a processor and
            padded on a GPU.
        attention: `shared` is one attention for all levels of the code list;
            `per_level` has one for each level (not with `head: leaf` or `encoder:
            mean`).
        wide: A linear model of words, word pairs and letter sequences is fitted first,
            and its scores are added to those of the network. See `han.linear`.
        bag_units: Width of the bag of n-grams, a second document vector from the same
            sequences; 0 for none. There is none without `wide`.
        wide_records: Training records from which the linear model learns at most.
        tfidf_features: Words that `tfidf_svm` looks at.
        linear: Loss of `tfidf_linear`.
        scope: Classes of `tfidf_linear`: all full codes (`flat`), those of each level,
            or those of each parent; `auto` takes `flat` or `per_parent`, whichever is
            better on validation. See `han.baselines.tfidf_linear`.
        C: Of `tfidf_linear`; a small `C` trusts the records less. If not given, several
            are tried on validation, until the best has a worse one on either side.
    """

    kind: Literal["han", "tfidf_linear", "fasttext", "tfidf_svm", "majority"] = "han"
    encoder: Encoder = "gru"
    word_units: int = at_least(1, 100)
    sentence_units: int = at_least(1, 100)
    head: Head = "tree"
    dropout: float = share(0.2)
    computation: Literal["auto", "packed", "padded"] = "auto"
    attention: Attention = "shared"
    wide: bool = True
    bag_units: int = at_least(0, 200)
    wide_records: int = at_least(1, 200_000)
    tfidf_features: int = at_least(1, 1000)
    linear: Literal["svm", "logistic"] = "svm"
    scope: Literal["auto", "flat", "per_level", "per_parent"] = "auto"
    C: float | None = field(default=None, metadata={"above": 0.0})

    @property
    def gives_sets(self) -> bool:
        """Whether a record has a set of codes, all of them right together."""
        return self.head == "multi_path"
