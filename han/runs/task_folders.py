"""The tasks of a run of several: their names, and the folders that they lie in."""

from __future__ import annotations

import json
from pathlib import Path

from han.errors import InputError, listing
from han.runs.run_files import TASKS_FILE


def task_names(folder: Path) -> list[str]:
    """Names of the tasks of a run, in order; none of any other folder."""
    try:
        content = json.loads((folder / TASKS_FILE).read_text(encoding="utf-8"))
        return [str(name) for name in content["tasks"]]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return []


def refuse_tasks(folder: Path) -> None:
    """Raises InputError if a folder holds the runs of several tasks."""
    names = task_names(folder)
    if names:
        raise InputError(
            f"{folder}: a run of several tasks, and this is done for one at a time. "
            f"Give the folder of one: {listing(folder / name for name in names)}."
        )
