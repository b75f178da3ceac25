"""Evidence by parts, as maps: what all of a network owes to each word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import IntArray, Taxonomy
from han.errors import InputError
from han.explanation.attention_map import AttentionMap
from han.explanation.attention_weights import named_parts, numpy_form
from han.explanation.score_shares import ScoreShares, score_shares
from han.explanation.written_words import WrittenDocument, per_document
from han.text.text_encoder import EncodedTexts


def score_maps(
    model: Any,
    documents: Sequence[WrittenDocument],
    texts: EncodedTexts,
    nodes: IntArray,
    tree: Taxonomy,
) -> list[AttentionMap]:
    """Maps of all that a network decides by.

    Args:
        model: A network.
        documents: The words.
        texts: The same, encoded.
        nodes: Node of each level, `(n, L)`.
        tree: The code list.

    Returns:
        A map of each document, whose `levels` are its choices; it is their sum.

    Raises:
        InputError: If the model is no network, or one that NumPy cannot compute.
    """
    network = numpy_form(model)
    if network is None:
        raise InputError(
            "This network has an encoder that TensorFlow alone can compute, so that "
            "its score has no parts by word. Take evidence by deletion."
        )
    found = score_shares(network, texts, nodes)
    cut = per_document(found.words, texts.document_words)
    return [
        _map(document, words, i, found, [tree.node_names[node] for node in nodes[i]])
        for i, (document, words) in enumerate(zip(documents, cut, strict=True))
    ]


def _map(
    document: WrittenDocument,
    words: npt.NDArray[np.float64],
    row: int,
    found: ScoreShares,
    codes: list[str],
) -> AttentionMap:
    parts, rest = named_parts(found.parts[:, row]), found.rest[row]

    def of(weights: npt.NDArray[np.float64], level: int, rest: float) -> AttentionMap:
        return AttentionMap.of_sums(
            document,
            weights,
            by="parts",
            code=codes[level - 1],
            parts=parts,
            level=level,
            rest=rest,
        )

    levels = tuple(of(words[:, i], i + 1, float(rest[i])) for i in range(len(codes)))
    # 0 is all levels, and their code that of the last.
    return replace(of(words.sum(axis=1), 0, float(rest.sum())), levels=levels)
