"""The predicted node and its probability at each level."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import ROOT, IntArray, Taxonomy

FloatArray = npt.NDArray[np.floating]
UNKNOWN = -1  # truth below a partial code


@dataclass(frozen=True)
class CodedPaths:
    """The most probable full code of `n` documents, level by level.

    A code that ends above the last level stands for itself on the levels below, so that
    every level has a node and a probability, and the probability never rises with the
    level: a sure code means that the codes above it are sure.

    Attributes:
        nodes: Node on each level, `(n, L)`.
        probabilities: Its probability, `(n, L)`.
    """

    nodes: IntArray
    probabilities: FloatArray

    def take(self, documents: npt.NDArray[np.integer]) -> CodedPaths:
        """The chosen documents, in the given order."""
        return CodedPaths(self.nodes[documents], self.probabilities[documents])


def coded_paths(log_probabilities: FloatArray, tree: Taxonomy) -> CodedPaths:
    """The path of the most probable full code; ties go to the first in the tree.

    Args:
        log_probabilities: Coherent log-probabilities of all nodes, `(n, N)`.
        tree: The code list.

    Example:
        >>> tree = Taxonomy(["1", "2", "21", "22"], [-1, -1, 1, 1])
        >>> paths = coded_paths(np.log([[0.6, 0.4, 0.3, 0.1]]), tree)
        >>> paths.nodes.tolist(), paths.probabilities.round(1).tolist()
        ([[0, 0]], [[0.6, 0.6]])
    """
    best = tree.leaves[np.take(log_probabilities, tree.leaves, axis=1).argmax(axis=1)]
    nodes = level_nodes(best, tree)
    logs = np.take_along_axis(log_probabilities, nodes, axis=1)
    return CodedPaths(nodes, np.exp(logs.astype(np.float64)))


def found_paths(leaves: IntArray, path_logs: FloatArray, tree: Taxonomy) -> CodedPaths:
    """The paths of full codes that were found otherwise.

    Args:
        leaves: The codes, `(n,)`.
        path_logs: Log-probabilities on their paths, `(n, L)`; those below are not read.
        tree: The code list.
    """
    places = np.minimum(np.arange(tree.num_levels), tree.levels[leaves][:, None] - 1)
    logs = np.take_along_axis(path_logs, places, axis=1)
    return CodedPaths(level_nodes(leaves, tree), np.exp(logs.astype(np.float64)))


def level_nodes(nodes: IntArray, tree: Taxonomy) -> IntArray:
    """Node of each document on each level, `(n, L)`.

    A full code that ends early stands for itself below; below a partial code, and for
    documents of the node -1, there is -1.

    Args:
        nodes: `(n,)`.
        tree: The code list.

    Example:
        >>> tree = Taxonomy(["1", "2", "21", "22"], [-1, -1, 1, 1])
        >>> level_nodes(np.array([0, 1, 3, -1]), tree).tolist()
        [[0, 0], [1, -1], [1, 3], [-1, -1]]
    """
    nodes = np.asarray(nodes)
    is_there = nodes != ROOT
    paths = np.where(is_there[:, None], tree.paths[nodes], UNKNOWN)
    is_leaf = is_there & (tree.child_counts[nodes] == 0)
    found = np.where((paths == ROOT) & is_leaf[:, None], nodes[:, None], paths)
    return np.asarray(found, np.int32)
