"""Records to plan for, and the time of a clerk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import IntArray
from han.decisions.path_probabilities import CodedPaths
from han.decisions.unit_evidence import FloatArray
from han.planning.answers import Answers

Mode = Literal["target", "budget"]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Workload:
    """Records to plan for.

    Attributes:
        paths: What the model says of each, `n` records.
        truth: True node at each level, `(n, L)`; -1 where it is not known.
        blank: Records without any word, `(n,)`.
        weights: Survey weights, `(n,)`; None if there are none.
        unread: Records without a word that the run knows, `(n,)`, the blank ones
            among them; None: the blank ones alone. Only a person can code them.
        several: Number of records with several acceptable codes.
        outside: What `OutsideLabels.to_dict` says of codes that the run lacks.
        answers: What is known of their texts; None: each stands for itself.
    """

    paths: CodedPaths
    truth: IntArray
    blank: BoolArray
    weights: FloatArray | None = None
    unread: BoolArray | None = None
    several: int = 0
    outside: Mapping[str, Any] | None = None
    answers: Answers | None = None

    def __len__(self) -> int:
        """Number of records."""
        return len(self.blank)

    @property
    def manual(self) -> BoolArray:
        """Records that only a person can code, `(n,)`."""
        return self.blank if self.unread is None else self.unread


@dataclass(frozen=True)
class ClerkMinutes:
    """Time of a clerk for one record.

    Attributes:
        review: To code it from scratch.
        partial: To complete a partial code.
    """

    review: float = 2.0
    partial: float = 1.0
