"""Rare codes in training: weights by code, or sampling by code."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import IntArray, Taxonomy

Floats = npt.NDArray[np.float64]
# What the size of its class does to a record: weight or chance go with size ** -power.
POWERS = {"none": 0.0, "sqrt": 0.5, "balanced": 1.0, "class": 1.0}


def class_sizes(nodes: IntArray, tree: Taxonomy) -> Floats:
    """Number of training examples of the code of each example, `(n,)`.

    A code that stops early stands for the codes below it: its size is their mean, over
    those that have examples; if none has, the number of its own.

    Args:
        nodes: True nodes, `(n,)`.
        tree: The code list.

    Example:
        >>> tree = Taxonomy(["1", "11", "12", "13"], [-1, 0, 0, 0])
        >>> class_sizes(np.array([1, 1, 1, 2, 0]), tree).tolist()
        [3.0, 3.0, 3.0, 1.0, 2.0]
    """
    counts = np.bincount(nodes, minlength=tree.num_nodes)
    leaves = counts[tree.leaves]
    below, seen = tree.sum_leaves(np.stack([leaves, leaves > 0]))
    means = np.where(seen > 0, below / np.maximum(seen, 1), counts)
    sizes: Floats = means[nodes]
    return sizes


def class_weights(
    nodes: IntArray, weights: Floats, tree: Taxonomy, kind: str
) -> Floats:
    """Weights of training examples times a weight of their code.

    `balanced` gives every code the same weight in all, `sqrt` goes half of the way:
    the weight of a code grows with the root of its number of examples. The mean of the
    factors, over the weights that they multiply, is 1.

    Args:
        nodes: True nodes, `(n,)`.
        weights: Weights so far, as those of a survey, `(n,)`.
        tree: The code list.
        kind: `none`, `balanced` or `sqrt`.

    Example:
        >>> tree = Taxonomy(["1", "2"], [-1, -1])
        >>> class_weights(np.array([0, 0, 0, 1]), np.ones(4), tree, "balanced").round(2)
        array([0.67, 0.67, 0.67, 2.  ])
    """
    factors = class_sizes(nodes, tree) ** -POWERS[kind]
    changed: Floats = weights * factors * (weights.sum() / (weights * factors).sum())
    return changed


def drawn_rows(
    sizes: Floats, kind: str, seed: int, epoch: int
) -> npt.NDArray[np.int64]:
    """As many examples as there are, drawn with replacement for one epoch.

    `class` draws every code as often as any other, `sqrt` in proportion to the root of
    its number of examples. What is drawn depends on seed and epoch alone, so that a
    resumed run sees what an uninterrupted one sees.

    Args:
        sizes: `class_sizes` of the examples, `(n,)`.
        kind: `sqrt` or `class`.
        seed: Seed of the run.
        epoch: Number of the epoch.
    """
    generator = np.random.default_rng((seed, epoch, len(sizes)))
    chances = sizes ** -POWERS[kind]
    return generator.choice(len(sizes), len(sizes), p=chances / chances.sum())
