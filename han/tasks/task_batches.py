"""What several networks over one encoder read of a batch of documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from han.batching.network_inputs import (
    MARGINS,
    Arrays,
    AuxiliaryInputs,
    Computation,
    bag_inputs,
)
from han.code_list.taxonomy import ROOT
from han.data.examples import Examples
from han.tasks.joint_documents import Places
from han.text.encoded_texts import EncodedTexts

NODES, WEIGHTS = "nodes", "weights"
Margins = Callable[[EncodedTexts, npt.NDArray[np.integer]], npt.NDArray[np.float32]]


def own_name(task: str, name: str) -> str:
    """What an input that one task alone reads is called among those of all.

    Example:
        >>> own_name("activity", "margins")
        'activity/margins'
    """
    return f"{task}/{name}"


@dataclass(frozen=True)
class TaskLabels:
    """What one task knows of the documents of all tasks.

    Attributes:
        examples: Its own examples, `(m,)`.
        places: Position of each of `n` documents among these; -1 without a label.
        auxiliary: What its network reads besides word ids.
        margins: Margins of its examples by models that have not seen them; None: those
            of `auxiliary`.
        num_nodes: Width of these, `N`.
    """

    examples: Examples
    places: Places
    auxiliary: AuxiliaryInputs
    margins: Margins | None
    num_nodes: int

    def arrays(self, texts: EncodedTexts, rows: npt.NDArray[np.int64]) -> Arrays:
        """Labels, margins and n-grams of documents; weight 0 without a label."""
        own = self.places[rows]
        has_label = own >= 0
        nodes = self.examples.truth[own]
        nodes[~has_label] = ROOT
        first = nodes if nodes.ndim == 1 else nodes[:, 0]
        first[~has_label] = 0  # any, as it weighs nothing
        weights = np.where(has_label, self.examples.weights[own], 0.0)
        arrays: Arrays = {
            NODES: nodes.astype(np.int32),
            WEIGHTS: weights.astype(np.float32),
        }
        if self.auxiliary.margins is not None:
            found = np.zeros((len(rows), self.num_nodes), np.float32)
            known = np.flatnonzero(has_label)
            if len(known) == len(rows):
                found[:] = self._margins(texts, own)
            elif len(known):
                found[known] = self._margins(texts.take(known), own[known])
            arrays[MARGINS] = found
        if self.auxiliary.bag is not None:
            arrays |= bag_inputs(self.auxiliary.bag(texts))
        return arrays

    def _margins(
        self, texts: EncodedTexts, own: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.float32]:
        if self.margins is not None:
            return self.margins(texts, own)
        if self.auxiliary.margins is None:
            raise ValueError("This network reads no margins.")
        return self.auxiliary.margins(texts)


@dataclass(frozen=True)
class TaskInputs:
    """Makes what the networks of all tasks read of some documents.

    Attributes:
        computation: Kind of computation: packed or padded.
        tasks: What each task knows of the documents.
        clean: The documents as they were written, where they come with noise.
    """

    computation: Computation
    tasks: Mapping[str, TaskLabels]
    clean: EncodedTexts | None = None

    def arrays(self, texts: EncodedTexts, rows: npt.NDArray[np.int64]) -> Arrays:
        """Inputs of documents `(b,)` that stand at these positions among all."""
        first = next(iter(self.tasks.values())).auxiliary
        if self.clean is not None and first.stand_in:
            first.stand_in(texts, self.clean.take(rows))
        found: Arrays = {}
        for name, task in self.tasks.items():
            own = task.arrays(texts, rows)
            found |= {own_name(name, key): array for key, array in own.items()}
        encoder = replace(first, margins=None, bag=None)
        return {**encoder.inputs(texts, self.computation), **found}
