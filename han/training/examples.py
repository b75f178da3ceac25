"""What a model trains on or is tested with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from han.errors import InputError
from han.taxonomy import IntArray
from han.text.encoding import EncodedTexts


@dataclass(frozen=True)
class Examples:
    """Labelled documents of one role: what a model trains on or is tested with.

    Attributes:
        texts: The documents.
        nodes: True node of each, `(n,)`; an inner node where the code is partial.
        weights: Survey weights, `(n,)`.
        num_code_texts: So many, the last ones, are texts of the code list and no
            records; of training examples only.
    """

    texts: EncodedTexts
    nodes: IntArray
    weights: npt.NDArray[np.float64]
    num_code_texts: int = 0

    def __len__(self) -> int:
        """Number of documents."""
        return len(self.nodes)

    @property
    def records(self) -> Examples:
        """The records alone, without the texts of the code list."""
        if not self.num_code_texts:
            return self
        rows = np.arange(len(self) - self.num_code_texts)
        return Examples(self.texts.take(rows), self.nodes[rows], self.weights[rows])


def with_code_texts(
    records: Examples, nodes: IntArray, texts: EncodedTexts, weight: float
) -> Examples:
    """Training records, and after them the texts of the code list.

    Args:
        records: The training records, `(n,)`.
        nodes: The node that each text of the code list teaches, `(k,)`.
        texts: The documents of both, `(n + k,)`.
        weight: What such a text weighs beside a record of mean weight.
    """
    return Examples(
        texts,
        np.concatenate([records.nodes, nodes]),
        np.concatenate(
            [records.weights, np.full(len(nodes), weight * records.weights.mean())]
        ),
        len(nodes),
    )


def check_examples(examples: Examples, role: str, where: Path) -> None:
    """Raises InputError where nothing is left for a role that training needs.

    Args:
        examples: The documents of the role.
        role: train or validation.
        where: The file that they come from.
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
