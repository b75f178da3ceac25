"""`CodeCards`: what is said of each code, and which code a name means."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from typing import Any

from han.code_list.list_columns import NOTES
from han.code_list.taxonomy import ROOT, Taxonomy
from han.code_search.code_card import CodeCard
from han.errors import listing
from han.review_making.code_list_rows import code_rows, read_notes_of
from han.runs.run_folder import RunFolder
from han.service.problem import Problem

NEAR = 5  # codes that are named in place of one that is not there


class CodeCards:
    """The codes of a list as JSON says them.

    Args:
        tree: The code list.
        notes: Cells `description`, `includes` and `excludes`, by node.
        titles: Further titles: a node and a text.

    Attributes:
        tree: The code list.

    Example:
        >>> tree = Taxonomy(["4", "46"], [-1, 0], ["Comercio", "Abarrotes"])
        >>> cards = CodeCards(tree, [(1, {"includes": "tiendas"})])
        >>> cards.named(cards.node_of("46")), cards.details(1)["path"]
        ({'code': '46', 'label': 'Abarrotes'}, [{'code': '4', 'label': 'Comercio'}])
    """

    def __init__(
        self,
        tree: Taxonomy,
        notes: Iterable[tuple[int, dict[str, str]]] = (),
        titles: Sequence[tuple[int, str]] = (),
    ) -> None:
        self.tree = tree
        rows = code_rows(tree, list(notes), titles)
        below: list[list[int]] = [[] for _ in rows]
        for node, parent in enumerate(tree.parents.tolist()):
            if parent != ROOT:
                below[parent].append(node)
        self._cards = [
            CodeCard(**{**row, "titles": tuple(row["titles"])}, children=tuple(nodes))
            for row, nodes in zip(rows, below, strict=True)
        ]

    @classmethod
    def of_run(
        cls, run: Path, tree: Taxonomy, titles: Sequence[tuple[int, str]] = ()
    ) -> CodeCards:
        """Those of a run; its notes are read where they were when it was trained.

        Args:
            run: Its folder.
            tree: Its code list.
            titles: Further titles: a node and a text.
        """
        notes = read_notes_of(RunFolder(run).config(), tree, None)
        return cls(tree, notes or [], titles)

    def __iter__(self) -> Iterator[CodeCard]:
        return iter(self._cards)

    def named(self, node: int) -> dict[str, Any]:
        """Code and label; where codes stand under two parents, its path as well."""
        card, naming = self._cards[node], self.tree.naming
        named = {"code": card.code}
        if naming.has_repeats:
            named["code_path"] = naming.paths[node]
        return {**named, "label": card.title}

    def path(self, node: int) -> list[dict[str, Any]]:
        """The codes above one, the top first."""
        return [self.named(int(one)) for one in self.tree.ancestors(node)[:-1]]

    def notes(self, node: int) -> dict[str, str | None]:
        """Its notes; None where there is none."""
        return {name: getattr(self._cards[node], name) or None for name in NOTES}

    def details(self, node: int) -> dict[str, Any]:
        """All that is said of a code."""
        card = self._cards[node]
        return {
            **self.named(node),
            "level": card.level,
            "is_full_code": not card.is_partial,
            "path": self.path(node),
            "parent": None if card.parent is None else self.named(card.parent),
            "children": [self.named(child) for child in card.children],
            **self.notes(node),
            "synonyms": list(card.titles),
        }

    def node_of(self, name: str, field: str | None = None, status: int = 422) -> int:
        """The node that a code means, or its path such as `1 > 11`.

        Args:
            name: The code or path.
            field: Its place in the request.
            status: Of the problem.

        Raises:
            Problem: If there is no such code, or it needs its path.
        """
        found = self.tree.naming.find(name)
        if len(found) == 1:
            return found[0]
        if found:
            paths = [self.tree.naming.paths[node] for node in found]
            raise Problem(
                status,
                f"This code stands under several parents: send its path, one of "
                f"{listing(paths)}.",
                field,
            )
        near = self._near(name)
        said = f" Near: {listing(near)}." if near else ""
        raise Problem(status, f"There is no such code.{said}", field)

    def nodes_of(self, names: Iterable[Any], field: str) -> list[int]:
        """The same for several; `field` is the place of their list."""
        return [self.node_of(n, f"{field}[{k}]") for k, n in enumerate(names)]

    def _near(self, name: str) -> list[str]:
        """Codes that differ in leading zeros, or with the longest beginning in common.

        Names may be long, and lists, too: a request must not wait for either.
        """
        names, digits = self._sorted_names, name.strip()
        if digits.isdecimal() and len(digits) <= self._longest:
            bare = digits.lstrip("0")
            if found := [one for one in names if one.lstrip("0") == bare]:
                return found[:NEAR]
        head = name[: self._longest]
        place = bisect_left(names, head)
        beside = names[max(0, place - 1) : place + 1]
        shared = max(_same_letters(one, head) for one in beside)
        if not shared:
            return []
        first = bisect_left(names, head[:shared])
        alike = takewhile(lambda one: one.startswith(head[:shared]), names[first:])
        return sorted(alike, key=lambda one: abs(len(one) - len(head)))[:NEAR]

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self.tree.node_names))

    @cached_property
    def _sorted_names(self) -> list[str]:
        return sorted(self.tree.node_names)


def _same_letters(one: str, other: str) -> int:
    """How many letters two texts begin with alike."""
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
