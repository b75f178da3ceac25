"""Calibration records and records to plan for, coded by a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from han.code_list.taxonomy import ROOT, IntArray
from han.code_list.true_codes import TrueCodes
from han.config import Config
from han.decisions.conformal_lists import (
    ConformalSets,
    Score,
    code_lists,
    nonconformity_scores,
)
from han.decisions.path_probabilities import CodedPaths, coded_paths, level_nodes
from han.experiment.labelled_rows import LabelledRows, read_rows
from han.experiment.row_sources import Source
from han.planning.answers import answers_of
from han.planning.workload import Workload
from han.runs.classifier import Classifier
from han.runs.seen_texts import SeenTexts

MAX_PLANNED_PROBABILITIES = 2**23  # held at once while a plan is made
OUTSIDE = -2  # place of a full code that the run does not have
ROWS = 8192  # texts that are encoded at once
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class ClerkLists:
    """The lists that clerks would get, record by record.

    Attributes:
        sizes: Codes in each, `(n,)`; 0 for blank records.
        is_covered: Whether one narrow node says the same, `(n,)`.
        inside: 1 if the right code is in it, 0 if not, -1 if unknown, `(n,)`.
    """

    sizes: npt.NDArray[np.int64]
    is_covered: BoolArray
    inside: npt.NDArray[np.int8]


def read_workload(
    config: Config,
    classifier: Classifier,
    source: Source,
    *,
    sets: ConformalSets | None = None,
    progress: bool = False,
    sizes: tuple[int, int] = (10, 10),
    unit: str | None = None,
    seen_texts: SeenTexts | None = None,
) -> tuple[Workload, ClerkLists | None]:
    """The records to plan for, coded, and their lists; labels if the file has them.

    Args:
        config: Settings of the run.
        classifier: The run, ready to code.
        source: The records.
        sets: What makes the lists, if there shall be any.
        progress: Whether to show a bar.
        sizes: Codes that a list shows, and leaves that a covering node has, at most.
        unit: What stands together: see `read_rows`.
        seen_texts: Texts that the run was trained with, if it knows them.
    """
    rows = read_rows(
        config,
        classifier,
        source,
        needs_codes=False,
        without_keys=True,
        advice="Give DATA to plan for.",
        unknown="wrong",
        unit=unit,
    )
    coder = RowCoder(classifier, sets.score if sets else "lac", sets, sizes)
    coder.code(rows, "records" if progress else "")
    weights = rows.weights if rows.has_weights else None
    workload = Workload(
        coder.paths,
        coder.truth,
        coder.blank,
        weights,
        coder.unread,
        int(rows.true.has_several.sum()),
        rows.outside.to_dict(),
        answers=answers_of(rows, seen_texts),
    )
    return workload, coder.lists if sets else None


class RowCoder:
    """Codes records part by part and keeps what a plan needs, not all probabilities."""

    def __init__(
        self,
        classifier: Classifier,
        score: Score,
        sets: ConformalSets | None = None,
        sizes: tuple[int, int] = (10, 10),
    ) -> None:
        self.classifier, self.score, self.sets = classifier, score, sets
        self.most_listed, self.most_leaves = sizes
        self.place = np.full(classifier.taxonomy.num_nodes, -1)
        self.place[classifier.taxonomy.leaves] = np.arange(
            len(classifier.taxonomy.leaves)
        )

    def code(self, rows: LabelledRows, name: str) -> None:
        """Codes the given rows; `name` is that of a bar, if there shall be one."""
        size = max(
            256,
            min(ROWS, MAX_PLANNED_PROBABILITIES // self.classifier.taxonomy.num_nodes),
        )
        parts = []
        with tqdm(total=len(rows), desc=f"coding {name}", disable=not name) as bar:
            for first in range(0, len(rows), size):
                part = rows.take(np.arange(first, min(first + size, len(rows))))
                parts.append(self._part(part))
                bar.update(len(part))
        found = [np.concatenate(one) for one in zip(*parts, strict=True)]
        self.paths = CodedPaths(found[0], found[1])
        nearest = rows.true.nearest(self.paths.nodes[:, -1])
        self.truth = level_nodes(nearest, rows.true.tree)
        self.blank, self.unread, self.true_scores = found[2], found[3], found[4]
        self.lists = ClerkLists(found[5], found[6], found[7])

    def _part(self, rows: LabelledRows) -> tuple[npt.NDArray[Any], ...]:
        texts = rows.encode(self.classifier)
        logs = self.classifier.log_probabilities(texts)
        paths = coded_paths(logs, self.classifier.taxonomy)
        leaves = np.exp(np.take(logs, self.classifier.taxonomy.leaves, axis=1))
        places = self._places(rows.true)
        blank, unread = texts.document_words == 0, texts.known_words == 0
        scores = nonconformity_scores(leaves, self.score)
        own = [_at(scores, place, np.inf) for place in places.T]
        lists = self._lists(leaves, places, blank)
        least = np.where(_is_known(places), np.min(own, axis=0), np.nan)
        return paths.nodes, paths.probabilities, blank, unread, least, *lists

    def _places(self, true: TrueCodes) -> IntArray:
        """Place of each acceptable full code among the leaves, `(m, A)`.

        -1 is no full code, -2 one that the run does not have.
        """
        known = self.place[np.clip(true.nodes, 0, true.num_known - 1)]
        known = np.where(true.nodes >= true.num_known, OUTSIDE, known)
        return np.where(true.nodes == ROOT, -1, known)

    def _lists(
        self, leaves: npt.NDArray[np.floating], places: IntArray, blank: BoolArray
    ) -> tuple[npt.NDArray[Any], ...]:
        if self.sets is None:
            nothing = np.zeros(len(leaves), np.int64)
            return nothing, nothing.astype(bool), nothing.astype(np.int8)
        members = self.sets.members(leaves)
        lists = code_lists(
            members,
            leaves,
            self.classifier.taxonomy,
            most_listed=self.most_listed,
            most_leaves=self.most_leaves,
        )
        inside = np.any([_at(members, place, False) for place in places.T], axis=0)
        unknown = ~_is_known(places) | blank
        return (
            np.where(blank, 0, lists.sizes),
            (lists.nodes != ROOT) & ~blank,
            np.where(unknown, -1, inside).astype(np.int8),
        )


def _is_known(places: IntArray) -> BoolArray:
    """Whether a full code of the record is known, `(m,)`."""
    known: BoolArray = (places != -1).any(axis=1)
    return known


def _at(values: npt.NDArray[Any], place: IntArray, other: Any) -> npt.NDArray[Any]:
    """Value of each record at its place; `other` where it has none."""
    found = values[np.arange(len(values)), np.maximum(place, 0)]
    return np.where(place >= 0, found, other)
