"""Section `augmentation`: what is done to training documents, anew in each epoch."""

from __future__ import annotations

from dataclasses import dataclass

from han.config.value_limits import probability


@dataclass(frozen=True)
class AugmentationConfig:
    """Probabilities of each ingredient; `share: 0` leaves all documents as they are.

    `share` is the share of the documents of an epoch that are touched at all; the
    others are probabilities within those. Of each word: `typos` (slips on a keyboard),
    `phonetic` (spelt by ear, Spanish), `accent_loss`, `synonyms` (replaced by another
    word of its set in `synonyms_file`: one set on a line, separated by commas) and
    `word_dropout`. Of each field: `field_dropout`. Of each document: `field_shuffle`
    (its fields in another order) and `shorter` (a part of it only).

    `share` is 0.3 where nothing is said: documents then have some typing errors, lost
    accents, or words cut off, which costs texts like those trained on nothing that can
    be measured, and worse ones are coded better (README, Accuracy). In answers of a few
    words each of them is needed: where training documents have fewer than 7 on average
    it is 0, unless another key of the section is set. With `text.fold_accents` there
    are no accents to lose.

    Only the network learns from such documents, and only training documents are
    touched: validation, calibration and test never are. With stems or lemmas the
    mistakes are made in those.
    """

    share: float | None = probability(None)
    typos: float = probability(0.1)
    phonetic: float = probability(0.0)
    accent_loss: float = probability(0.3)
    synonyms: float = probability(0.0)
    synonyms_file: str | None = None
    word_dropout: float = probability(0.0)
    field_dropout: float = probability(0.0)
    field_shuffle: float = probability(0.0)
    shorter: float = probability(0.3)
