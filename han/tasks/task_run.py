"""The folder of a run of several tasks: `tasks.json`, and the run of each task."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from han.errors import InputError
from han.runs.manifest import DAMAGED, check_run, read_manifest, run_fingerprint
from han.runs.run_files import TASKS_FILE

if TYPE_CHECKING:
    from han.runs.run_folder import RunFolder

ADVICE = "Copy the whole run again, or train anew with --overwrite."


@dataclass(frozen=True)
class BoundTasks:
    """What `tasks.json` says.

    Attributes:
        weights: Weight of each task in the loss, in order.
        models: SHA-256 of all that the probabilities of a task depend on:
            `run_fingerprint`; empty until the run is finished.
    """

    weights: dict[str, float]
    models: dict[str, str]

    def write(self, run: RunFolder) -> None:
        """Writes them into the folder of the run."""
        tasks = {
            name: {"weight": weight, "model": self.models.get(name)}
            for name, weight in self.weights.items()
        }
        run.write_json(TASKS_FILE, {"tasks": tasks})

    @classmethod
    def read(cls, folder: Path) -> BoundTasks:
        """Reads what `write` wrote.

        Raises:
            InputError: If it is missing or damaged.
        """
        file = folder / TASKS_FILE
        try:
            tasks = json.loads(file.read_text(encoding="utf-8"))["tasks"]
            weights = {str(n): float(task["weight"]) for n, task in tasks.items()}
            models = {str(n): str(t["model"]) for n, t in tasks.items() if t["model"]}
        except DAMAGED as error:
            kind = type(error).__name__
            raise InputError(f"{file} is damaged ({kind}). {ADVICE}") from None
        return cls(weights, models)

    def check(self, folder: Path) -> None:
        """Checks that the folders of the tasks are those that were trained together.

        Raises:
            InputError: If one is missing, not finished, or of another training; or if
                a file beside them is not that of the run.
        """
        check_run(folder)
        is_finished = read_manifest(folder) is not None
        for name in self.weights:
            manifest = read_manifest(folder / name)
            if manifest is None or name not in self.models:
                raise InputError(
                    f"{folder / name}: the run of this task is missing, though that of "
                    f"all tasks is finished. {ADVICE}"
                    if is_finished
                    else f"{folder / name}: the task is not finished. Give the "
                    "training command again."
                )
            if manifest.model != self.models[name]:
                raise InputError(
                    f"{folder / name} is not the run that was trained with the other "
                    f"tasks of {folder}. {ADVICE}"
                )


def bind_tasks(
    run: RunFolder, runs: Mapping[str, RunFolder], weights: Mapping[str, float]
) -> None:
    """Binds the finished runs of all tasks to each other."""
    models = {name: run_fingerprint(one.folder) for name, one in runs.items()}
    BoundTasks(dict(weights), models).write(run)
