"""The documents that train several tasks at once, and which of them each task knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class JointDocuments:
    """Documents of several tasks, each once, or as often as a task needs it.

    Attributes:
        rows: Which of all documents each is, `(n,)`, rising.
        places: For each task the position of each among its own examples, `(n,)`; -1
            where the task has no label for it.
    """

    rows: Places
    places: dict[str, Places]


def joint_documents(examples: Mapping[str, Places]) -> JointDocuments:
    """Puts the examples of several tasks together.

    Args:
        examples: Of each task, which document each of its examples is, `(m,)`. A
            document with several codes stands there several times, and then several
            times among the joint ones.

    Example:
        >>> found = joint_documents({"a": np.array([0, 2]), "b": np.array([2, 2, 3])})
        >>> found.rows.tolist(), {k: v.tolist() for k, v in found.places.items()}
        ([0, 2, 2, 3], {'a': [0, 1, -1, -1], 'b': [-1, 0, 1, 2]})
    """
    turns = {name: _turns(rows) for name, rows in examples.items()}
    width = 1 + max(int(turn.max(initial=0)) for turn in turns.values())
    keys = {name: rows * width + turns[name] for name, rows in examples.items()}
    joint = np.unique(np.concatenate(list(keys.values())))
    places = {}
    for name, own in keys.items():
        places[name] = np.full(len(joint), -1, np.int64)
        places[name][np.searchsorted(joint, own)] = np.arange(len(own))
    return JointDocuments(joint // width, places)


def _turns(rows: Places) -> Places:
    """How many times a document has stood before, at each of its examples, `(m,)`."""
    order = np.argsort(rows, kind="stable")
    ordered = rows[order]
    is_new = np.diff(ordered, prepend=-1) != 0
    every = np.arange(len(rows))
    begin = np.maximum.accumulate(np.where(is_new, every, 0))
    turns = np.empty(len(rows), np.int64)
    turns[order] = every - begin
    return turns
