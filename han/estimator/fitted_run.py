"""A run that `fit` has made, held in memory."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from han.config import Config
from han.devices.device_group import ALONE
from han.devices.process_state import process_state_kept
from han.devices.runtime import prepare_environment
from han.devices.stage_clock import running_clock
from han.errors import InputError
from han.estimator.run_training import train_run
from han.experiment.corpus import read_corpus
from han.experiment.given_data import GivenData
from han.runs.classifier import Classifier
from han.runs.folder_lock import locked
from han.runs.loading import read_classifier
from han.runs.run_files import HISTORY_FILE, LOCK_FILE, REQUEUE_FILE, is_run_file
from han.runs.run_folder import RunFolder
from han.runs.run_warnings import warn_of_run
from han.tables.whole_files import not_written, whole_file


@dataclass(frozen=True)
class FittedRun:
    """The files of a run folder, which are all that a trained model needs.

    Attributes:
        files: Content of each file, by its name.
    """

    files: dict[str, bytes]

    @classmethod
    def read(cls, folder: Path) -> FittedRun:
        """Reads a run folder."""
        files = [file for file in folder.iterdir() if is_run_file(file.name)]
        kept = [file for file in files if file.name not in (LOCK_FILE, REQUEUE_FILE)]
        return cls({file.name: file.read_bytes() for file in sorted(kept)})

    def write(self, folder: Path) -> None:
        """Writes a run folder, whole or not at all; it must be empty or not there.

        Raises:
            InputError: If it holds something, or cannot be written.
        """
        folder = folder.absolute()
        try:
            if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
                raise InputError(
                    f"{folder}: there is something here already. Give a new folder."
                )
            folder.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise not_written(folder, error, "Give another folder.") from None
        with whole_file(folder, "Give another folder.", is_folder=True) as temporary:
            for name, content in self.files.items():
                (temporary / name).write_bytes(content)

    def load(self) -> Classifier:
        """The trained model."""
        with tempfile.TemporaryDirectory(prefix="han-") as folder:
            self.write(Path(folder))
            classifier = read_classifier(Path(folder))
            classifier.folder = Path(folder)
            warn_of_run(Path(folder), "the fitted model")
            _ = classifier.router, classifier.seen_texts  # while their files are there
        classifier.folder = None
        return classifier

    def json(self, name: str) -> dict[str, Any]:
        """Content of a JSON file."""
        content: dict[str, Any] = json.loads(self.files[name])
        return content

    @property
    def history(self) -> pd.DataFrame:
        """A row for each epoch; empty of a baseline."""
        content = self.files.get(HISTORY_FILE)
        return pd.read_csv(io.BytesIO(content)) if content else pd.DataFrame()


def fit_run(
    config: Config, given: GivenData, *, overwrite: bool, verbose: bool
) -> FittedRun:
    """Trains as the command does, and leaves the process as it was.

    The run lies in a temporary folder unless `logging.run_folder` names one.

    Args:
        config: The experiment.
        given: Its data in memory.
        overwrite: Whether to remove the run in the run folder and begin anew.
        verbose: Whether to show what is going on.

    Raises:
        InputError: As the command.
        KeyboardInterrupt: If the user stopped it; a run in a folder that was asked for
            is taken up by the next call.
    """
    with process_state_kept(), running_clock(), _folder(config) as folder:
        prepare_environment()
        _show_log() if verbose else _hide_log()
        run, process = RunFolder(folder), replace(ALONE, is_quiet=not verbose)
        with locked(folder):
            corpus = read_corpus(config, given)
            if run.open(config, corpus.fingerprints, overwrite):
                if verbose:
                    logging.getLogger("han").info("%s\n", corpus.report)
                if train_run(config, corpus, run, process=process) is None:
                    raise KeyboardInterrupt
            return FittedRun.read(folder)


@contextlib.contextmanager
def _folder(config: Config) -> Iterator[Path]:
    if config.logging.run_folder is not None:
        yield config.run_folder
        return
    with tempfile.TemporaryDirectory(prefix="han-") as folder:
        yield Path(folder) / "run"


def _show_log() -> None:
    log = logging.getLogger("han")
    log.setLevel(logging.INFO)
    if not log.hasHandlers():
        log.addHandler(logging.StreamHandler(sys.stderr))


def _hide_log() -> None:
    """Keeps warnings off the screen, where Python writes those that nobody handles."""
    logging.getLogger("han").addHandler(logging.NullHandler())
