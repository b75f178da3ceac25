"""Codes of labels that a run's code list does not have, as after a revision."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from han.code_list.node_names import path_text
from han.code_list.taxonomy import ROOT, Taxonomy

UNKNOWN_ABOVE = "?"  # stands for the codes above one whose place is not known


class WiderTaxonomy(Taxonomy):
    """A code list, and behind its nodes codes that it does not have.

    The nodes of the list keep their numbers, so that what a run says of them can be
    read here, too. It serves scores alone: siblings need not follow one another. A
    path outside the list hangs below its last known code. Below a full code of the
    list there is nothing: such a path is another child of the code above, as the run
    has no full code for it. Paths are cut to the levels of the list.

    Args:
        tree: The code list.
        paths: Paths of codes from the top that it does not have.
        whole: Whether they are paths. Else each is a code alone, whose place is not
            known: it stands on the last level, and agrees with no code at any level.

    Example:
        >>> wider = WiderTaxonomy(Taxonomy(["1", "11"], [-1, 0]), [("1", "19")])
        >>> wider.code_path(2), wider.num_nodes
        (('1', '19'), 3)
        >>> wider.place(("1", "19"))
        2
    """

    def __init__(
        self, tree: Taxonomy, paths: Iterable[tuple[str, ...]], *, whole: bool = True
    ) -> None:
        self.codes, self.titles = tree.codes, tree.titles
        self.parents, self._by_path = tree.parents, dict(tree._by_path)
        self._places: dict[tuple[str, ...], int] = {}
        above = (UNKNOWN_ABOVE,) * (tree.num_levels - 1)
        added: list[tuple[str, int]] = []
        for path in sorted(set(paths)):
            steps = _steps(tree, path if whole else (*above, *path))
            self._places[path] = self._add(steps, added, tree.num_nodes)
        codes = tuple(code for code, _ in added)
        self.codes, self.titles = self.codes + codes, self.titles + codes
        parents = np.array([parent for _, parent in added], np.int32)
        self.parents = np.append(tree.parents, parents)

    def _add(
        self, steps: tuple[str, ...], added: list[tuple[str, int]], first: int
    ) -> int:
        """Node of a path; what is missing of it is added."""
        node = ROOT
        for end in range(1, len(steps) + 1):
            known = self._by_path.get(steps[:end])
            if known is None:
                known = first + len(added)
                added.append((steps[end - 1], node))
                self._by_path[steps[:end]] = known
            node = known
        return node

    def place(self, path: tuple[str, ...]) -> int:
        """Node of one of the paths that were given."""
        return self._places[path]


def _steps(tree: Taxonomy, path: tuple[str, ...]) -> tuple[str, ...]:
    """The path without full codes of the list, cut to its levels."""
    above = path[: tree.num_levels - 1] if len(path) > tree.num_levels else path[:-1]
    depth = max(k for k in range(len(above) + 1) if tree.find(above[:k]) is not None)
    node = tree.find(above[:depth])
    if depth and node is not None and tree.child_counts[node] == 0:
        above = above[: depth - 1]
    steps = (*above, path[-1])
    return steps if tree.find(steps) is None else (*above, path_text(path))
