"""Codes many documents in parts: probabilities of all nodes are held of one at once."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import numpy as np

from han.runs.node_columns import Cells
from han.text.distinct_texts import text_blocks
from han.text.encoded_texts import EncodedTexts


def cells_in_parts(
    texts: EncodedTexts, size: int, code: Callable[[EncodedTexts, slice], Cells]
) -> Cells:
    """Cells by column of all documents, in their order.

    Args:
        texts: The documents.
        size: The most that are coded at once.
        code: Gives the cells of some documents; it is told which ones they are.
    """
    parts = zip(count(0, size), text_blocks(texts, size), strict=False)
    coded = [code(part, slice(first, first + size)) for first, part in parts]
    return {name: np.concatenate([c[name] for c in coded]) for name in coded[0]}
