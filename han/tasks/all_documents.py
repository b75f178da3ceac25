"""The documents of all tasks: records with a label of any task, texts of code lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from han.code_list.taxonomy import IntArray
from han.data.examples import training_targets
from han.experiment.data_files import documents_with_unlabelled
from han.tasks.joint_documents import JointDocuments, Places, joint_documents
from han.tasks.task_rows import Booleans, TaskRows
from han.text.tokenised_texts import TokenisedTexts, join


@dataclass(frozen=True)
class AllDocuments:
    """What was read for all tasks, row by row.

    Attributes:
        rows: Rows and labels of each task; texts are the same in all.
        extras: Texts of the code list of each task, which train it alone.
    """

    rows: Mapping[str, TaskRows]
    extras: Mapping[str, TokenisedTexts]

    @cached_property
    def _first(self) -> TaskRows:
        return next(iter(self.rows.values()))

    def usable(self, role: str) -> Booleans:
        """Rows of all files that stand for a role in at least one task."""
        masks = [task.is_usable(role) for task in self.rows.values()]
        return np.asarray(np.logical_or.reduce(masks), bool)

    def num_documents(self, role: str) -> int:
        """Number of these rows."""
        return int(self.usable(role).sum())

    def documents(self, role: str) -> TokenisedTexts:
        """Their words, `(n,)`."""
        whole = join([part.documents for part in self._first.parts])
        return whole.take(np.flatnonzero(self.usable(role)))

    @cached_property
    def training(self) -> TokenisedTexts:
        """Words of all that trains: rows, then the texts of all code lists."""
        return join([self.documents("train"), *self.extras.values()])

    def with_unlabelled(self) -> TokenisedTexts:
        """The same with the training rows that have no label of any task."""
        rows = documents_with_unlabelled(self._first.parts)
        return join([rows, *self.extras.values()])

    @property
    def text_keys(self) -> list[str]:
        """Normalised text of each row of all files."""
        return [key for part in self._first.parts for key in part.records.text_keys]

    def cells(self, role: str, kind: str, count: int = 0) -> dict[str, list[str]]:
        """Cells of the rows of a role, of `fields` or `sides`, by name.

        Args:
            role: The role.
            kind: `fields` or `sides`.
            count: So many cells at least: blank ones, of texts of code lists, follow.
        """
        chosen = np.flatnonzero(self.usable(role)).tolist()
        tables = [getattr(part.records, kind) for part in self._first.parts]
        found = {}
        for name in tables[0]:
            cells = [cell for table in tables for cell in table[name]]
            kept = [cells[row] for row in chosen]
            found[name] = kept + [""] * (count - len(kept))
        return found

    def places(self, role: str) -> dict[str, Places]:
        """For each task the place of its rows among the documents of all."""
        order = np.cumsum(self.usable(role)) - 1
        return {name: order[task.is_usable(role)] for name, task in self.rows.items()}

    def joint_training(
        self, votes: Mapping[str, IntArray], code_nodes: Mapping[str, IntArray]
    ) -> JointDocuments:
        """What trains all tasks, of the documents `training`.

        Args:
            votes: Codes of the rows that train each task, `(n, C)`.
            code_nodes: The node that each text of its code list teaches, `(k,)`.
        """
        places, end = self.places("train"), self.num_documents("train")
        found = {}
        for name, own in places.items():
            nodes = code_nodes[name]
            every = np.concatenate([own, np.arange(end, end + len(nodes))])
            # Which documents its examples are; their weights do not matter here.
            ones = np.ones(len(own))
            are_sets = self.rows[name].config.model.gives_sets
            targets = training_targets(votes[name], ones, nodes, 1.0, are_sets=are_sets)
            found[name] = every[targets.rows]
            end += len(nodes)
        return joint_documents(found)
