"""Nodes as the cells of a prediction that say which codes they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import IntArray, Taxonomy
from han.decisions.decoding import Decoding

Cells: TypeAlias = dict[str, npt.NDArray[Any]]


def code_columns(nodes: IntArray, tree: Taxonomy) -> Cells:
    """`code` of each node and, where codes stand under two parents, `code_path`.

    Args:
        nodes: Node ids, `(n,)`; -1 for none, whose cells are "".
        tree: The code list.

    Example:
        >>> tree = Taxonomy(["1", "2", "9", "9"], [-1, -1, 0, 1])
        >>> {k: v.tolist() for k, v in code_columns(np.array([3, -1]), tree).items()}
        {'code': ['9', ''], 'code_path': ['2 > 9', '']}
    """
    cells = {"code": _texts(tree.codes, nodes)}
    if tree.naming.has_repeats:
        cells["code_path"] = _texts(tree.naming.paths, nodes)
    return cells


def node_columns(nodes: IntArray, tree: Taxonomy) -> Cells:
    """The same, with `level` (0 for none) and `label`."""
    return {
        **code_columns(nodes, tree),
        "level": np.append(tree.levels, 0)[nodes],
        "label": _texts(tree.titles, nodes),
    }


def decoding_columns(decoding: Decoding, tree: Taxonomy) -> Cells:
    """All columns of a prediction that come from probabilities alone."""
    cells = node_columns(decoding.nodes, tree)
    cells["probability"] = decoding.probabilities
    cells["margin"] = decoding.margins
    for level, values in enumerate(decoding.level_probabilities.T, start=1):
        cells[f"p_level_{level}"] = values
    return cells | top_columns(decoding, tree)


def top_columns(decoding: Decoding, tree: Taxonomy) -> Cells:
    """Those of the most probable full codes."""
    cells: Cells = {}
    for k in range(decoding.top_nodes.shape[1]):
        codes = code_columns(decoding.top_nodes[:, k], tree)
        cells |= {f"top_{k + 1}_{name}": texts for name, texts in codes.items()}
        cells[f"top_{k + 1}_probability"] = decoding.top_probabilities[:, k]
    return cells


def listed_code(nodes: IntArray, tree: Taxonomy) -> npt.NDArray[np.object_]:
    """The one cell that says which node it is: its path if codes repeat, else its code.

    Args:
        nodes: Node ids of any shape; -1 for none, whose cell is "".
        tree: The code list.
    """
    return _texts(tree.naming.paths if tree.naming.has_repeats else tree.codes, nodes)


def _texts(texts: Sequence[str], nodes: IntArray) -> npt.NDArray[np.object_]:
    return np.array([*texts, ""], dtype=object)[nodes]  # the last one is of -1
