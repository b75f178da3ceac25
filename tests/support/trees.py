"""Random trees."""

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
