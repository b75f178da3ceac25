"""The code list as a tree of nodes, held in arrays.

A node is a *path* from the top, not a code: the same code under two parents is two
nodes. The root is no node: it is written -1 and stands on level 0. Nodes are numbered
level by level with siblings together: parents come first, and a level is one slice.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from han.code_list.code_spelling import plain_code, plain_path
from han.code_list.node_names import NodeNames, check_codes
from han.code_list.parent_cycles import cycle_message
from han.errors import InputError
from han.languages.remarks import Remark

ROOT = -1
IntArray = npt.NDArray[np.int32]


class Taxonomy:
    """A tree of codes of any depth, with uneven branches and only children.

    Args:
        codes: One code for each node, as text.
        parents: For each node the position of its parent in `codes`, -1 at the top.
        titles: One title for each node; the code itself where it is empty.

    Raises:
        InputError: If the list is empty or its parts differ in length, the parents do
            not form a forest, or siblings share a code.

    Attributes:
        codes: Code of each node, `(N,)` text.
        titles: Title of each node, `(N,)` text.
        parents: Node id of the parent, `(N,)`; -1 at the top.
        levels: Level of each node, `(N,)`; 1 at the top.
        paths: Node ids from the top down to the node, `(N, L)`; -1 after its end.
        leaves: Ids of the nodes without children, `(num_leaves,)`, from left to right.
        remarks: What the reader of a file understood; it is not saved.
        notes: Cells `description`, `includes`, `excludes` of codes; not saved, either.

    Example:
        >>> tree = Taxonomy(["46", "461", "463"], [-1, 0, 0])
        >>> tree.code_path(tree.find(["46", "463"]))
        ('46', '463')
        >>> tree.num_levels, tree.leaves.tolist()
        (2, [1, 2])
    """

    def __init__(
        self,
        codes: Sequence[str],
        parents: Sequence[int] | IntArray,
        titles: Sequence[str] | None = None,
    ) -> None:
        check_codes(codes)
        codes = [plain_code(str(code)) for code in codes]
        titles = list(titles) if titles is not None else [""] * len(codes)
        if not len(codes) == len(parents) == len(titles):
            raise InputError(
                f"The code list has {len(codes)} codes, {len(parents)} parents and "
                f"{len(titles)} titles. Give as many of each."
            )
        order, renumbered = _level_order(codes, np.asarray(parents, dtype=np.int64))
        self.codes: tuple[str, ...] = tuple(codes[i] for i in order)
        self.titles: tuple[str, ...] = tuple(
            titles[i] or self.codes[k] for k, i in enumerate(order)
        )
        self.parents: IntArray = renumbered
        self._by_path = self._index_paths()
        self.remarks: tuple[Remark, ...] = ()
        self.notes: list[tuple[str, dict[str, str]]] = []

    @classmethod
    def from_paths(
        cls,
        paths: Iterable[Sequence[str]],
        titles: dict[tuple[str, ...], str] | None = None,
    ) -> Taxonomy:
        """Builds the tree of all given code paths and their ancestors, sorted by code.

        Raises:
            InputError: If a path is one text, or a code in it is no text or blank.

        Example:
            >>> Taxonomy.from_paths([("1", "1"), ("2", "1")]).num_nodes
            4
        """
        paths = list(paths)
        for path in paths:
            check_codes(path)
        plain = list(map(plain_path, paths))
        known = {path[:k] for path in plain for k in range(1, len(path) + 1)}
        order = sorted(known, key=lambda path: (len(path), path))
        position = {path: i for i, path in enumerate(order)}
        parents = [position.get(path[:-1], ROOT) for path in order]
        names = [(titles or {}).get(path, "") for path in order]
        return cls([path[-1] for path in order], parents, names)

    def _index_paths(self) -> dict[tuple[str, ...], int]:
        index: dict[tuple[str, ...], int] = {}
        for node in range(self.num_nodes):
            path = self.code_path(node)
            if path in index:
                raise InputError(
                    f"The code list has {'/'.join(path)!r} twice under one parent. "
                    "Each code may stand there once: remove one of the two."
                )
            index[path] = node
        return index

    @property
    def num_nodes(self) -> int:
        """Number of nodes `N`; the root is not one of them."""
        return len(self.codes)

    @property
    def num_levels(self) -> int:
        """Number of levels `L` of the deepest branch."""
        return int(self.levels.max(initial=0))

    @cached_property
    def levels(self) -> IntArray:
        """Level of each node, `(N,)`, 1 at the top."""
        levels = np.ones(self.num_nodes, dtype=np.int32)
        for node, parent in enumerate(self.parents):  # a parent comes before its child
            if parent != ROOT:
                levels[node] = levels[parent] + 1
        return levels

    @cached_property
    def paths(self) -> IntArray:
        """Node ids from the top down to each node, `(N, L)`, -1 after its end."""
        paths = np.full((self.num_nodes, self.num_levels), ROOT, dtype=np.int32)
        for node, parent in enumerate(self.parents):
            if parent != ROOT:
                paths[node] = paths[parent]
            paths[node, self.levels[node] - 1] = node
        return paths

    @cached_property
    def child_counts(self) -> IntArray:
        """Number of children of each node, `(N,)`."""
        inner = self.parents[self.parents != ROOT]
        return np.bincount(inner, minlength=self.num_nodes).astype(np.int32)

    @cached_property
    def leaves(self) -> IntArray:
        """Ids of the nodes without children, from left to right in the tree."""
        found = np.flatnonzero(self.child_counts == 0)
        return found[np.lexsort(self.paths[found].T[::-1])].astype(np.int32)

    @cached_property
    def leaf_spans(self) -> IntArray:
        """`(N, 2)`: `leaves[start:stop]` are the leaves under (or at) each node."""
        spans = np.zeros((self.num_nodes, 2), dtype=np.int32)
        spans[:, 0] = len(self.leaves)
        for position, leaf in enumerate(self.leaves):
            above = self.ancestors(int(leaf))
            spans[above, 0] = np.minimum(spans[above, 0], position)
            spans[above, 1] = position + 1
        return spans

    def sum_leaves(self, leaf_values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Value of every node as the sum over the leaves under (or at) it.

        Args:
            leaf_values: `(n, num_leaves)`, in the order of `leaves`.

        Returns:
            `(n, N)`.
        """
        edges = self.leaf_spans.reshape(-1)  # start, stop, start, stop, ...
        padded = np.pad(leaf_values, ((0, 0), (0, 1)))  # a stop may be one past the end
        return np.add.reduceat(padded, edges, axis=1)[:, ::2]

    def children(self, node: int) -> IntArray:
        """Ids of the children of `node` (-1: of the root)."""
        return np.flatnonzero(self.parents == node).astype(np.int32)

    def ancestors(self, node: int) -> IntArray:
        """Ids from the top down to `node`, itself included; empty for the root (-1)."""
        return self.paths[node, : self.levels[node] if node != ROOT else 0]

    def lowest_common_ancestor(
        self, first: npt.ArrayLike, second: npt.ArrayLike
    ) -> IntArray:
        """Deepest node that is an ancestor of (or equal to) both; -1 is the root.

        Args:
            first: Node ids, any shape; -1 is the root.
            second: Node ids of the same shape.

        Raises:
            ValueError: If an id is not in the tree, such as the -2 of `han.metrics`.
        """
        for ids in (np.asarray(first), np.asarray(second)):
            if ids.size and not (ids.min() >= ROOT and ids.max() < self.num_nodes):
                raise ValueError(
                    f"Node ids must be -1 to {self.num_nodes - 1}. "
                    f"Received: {ids.min()} to {ids.max()}."
                )
        padded = np.vstack([self.paths, np.full((1, self.num_levels), ROOT, np.int32)])
        one, two = padded[np.asarray(first)], padded[np.asarray(second)]
        shared = np.where((one == two) & (one != ROOT), one, ROOT)
        deepest: IntArray = shared.max(axis=-1, initial=ROOT).astype(np.int32)
        return deepest

    def code_path(self, node: int) -> tuple[str, ...]:
        """Codes from the top down to `node`; empty for the root (-1)."""
        path: list[str] = []
        while node != ROOT:
            path.append(self.codes[node])
            node = int(self.parents[node])
        return tuple(reversed(path))

    def find(self, path: Sequence[str]) -> int | None:
        """Node id of a path of codes, or None; the empty path is the root (-1)."""
        key = tuple(path) if tuple(path) in self._by_path else plain_path(path)
        return self._by_path.get(key) if path else ROOT

    @property
    def nodes_of_code(self) -> dict[str, list[int]]:
        """Ids of all nodes with a given code; more than one if it has two parents."""
        return self.naming.nodes_of_code

    @cached_property
    def naming(self) -> NodeNames:
        """What nodes are called in outputs, and which node a name means."""
        return NodeNames([self.code_path(node) for node in range(self.num_nodes)])

    @property
    def node_names(self) -> tuple[str, ...]:
        """Name of each node, `(N,)`: its code, or its path where the code repeats."""
        return self.naming.names

    def __eq__(self, other: object) -> bool:
        """Equal codes, titles and parents in the same order."""
        return isinstance(other, Taxonomy) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((self.codes, self.parents.tobytes()))

    def __repr__(self) -> str:
        return (
            f"Taxonomy({self.num_nodes} nodes, {self.num_levels} levels, "
            f"{len(self.leaves)} leaves)"
        )

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form; `Taxonomy(**form)` gives the same tree."""
        return {
            "codes": list(self.codes),
            "parents": self.parents.tolist(),
            "titles": list(self.titles),
        }

    def save(self, file: str | Path) -> None:
        """Writes the tree as JSON."""
        Path(file).write_text(
            json.dumps(self.to_dict(), ensure_ascii=False, indent=1), encoding="utf-8"
        )

    @classmethod
    def load(cls, file: str | Path) -> Taxonomy:
        """Reads what `save` wrote."""
        return cls(**json.loads(Path(file).read_text(encoding="utf-8")))


def _level_order(
    codes: Sequence[str], parents: npt.NDArray[np.int64]
) -> tuple[list[int], IntArray]:
    """Positions in level order with siblings together, and the renumbered parents."""
    if not len(codes):
        raise InputError("The code list is empty. It needs at least one code.")
    waiting: dict[int, list[int]] = {}
    for position, parent in enumerate(parents):
        if not ROOT <= parent < len(codes):
            raise InputError(
                f"Code {codes[position]!r} has parent position {parent}, expected "
                f"-1 (top) or 0 to {len(codes) - 1}."
            )
        waiting.setdefault(int(parent), []).append(position)
    order, renumbered = list(waiting.get(ROOT, [])), [ROOT] * len(waiting.get(ROOT, []))
    for node, position in enumerate(order):  # the list grows while it is read
        children = waiting.get(position, [])
        order.extend(children)
        renumbered.extend([node] * len(children))
    if len(order) < len(codes):
        raise InputError(cycle_message(codes, parents.tolist()))
    return order, np.asarray(renumbered, dtype=np.int32)
