"""Runs of one experiment with several models and seeds, and what they predict."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from accuracy.sets import LabelledSet
from han.config import Config
from han.errors import InputError
from han.experiment.labelled_rows import read_role_file
from han.runs.classifier import Classifier
from han.runs.loading import load_classifier
from han.runs.run_folder import RunFolder

Booleans = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Columns = dict[str, list[str]]
ROOT = Path("runs/accuracy")


@dataclass(frozen=True)
class Scores:
    """How right a run is on each record.

    Attributes:
        leaf: Whether the full code is right, `(n,)`.
        path: Share of the levels whose code is right, `(n,)`.
    """

    leaf: Floats
    path: Floats


@dataclass(frozen=True)
class Run:
    """One model with one seed on one set."""

    data: LabelledSet
    model: str
    overrides: tuple[str, ...]
    seed: int

    @property
    def folder(self) -> Path:
        """Its run folder."""
        return ROOT / self.data.name / f"{self.model.replace(' ', '_')}-{self.seed}"

    def train(self) -> None:
        """Trains it in a process of its own, unless that has been done."""
        if RunFolder(self.folder).is_finished:
            return
        experiment = self.data.write_experiment(ROOT / self.data.name)
        settings = [f"seed={self.seed}", f"logging.run_folder={self.folder}"]
        command = [sys.executable, "-m", "han.train", str(experiment)]
        print(f"== {self.folder}", file=sys.stderr, flush=True)
        done = subprocess.run(
            [*command, *self.overrides, *settings], stdout=subprocess.DEVNULL
        )
        if done.returncode:
            raise InputError(f"{self.folder}: training ended with {done.returncode}.")

    @cached_property
    def classifier(self) -> Classifier:
        """The trained run."""
        return load_classifier(self.folder)

    def results(self, role: str) -> dict[str, Any]:
        """What its `metrics.json` has of a split."""
        found: dict[str, Any] = RunFolder(self.folder).results()[role]
        return found

    def scores(self, role: str, texts: Columns | None = None) -> Scores:
        """Scores on the records of a split.

        Args:
            role: The split.
            texts: Texts of each field in place of the records' own.
        """
        own, labels = split(self.data, role, RunFolder(self.folder).config())
        classifier = self.classifier
        nodes = np.array([classifier.taxonomy.find(row) for row in labels])
        documents = own if texts is None else texts
        found = np.concatenate(
            [
                classifier.decode(classifier.encode(_part(documents, first))).nodes
                for first in range(0, len(labels), PART)
            ]
        )
        paths = classifier.taxonomy.paths
        right = paths[found] == paths[nodes]
        there = (paths[nodes] >= 0) & (found >= 0)[:, None]
        share = (right & there).sum(axis=1) / (paths[nodes] >= 0).sum(axis=1)
        return Scores((found == nodes).astype(float), share)


PART = 2048  # records coded together


def _part(columns: Columns, first: int) -> Columns:
    return {name: texts[first : first + PART] for name, texts in columns.items()}


def split(
    data: LabelledSet, role: str, config: Config
) -> tuple[Columns, list[tuple[str, ...]]]:
    """Texts of each field and codes of the records of a split."""
    records = read_role_file(config, "train", data.table)
    chosen = np.flatnonzero(records.others["split"] == role)
    labels = [tuple(code for code in row if code) for row in records.labels[chosen]]
    texts = {name: column[chosen].tolist() for name, column in records.fields.items()}
    return texts, labels
