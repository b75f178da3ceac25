"""Encoded documents with their codes and weights, for training or evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import ROOT, IntArray
from han.code_list.true_codes import TrueCodes
from han.data.coders import joined, soft_labels
from han.data.records import Records
from han.errors import InputError
from han.text.encoded_texts import SideArray
from han.text.text_encoder import EncodedTexts


@dataclass(frozen=True)
class Origin:
    """Where documents come from.

    Attributes:
        records: The table.
        places: Position of each document in it, `(n,)`.
    """

    records: Records
    places: npt.NDArray[np.int64]

    @property
    def rows(self) -> npt.NDArray[np.int64]:
        """Row number of each document in its file, from 1, `(n,)`."""
        return self.records.rows[self.places]

    @property
    def keys(self) -> dict[str, list[str]]:
        """Cells of the key columns, `n` each."""
        table = self.records.keys.iloc[self.places]
        return {str(name): table[name].astype(str).tolist() for name in table}


@dataclass(frozen=True)
class Examples:
    """Labelled documents of one role: what a model trains on or is tested with.

    Attributes:
        texts: The documents, with their side features.
        nodes: True node of each, `(n,)`; an inner node where the code is partial.
        weights: Survey weights, `(n,)`.
        num_code_texts: So many, the last ones, are texts of the code list and no
            records; of training examples only.
        origin: Where they come from; None unless they were read to be evaluated.
        unit_keys: Key of the sampling unit of each, as `sampling_units.unit_keys`;
            empty for training examples, where it is not needed.
        true: What counts as right of each; None: `nodes` alone.
        sets: All codes of each, right together, `(n, A)`; -1 after the last. None where
            a record has one code. The first one is in `nodes`, too.
    """

    texts: EncodedTexts
    nodes: IntArray
    weights: npt.NDArray[np.float64]
    num_code_texts: int = 0
    origin: Origin | None = None
    unit_keys: Sequence[str] = ()
    true: TrueCodes | None = None
    sets: IntArray | None = None

    def __len__(self) -> int:
        """Number of documents."""
        return len(self.nodes)

    @property
    def side(self) -> SideArray:
        """Side features of each, `(n, width)`."""
        return self.texts.side

    @property
    def records(self) -> Examples:
        """The records alone, without the texts of the code list."""
        if not self.num_code_texts:
            return self
        rows = np.arange(len(self) - self.num_code_texts)
        sets = None if self.sets is None else self.sets[rows]
        found = Examples(self.texts.take(rows), self.nodes[rows], self.weights[rows])
        return replace(found, sets=sets)

    @property
    def truth(self) -> IntArray:
        """What a model learns: sets `(n, A)` where there are some, else `nodes`."""
        return self.nodes if self.sets is None else self.sets

    @property
    def codes(self) -> IntArray:
        """All codes of all documents, each as often as it is given, `(m,)`."""
        return self.nodes if self.sets is None else self.sets[self.sets != ROOT]


@dataclass(frozen=True)
class Targets:
    """What training documents teach.

    Attributes:
        rows: Document of each example, `(m,)`: records first, then texts of the code
            list. A record that coders coded in several ways stands once for each.
        nodes: The node that it teaches, `(m,)`.
        weights: With what weight, `(m,)`.
        sets: All nodes that it teaches, `(m, A)`, where it teaches several.
    """

    rows: npt.NDArray[np.int64]
    nodes: IntArray
    weights: npt.NDArray[np.float64]
    sets: IntArray | None = None


def training_targets(
    votes: IntArray,
    weights: npt.NDArray[np.float64],
    code_nodes: IntArray,
    text_weight: float,
    *,
    are_sets: bool = False,
) -> Targets:
    """What records and, after them, texts of the code list teach.

    Args:
        votes: Node ids of `n` records, a column for each coder, `(n, C)`.
        weights: Weights of the records, `(n,)`.
        code_nodes: The node that each text of the code list teaches, `(k,)`.
        text_weight: What such a text weighs beside a record of mean weight.
        are_sets: Whether the codes of a record are right together, and no votes: it
            stands once then.

    Example:
        >>> votes = np.array([[1, 1], [1, 2]])
        >>> found = training_targets(votes, np.array([1.0, 3.0]), np.array([2]), 0.5)
        >>> found.rows.tolist(), found.nodes.tolist(), found.weights.tolist()
        ([0, 1, 1, 2], [1, 1, 2, 2], [1.0, 1.5, 1.5, 1.0])
    """
    added = np.full(len(code_nodes), text_weight * weights.mean())
    if are_sets:
        every = joined([votes, code_nodes.reshape(-1, 1)])
        all_weights = np.concatenate([weights, added])
        return Targets(np.arange(len(every)), every[:, 0], all_weights, every)
    rows, nodes, shares = soft_labels(votes)
    return Targets(
        np.concatenate([rows, len(votes) + np.arange(len(code_nodes))]),
        np.concatenate([nodes, code_nodes]).astype(np.int32),
        np.concatenate([weights[rows] * shares, added]),
    )


def check_examples(examples: Examples, role: str, where: str) -> None:
    """Raises InputError where nothing is left for a role that training needs.

    Args:
        examples: The documents of the role.
        role: train or validation.
        where: The file or table that they come from.
    """
    if not len(examples):
        raise InputError(
            f"{where}: no record with words and a code is left for {role}. "
            f"Training needs some: check `data.split`, or give `data.{role}`."
        )
    if not examples.weights.sum() > 0:
        raise InputError(
            f"{where}: all records for {role} have weight 0 "
            "(`data.weight_column`). Give some of them a weight above 0."
        )
