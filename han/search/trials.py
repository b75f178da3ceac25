"""Runs one trial as a training process and reads its scores."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from han.errors import InputError
from han.runs.folder_lock import locked
from han.runs.run_files import HISTORY_FILE
from han.runs.run_folder import RunFolder
from han.tables.file_access import make_folder

SCORE = "val_hierarchical_f1"
LOOK_EVERY = 0.3  # seconds
# A training ends with its sweep, even one that is killed without a word (on Linux:
# PR_SET_PDEATHSIG). Until it listens it is deaf to Slurm's warning: the sweep hears it.
START = """
import ctypes, os, signal, sys
try:
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)
except (AttributeError, OSError, TypeError):
    pass
signal.signal(signal.SIGUSR1, signal.SIG_IGN)
if os.getppid() != int(sys.argv[1]):
    sys.exit(75)
os.execv(sys.argv[2], sys.argv[2:])
"""
# How a training ends; `mistake` is one of the user.
End = Literal["finished", "pruned", "stopped", "interrupted", "mistake", "failed"]
# Exit codes of han.train; below 0 the signal that came before it could listen. One of
# several tasks of Slurm that is stopped says so by its unfinished run alone.
ENDS: dict[int, End] = {
    0: "stopped",
    2: "mistake",
    75: "stopped",
    130: "interrupted",
    -15: "stopped",
    -10: "stopped",
}


@dataclass(frozen=True)
class TrialTraining:
    """A training that is a trial.

    Attributes:
        experiment: The experiment file.
        overrides: Its settings, the run folder among them.
        run: The run folder.
        log: File for what the training prints.
    """

    experiment: str
    overrides: tuple[str, ...]
    run: RunFolder
    log: Path

    @property
    def command(self) -> list[str]:
        """The training command of the trial."""
        start = [sys.executable, "-m", "han.train", self.experiment]
        return [*start, *self.overrides]

    def last_words(self) -> str:
        """The last line of the log."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").split("\n")
        written = [line.strip() for line in lines if line.strip()]
        return written[-1] if written else "nothing was printed"


def train(
    training: TrialTraining,
    on_epoch: Callable[[int, float], bool],
    asked: Callable[[], bool],
) -> End:
    """Trains, or goes on where a process before this one was stopped.

    Args:
        training: What to train.
        on_epoch: Is told the score after each epoch, the first is 1; says whether the
            training is to end early.
        asked: Whether this process has been asked to stop; the training is, then.

    Returns:
        How it ended.
    """
    make_folder(training.log.parent, "the folder of logs", "Give another `folder`.")
    with training.log.open("ab") as log:
        start = [sys.executable, "-c", START, str(os.getpid())]
        process = subprocess.Popen(
            [*start, *training.command], stdout=log, stderr=subprocess.STDOUT
        )
        try:
            pruned = _watch(process, training, on_epoch, asked)
        except BaseException:
            process.terminate()
            process.wait()
            raise
    if process.returncode == 0 and training.run.is_finished:
        return "finished"
    if pruned:
        return "pruned"
    return ENDS.get(process.returncode, "failed")


def _watch(
    process: subprocess.Popen[bytes],
    training: TrialTraining,
    on_epoch: Callable[[int, float], bool],
    asked: Callable[[], bool],
) -> bool:
    """Waits for the end; whether the training was sent there."""
    seen, pruned, told = 0, False, False
    running = True
    while running:
        running = process.poll() is None
        epochs = scores(training.run / HISTORY_FILE)
        for epoch, score in enumerate(epochs[seen:], start=seen + 1):
            pruned = on_epoch(epoch, score) or pruned
        seen = len(epochs)
        if running and not told and (pruned or asked()):
            process.terminate()
            told = True
        if running:
            time.sleep(LOOK_EVERY)
    return pruned


def scores(history: Path) -> list[float]:
    """The validation hF of each epoch so far; of a baseline there is none."""
    try:
        text = history.read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    try:
        return [float(row[SCORE]) for row in csv.DictReader(text.splitlines())]
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"{history} is damaged ({type(error).__name__}). Remove the folder of this "
            "trial, and give the command of the sweep again."
        ) from None


def wait_until_free(folder: Path, say: Callable[[str], None]) -> None:
    """Waits for a training whose sweep was killed, and which went on by itself."""
    said = False
    while folder.is_dir():
        try:
            with locked(folder):
                return
        except InputError:
            if not said:
                say(f"{folder} is still being trained by another process; waiting")
            said = True
            time.sleep(1)
