"""Keeps the run that another one replaces until the new one has come to something."""

from __future__ import annotations

import logging
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from han.runs.environment import read_environment
from han.runs.run_files import (
    BACKUP,
    CONFIG_FILE,
    LOCK_FILE,
    MEMBERS,
    MIXTURE_FILE,
    PLAN,
    TRAINING_FOLDERS,
    is_run_file,
)
from han.runs.task_folders import task_names

logger = logging.getLogger(__name__)
ASIDE, DROPPED = ".replaced", ".dropped"


def set_aside(folder: Path) -> None:
    """Moves what a run wrote out of the way, and nothing else, into the same folder."""
    (folder / ASIDE).mkdir(0o700)
    for path in own_paths(folder):
        path.rename(folder / ASIDE / path.name)


def settle(folder: Path) -> None:
    """Keeps one of two runs: the new one if it can be taken up, else the old one.

    A training that ended by a mistake before its first epoch has changed nothing. This
    can be killed at any point and called again: the settings of a run, which are moved
    last, say whether all of it is there.
    """
    aside, dropped = folder / ASIDE, folder / DROPPED
    if dropped.is_dir():
        shutil.rmtree(dropped)
    if not aside.is_dir():
        return
    is_whole = (aside / CONFIG_FILE).is_file()
    if is_whole and _can_be_taken_up(folder):
        aside.rename(dropped)  # at once: half of a run would be put back
        shutil.rmtree(dropped)
        return
    if is_whole and (folder / CONFIG_FILE).is_file():
        clear(folder)
    for path in own_paths(aside, task_names(folder)):
        path.replace(folder / path.name)
    aside.rmdir()
    logger.warning("%s: the run that was here before stays as it was.", folder)


def _can_be_taken_up(folder: Path) -> bool:
    """Whether a training has ended, or saved what the same command goes on from."""
    is_finished = bool(read_environment(folder).get("finished"))
    return is_finished or (folder / BACKUP / "state.npz").is_file()


def clear(folder: Path) -> None:
    """Removes what a run wrote, and nothing else."""
    for path in own_paths(folder):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def own_paths(folder: Path, tasks: Sequence[str] = ()) -> list[Path]:
    """Folders and files that a run wrote, but for the lock, which is held by another.

    The config comes last: until it goes the folder is still known as a run.

    Args:
        folder: The run.
        tasks: Names of tasks, beside those that the folder knows.
    """
    mixed = (MEMBERS,) if (folder / MIXTURE_FILE).is_file() else ()
    below = dict.fromkeys([*task_names(folder), *tasks])
    is_run = [name for name in below if (folder / name / CONFIG_FILE).is_file()]
    names = (*TRAINING_FOLDERS, PLAN, *mixed, *is_run)
    folders = [folder / name for name in names if (folder / name).is_dir()]
    files = [f for f in folder.iterdir() if is_ours(f) and f.name != LOCK_FILE]
    return [*folders, *sorted(files, key=lambda file: file.name == CONFIG_FILE)]


def is_ours(file: Path) -> bool:
    """Whether a run writes a file of this name, or `RunFolder.write` does meanwhile.

    Example:
        >>> is_ours(Path("run/.42.config.yaml")), is_ours(Path("run/notes.txt"))
        (True, False)
    """
    return is_run_file(re.sub(r"^\.\d+\.", "", file.name))
