"""Records to plan for, and the time of a clerk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import IntArray
from han.decisions.path_probabilities import CodedPaths
from han.decisions.routing import PARTIAL, REVIEW
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


def clerk_work(
    routes: npt.NDArray[np.object_],
    answered_once: BoolArray,
    texts: npt.NDArray[np.integer],
    minutes: ClerkMinutes,
) -> dict[str, Any]:
    """Work of clerks, in records and in decisions: one for all records of some texts.

    Args:
        routes: Where each record goes, `(n,)`.
        answered_once: Records whose text one decision answers, `(n,)`.
        texts: Number of the text of each, `(n,)`.
        minutes: Of a clerk.

    Example:
        >>> routes, once = np.array(["review"] * 3), np.array([True, True, False])
        >>> clerk_work(routes, once, np.array([0, 0, 1]), ClerkMinutes())["decisions"]
        2
    """
    times = {PARTIAL: minutes.partial, REVIEW: minutes.review}
    records, decisions, hours = 0, 0, 0.0
    for name, each in times.items():
        here = routes == name
        count = int((here & ~answered_once).sum())
        count += len(np.unique(texts[here & answered_once]))
        records, decisions = records + int(here.sum()), decisions + count
        hours += count * each / 60
    return {
        "manual_records": records,
        "decisions": decisions,
        "clerk_hours": round(hours, 2),
        "minutes": {"review": minutes.review, "partial": minutes.partial},
    }
