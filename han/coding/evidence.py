"""Records with the evidence in them, each kind computed when it is asked for."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from han.attention.deletion import (
    Effects,
    Floats,
    Shortened,
    deletion_effects,
    effect_map,
    predicted_paths,
)
from han.attention.faithfulness import ATTENTION, DELETION, correlations
from han.attention.gradients import gradient_maps
from han.attention.maps import AttentionMap, By
from han.attention.weights import attention_maps, numpy_form
from han.classifier import Classifier
from han.coding.labelled import WrittenRecords
from han.errors import InputError
from han.taxonomy import IntArray
from han.text.encoding import EncodedTexts


@dataclass(frozen=True)
class Explained:
    """Records with the evidence in them, each kind computed when it is asked for.

    Attributes:
        classifier: A run.
        records: The records.
        run: Its folder, for evidence that only TensorFlow can compute.
    """

    classifier: Classifier
    records: WrittenRecords
    run: Path | None = None

    @cached_property
    def texts(self) -> EncodedTexts:
        """The records as the model reads them."""
        columns, side = self.records.columns, self.records.side
        return self.classifier.encode(columns, side=side)

    @cached_property
    def shortened(self) -> Shortened:
        """The records, to be coded without some of their words."""
        encoder, predict = self.classifier.encoder, self.classifier.log_probabilities
        is_shown = sys.stderr.isatty()
        columns = self.records.columns
        return Shortened(predict, encoder, columns, self.texts, progress=is_shown)

    @cached_property
    def nodes(self) -> IntArray:
        """Predicted node of each level, `(n, L)`."""
        predict = self.shortened.predict
        return predicted_paths(predict, self.texts, self.classifier.taxonomy)

    @cached_property
    def effects(self) -> list[Effects]:
        """What each record loses by deletion."""
        return deletion_effects(self.shortened, self.nodes)

    @cached_property
    def attention(self) -> list[AttentionMap]:
        """What the encoder attends to in each record."""
        known = self.classifier
        columns = self.records.columns
        encoder, predict = known.encoder, known.log_probabilities
        return attention_maps(
            known.model, predict, encoder, known.taxonomy, columns, self.texts
        )

    @cached_property
    def gradients(self) -> list[AttentionMap]:
        """What the code of each record owes to the vectors of the encoder."""
        model = self.classifier.model
        numpy_form(model)  # says clearly if the model is no network
        if self.run is not None:
            model = Classifier.load(self.run, engine="tensorflow").model
        documents, tree = self.shortened.documents, self.classifier.taxonomy
        return gradient_maps(model, documents, self.texts, self.nodes[:, -1], tree)

    def maps(self, by: By) -> list[AttentionMap]:
        """Evidence of one kind in each record."""
        if by == "attention":
            return self.attention
        if by == "gradients":
            return self.gradients
        codes = self.classifier.taxonomy.codes
        documents = self.shortened.documents
        return [
            effect_map(document, effects, -1, codes[node])
            for document, effects, node in zip(
                documents, self.effects, self.nodes[:, -1], strict=True
            )
        ]


def agreement(explained: Explained, other: Explained) -> dict[str, Floats]:
    """Rank correlation of the evidence of two runs, `(n,)` by what gave it.

    Args:
        explained: The records, by one run.
        other: The same records, by the other.
    """
    read = [
        one & two
        for one, two in zip(
            explained.shortened.is_read(), other.shortened.is_read(), strict=True
        )
    ]
    shares = [[found.shares for found in each.attention] for each in (explained, other)]
    words = [[e.words[:, -1] for e in each.effects] for each in (explained, other)]
    return {
        name: correlations(one, two, read)[0]
        for name, (one, two) in ((ATTENTION, shares), (DELETION, words))
    }


def default_evidence(classifier: Classifier) -> By:
    """Attention where there is some; else deletion, which every model has."""
    try:
        numpy_form(classifier.model)
    except InputError:
        return "deletion"
    return "attention"
