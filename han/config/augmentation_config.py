"""Section `augmentation`: what is done to training documents, anew in each epoch."""

from __future__ import annotations

from dataclasses import dataclass

from han.config.value_limits import probability


@dataclass(frozen=True)
class AugmentationConfig:
    """Noise in training documents; `share: 0` leaves all of them as they are.

    By default three in ten training documents have typing errors, lost accents, or
    words cut off, drawn anew in each epoch. It costs nothing that can be measured on
    texts like those trained on, and worse texts are coded better
    (docs/benchmarks/stress.md).

    All other numbers are probabilities within the documents that are touched. Only the
    network learns from such documents. Validation, calibration and test are never
    touched. With stems or lemmas the mistakes are made in those.

    Attributes:
        share: Share of the documents of an epoch that are touched. 0.3 by default, but
            0 where training documents have fewer than 7 words on average and no other
            key of this section is set: short answers need each of their words.
        typos: Of each word: a slip on the keyboard.
        phonetic: Of each word: spelt by ear. Spanish only.
        accent_loss: Of each word: its accents are lost. Does nothing with
            `text.fold_accents`.
        synonyms: Of each word: replaced by another one of its set in `synonyms_file`.
        synonyms_file: Sets of words that may stand for each other: one set on a line,
            separated by commas.
        word_dropout: Of each word: left out.
        field_dropout: Of each field: left out. For documents of several fields.
        field_shuffle: Of each document: its fields in another order.
        shorter: Of each document: cut to a part of itself.
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
