"""The head of a tree in NumPy by itself."""

import numpy as np
import pytest
from support.layers import random
from support.small_networks import TREE

from han.layers.tree_groups import TreeGroups
from han.layers.tree_softmax_numpy import NumpyTreeSoftmax


@pytest.mark.parametrize("head", ["tree", "leaf", "levels"])
@pytest.mark.parametrize("parents", [[-1], [-1, -1, 0, 0, 1, 2, 2], [-1, -1, -1, 0]])
def test_it_adds_up_over_children(head, parents):
    scored = len(TreeGroups(parents, head).scored)
    made = NumpyTreeSoftmax(parents, head, [random(scored, 5), random(scored, seed=2)])
    p = np.exp(made(random(4, 5, seed=3)))
    tops = [n for n, parent in enumerate(parents) if parent < 0]
    np.testing.assert_allclose(p[:, tops].sum(axis=1), 1, atol=1e-5)
    for node in set(parents) - {-1}:
        children = [n for n, parent in enumerate(parents) if parent == node]
        np.testing.assert_allclose(p[:, children].sum(axis=1), p[:, node], atol=1e-5)


def test_a_head_reads_the_vector_of_each_level():
    drawn = np.random.default_rng(0)
    kernel, bias = drawn.normal(size=(6, 3)), drawn.normal(size=6)
    head = NumpyTreeSoftmax(TREE.parents.tolist(), "tree", [kernel, bias])
    vectors = drawn.normal(size=(4, 2, 3))
    first, second = (head(np.ascontiguousarray(vectors[:, i])) for i in (0, 1))
    found = head(vectors)
    np.testing.assert_allclose(found[:, :2], first[:, :2], atol=1e-6)
    local = second - np.where(TREE.parents >= 0, second[:, TREE.parents], 0)
    above = found[:, TREE.parents[2:]]
    np.testing.assert_allclose(found[:, 2:] - above, local[:, 2:], atol=1e-6)


def test_a_kernel_of_another_tree_is_said():
    with pytest.raises(ValueError, match="4 nodes with a score"):
        NumpyTreeSoftmax([-1, -1, 0, 0], "tree", [random(3, 2), random(3)])
