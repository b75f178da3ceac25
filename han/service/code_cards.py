"""`CodeCards`: what is said of each code, and which code a name means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from han.code_list.code_hints import code_hint
from han.code_list.list_columns import NOTES
from han.code_list.taxonomy import ROOT, Taxonomy
from han.code_search.code_card import CodeCard
from han.errors import listing
from han.review_making.code_list_rows import Notes, code_rows, read_notes_of
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
        notes: Notes = (),  # type: ignore[assignment]
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

    def __getitem__(self, node: int) -> CodeCard:
        return self._cards[node]

    def __iter__(self) -> Iterator[CodeCard]:
        return iter(self._cards)

    def __len__(self) -> int:
        return len(self._cards)

    @property
    def has_notes(self) -> bool:
        """Whether any code has a note."""
        return any(getattr(card, name) for card in self._cards for name in NOTES)

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
        raise Problem(
            status,
            f"There is no such code.{code_hint(name, self.tree.codes)}{said}",
            field,
        )

    def nodes_of(self, names: Iterable[Any], field: str) -> list[int]:
        """The same for several; `field` is the place of their list."""
        return [self.node_of(n, f"{field}[{k}]") for k, n in enumerate(names)]

    def _near(self, name: str) -> list[str]:
        """Codes with the longest beginning that is the same, if there is one."""
        for size in range(len(name), 0, -1):
            head = name[:size]
            if found := [one for one in self.tree.node_names if one.startswith(head)]:
                return sorted(found, key=lambda one: abs(len(one) - len(name)))[:NEAR]
        return []
