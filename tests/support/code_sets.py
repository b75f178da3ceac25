"""Random trees, sets of codes and coherent probabilities; slow oracles of sets."""

from itertools import product

import numpy as np
from hypothesis import strategies as st

from han import Taxonomy
from support.trees import tree_of, trees


@st.composite
def set_problems(draw, *, given=True):
    """A tree, and true and given sets of some records, with -1 among them."""
    tree = tree_of(draw(trees()))
    rows = draw(st.integers(1, 6))
    node = st.integers(-1, tree.num_nodes - 1)

    def sets():
        width = draw(st.integers(1, 4))
        row = st.lists(node, min_size=width, max_size=width)
        return np.array(draw(st.lists(row, min_size=rows, max_size=rows)))

    return (tree, sets(), sets()) if given else (tree, sets())


def ancestors(nodes, tree):
    """Nodes of a record with all above them, as a Python set."""
    return {int(a) for node in nodes if node >= 0 for a in tree.ancestors(int(node))}


def below_partial(nodes, tree):
    """Nodes of which a record says nothing."""
    codes = [int(n) for n in nodes if n >= 0]
    others = {a for n in codes for a in ancestors([n], tree) - {n}}
    partial = {n for n in codes if tree.child_counts[n] and n not in others}
    return {n for n in range(tree.num_nodes) if (ancestors([n], tree) - {n}) & partial}


def coherent_logs(tree, rows, rng, least=0.05):
    """Log-probabilities of all nodes: each child a share of its parent, `(n, N)`."""
    logs = np.log(rng.uniform(least, 0.98, (rows, tree.num_nodes)))
    for node, parent in enumerate(tree.parents):
        if parent >= 0:
            logs[:, node] += logs[:, parent]
    return logs


def coherent_sets(tree):
    """All sets of nodes that are closed under ancestors, the empty one first."""
    parents = tree.parents
    return [
        members
        for members in product([0, 1], repeat=tree.num_nodes)
        if all(p < 0 or members[p] >= m for m, p in zip(members, parents, strict=True))
    ]


def drawn_members(logs, tree, rng):
    """Closed sets drawn as the head says: each child given its parent, `(n, N)`."""
    shares = np.exp(logs)
    inner = tree.parents >= 0
    shares[:, inner] /= np.exp(logs[:, tree.parents[inner]])
    members = rng.random(logs.shape) < shares
    for node in np.flatnonzero(inner):
        members[:, node] &= members[:, tree.parents[node]]
    return members


def flat_tree(size):
    return Taxonomy([str(node) for node in range(size)], [-1] * size)
