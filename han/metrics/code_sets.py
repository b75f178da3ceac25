"""Several acceptable codes for a document: right if any of them is given."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.code_list.true_codes import nearest_nodes
from han.errors import InputError
from han.metrics.code_inputs import OUTSIDE, Codes, node_ids


def nearest_truth(
    y_true: Sequence[Codes], y_pred: Codes, taxonomy: Taxonomy
) -> IntArray:
    """The acceptable code that each prediction is held against, as node ids, `(n,)`.

    It is what all scores take as `y_true` where documents have several acceptable
    codes. The code whose path has most in common with the prediction counts; of several
    the shorter one, which gives the best hierarchical F1; of equals the first. So a
    prediction is right at a level if any acceptable code of the document says the same
    there. A code that reaches as deep as the others, added to a set, never lowers an
    accuracy. Sets of one code give the scores of these codes.

    Args:
        y_true: For each of `n` documents its acceptable codes, in any form of
            `node_ids`: `[["0111", "0112"], ["0210"]]`. An empty list is no code.
        y_pred: Predicted codes of `n` documents, in any form of `node_ids`; no code
            abstains, -2 is a code not in the tree.
        taxonomy: The tree.

    Raises:
        InputError: If lengths differ, or a code is not in the tree, see `node_ids`.

    Example:
        >>> from han.metrics import level_accuracy_scores
        >>> tree = Taxonomy(["A", "B", "A1", "A2", "B1"], [-1, -1, 0, 0, 1])
        >>> sets, given = [["A1", "B1"], ["A1", "A2"]], ["B1", "B1"]
        >>> true = nearest_truth(sets, given, tree)
        >>> [tree.codes[node] for node in true]
        ['B1', 'A1']
        >>> level_accuracy_scores(true, given, tree)
        {1: 0.5, 2: 0.5}
    """
    predicted = node_ids(y_pred, taxonomy, unknown="wrong", name="y_pred")
    if isinstance(y_true, str) or len(y_true) != len(predicted):
        raise InputError(
            "`y_true`: Expected a list of codes for each of the "
            f"{len(predicted)} documents. Received {len(y_true)}."
        )
    given = [list(np.asarray(codes, dtype=object)) for codes in y_true]
    width = max(map(len, given), default=0)
    sets = np.full((len(given), max(width, 1)), ROOT, np.int32)
    flat = node_ids(
        [code for codes in given for code in codes], taxonomy, name="y_true"
    )
    rows = np.repeat(np.arange(len(given)), [len(codes) for codes in given])
    places = [place for codes in given for place in range(len(codes))]
    sets[rows, places] = flat
    return nearest_nodes(
        np.where(predicted == OUTSIDE, ROOT, predicted), sets, taxonomy
    )
