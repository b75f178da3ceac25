"""Random trees."""

import numpy as np
from hypothesis import strategies as st

from han import Taxonomy


@st.composite
def trees(draw):
    """Parents in level order with siblings together: only children, gaps and all."""
    parents = [-1] * draw(st.integers(1, 3))
    first = 0
    for _ in range(draw(st.integers(0, 3))):
        above, first = range(first, len(parents)), len(parents)
        for parent in above:
            parents += [parent] * draw(st.integers(0, 3))
    return parents


def tree_of(parents):
    """A tree with these parents, every code another."""
    return Taxonomy([f"c{node}" for node in range(len(parents))], parents)


def sets_on(count, most=4):
    """Sets of some documents over so many nodes, `(B, A)`; -1 after the last."""
    some = st.lists(st.integers(0, count - 1), min_size=1, max_size=most, unique=True)
    return st.lists(some, min_size=1, max_size=5).map(filled)


def filled(sets):
    """Lists of nodes as an array, -1 after the last of each."""
    width = max(map(len, sets))
    return np.array([[*s, *[-1] * (width - len(s))] for s in sets], np.int32)
