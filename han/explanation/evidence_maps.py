"""Maps of evidence by parts, attention, deletion or gradients, for any model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from han.code_list.taxonomy import Taxonomy
from han.errors import InputError
from han.explanation.attention_map import AttentionMap
from han.explanation.attention_weights import attention_maps
from han.explanation.deletion import (
    Predict,
    ShortenedDocuments,
    deletion_maps,
    predicted_paths,
)
from han.explanation.evidence_kinds import By
from han.explanation.integrated_gradients import gradient_maps
from han.explanation.score_maps import score_maps
from han.text.text_encoder import EncodedTexts, TextEncoder


def evidence_maps(
    by: By,
    model: Any,
    predict: Predict,
    encoder: TextEncoder,
    tree: Taxonomy,
    columns: Mapping[str, Sequence[str]],
    texts: EncodedTexts,
) -> list[AttentionMap]:
    """A map of each document.

    Args:
        by: `parts`: what each word adds to the score of the predicted code in all parts
            of a network, on each level and as a whole. `attention`: what the encoder of
            a network attends to, which is not all that it decides by; see
            `AttentionMap.parts`. `deletion`: how much less probable the predicted code
            gets without a word; every model has it. `gradients`: integrated gradients
            of the encoder's word vectors, of a network that was loaded with the engine
            `tensorflow`.
        model: The model.
        predict: Its log-probabilities of all nodes, as they are used, `(n, N)`.
        encoder: Its text encoder.
        tree: Its code list.
        columns: The texts, by field name.
        texts: The same, encoded.

    Raises:
        InputError: If the model has no such evidence, or `by` is another word.
    """
    if by not in get_args(By):
        expected = ", ".join(get_args(By))
        raise InputError(f"`by`: Expected one of {expected}. Received {by!r}.")
    if by == "attention":
        return attention_maps(model, predict, encoder, tree, columns, texts)
    shortened = ShortenedDocuments(predict, encoder, columns, texts)
    if by == "deletion":
        return deletion_maps(shortened, tree)
    nodes = predicted_paths(predict, texts, tree)
    if by == "parts":
        return score_maps(model, shortened.documents, texts, nodes, tree)
    return gradient_maps(model, shortened.documents, texts, nodes[:, -1], tree)
