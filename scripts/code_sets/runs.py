"""Runs of sets of codes, and what they score on each record."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from code_sets.pairs import PairedSet
from han.code_sets import SetRule
from han.code_sets.set_decoding import stacked_sets
from han.code_sets.set_pairs import set_pairs
from han.errors import InputError
from han.experiment.labelled_rows import read_examples
from han.experiment.row_sources import find_source
from han.runs.loading import load_classifier
from han.runs.run_folder import RunFolder

Floats = npt.NDArray[np.float64]
PART = 512  # records coded together


@dataclass(frozen=True)
class SetRun:
    """One model with one seed on one set.

    Attributes:
        data: The set.
        model: Name of the model.
        overrides: What it changes in the experiment.
        seed: Seed of the training.
    """

    data: PairedSet
    model: str
    overrides: tuple[str, ...]
    seed: int

    @property
    def folder(self) -> Path:
        """Its run folder."""
        return self.data.folder / f"{self.model.replace(' ', '_')}-{self.seed}"

    def train(self) -> None:
        """Trains it in a process of its own, unless that has been done."""
        if RunFolder(self.folder).is_finished:
            return
        settings = [f"seed={self.seed}", f"logging.run_folder={self.folder}"]
        command = [sys.executable, "-m", "han.train", str(self.data.experiment_file)]
        print(f"== {self.folder}", file=sys.stderr, flush=True)
        done = subprocess.run(
            [*command, *self.overrides, *settings], stdout=subprocess.DEVNULL
        )
        if done.returncode:
            raise InputError(f"{self.folder}: training ended with {done.returncode}.")

    @cached_property
    def results(self) -> dict[str, Any]:
        """What `metrics.json` has: splits, and the time of the training."""
        return RunFolder(self.folder).results()

    @cached_property
    def f_scores(self) -> Floats:
        """Hierarchical F of each test record, `(n,)`; its mean is the instance hF."""
        run = RunFolder(self.folder)
        classifier = load_classifier(run.folder)
        source = find_source(run, run.config(), None, "test")
        examples, _ = read_examples(run.config(), classifier, source)
        rule = classifier.set_rule or SetRule.at_half(classifier.taxonomy)
        given = []
        for first in range(0, len(examples), PART):
            rows = np.arange(first, min(first + PART, len(examples)))
            logs = classifier.log_probabilities(examples.texts.take(rows))
            given.append(rule.codes(logs))
        pairs = set_pairs(examples.truth, stacked_sets(given), classifier.taxonomy)
        shared, found, true = pairs.sizes()
        scores: Floats = 2 * shared / (found + true)
        return scores
