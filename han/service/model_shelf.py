"""`ModelShelf`: the models of a service, and how they are exchanged while it runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import han
from han.config.job_config import read_job
from han.errors import InputError, listing
from han.jobs.job_tasks import Task
from han.runs.task_folders import task_names
from han.service.problem import Problem
from han.service.served_model import ServedModel
from han.service.service_settings import ServiceSettings

_NAMED = re.compile(r"(?P<name>[\w.-]+)=(?P<path>.+)")


@dataclass(frozen=True)
class ModelPlace:
    """Where models lie.

    Attributes:
        path: A run folder or a job file.
        name: Name of the model in the service; None: that of the folder, or those of
            the tasks.
    """

    path: Path
    name: str | None = None

    @classmethod
    def of(cls, text: str) -> ModelPlace:
        """Reads `RUN`, `NAME=RUN` or `job.yaml`.

        Example:
            >>> ModelPlace.of("jobs=runs/demo").name, ModelPlace.of("runs/demo").name
            ('jobs', None)
        """
        if found := _NAMED.fullmatch(text):
            return cls(Path(found["path"]), found["name"])
        return cls(Path(text))

    def load(self, max_characters: int) -> list[ServedModel]:
        """Its models.

        Args:
            max_characters: Characters that a member of a record may have.

        Raises:
            InputError: If one cannot be loaded.
        """
        if self.path.suffix.lower() in (".yaml", ".yml"):
            return self._of_job(max_characters)
        if tasks := task_names(self.path):
            self._check_no_name("a run of several tasks, which name its models")
            places = [(name, self.path / name) for name in tasks]
        else:
            places = [(self.name or self.path.resolve().name, self.path)]
        return [ServedModel.of_run(n, path, max_characters) for n, path in places]

    def _of_job(self, max_characters: int) -> list[ServedModel]:
        config = read_job(self.path)
        self._check_no_name("a job file, whose tasks name its models")
        encoding = config.input.encoding
        tasks = [
            Task(name, settings, settings.encoding or encoding)
            for name, settings in config.tasks.items()
        ]
        return [ServedModel.of_task(task, max_characters) for task in tasks]

    def _check_no_name(self, what: str) -> None:
        if self.name is not None:
            raise InputError(
                f"{self.name}={self.path}: {what}. Leave out {self.name}=."
            )


class ModelShelf:
    """Models by name; new ones take the place of all old ones at once.

    Args:
        places: Where the models lie.
        settings: Limits of the service.
        check: Is called with the folder of each run; raises an InputError where it may
            not be used.

    Raises:
        InputError: If one cannot be loaded, or may not be, or two have the same name.
    """

    def __init__(
        self,
        places: Sequence[ModelPlace],
        settings: ServiceSettings,
        check: Callable[[Path], object] = lambda folder: None,
    ) -> None:
        self._places, self._settings = tuple(places), settings
        self._check = check
        self.models: Mapping[str, ServedModel] = self._load()

    def _load(self) -> dict[str, ServedModel]:
        found: dict[str, ServedModel] = {}
        for place in self._places:
            for model in place.load(self._settings.max_characters):
                if model.name in found:
                    raise InputError(
                        f"{place.path}: there already is a model {model.name!r}. Give "
                        f"one of the runs another name: NAME={place.path}."
                    )
                self._check(model.run)
                model.warm_up()
                found[model.name] = model
        return found

    def reload(self) -> None:
        """Loads all anew, and takes them for requests from now on; else keeps the old.

        Raises:
            InputError: If one cannot be loaded.
        """
        self.models = self._load()

    def get(self, name: str | None) -> ServedModel:
        """The model that a request asks for.

        Args:
            name: Its name; None for the only one.

        Raises:
            Problem: If there is none of this name, or several and no name.
        """
        models = self.models
        if name is None and len(models) == 1:
            return next(iter(models.values()))
        if name is None:
            raise Problem(
                400, f"Say which model: ?model= and one of {listing(models)}.", "model"
            )
        if name not in models:
            raise Problem(
                404, f"There is no such model. Known: {listing(models)}.", "model"
            )
        return models[name]

    def version(self) -> dict[str, Any]:
        """The version of the package, and which models are served."""
        facts = [model.facts for model in self.models.values()]
        return {"version": han.__version__, "models": facts}


def lost_plans(
    before: Mapping[str, ServedModel], after: Mapping[str, ServedModel]
) -> list[str]:
    """Names of models that had a plan and have none: they code all by themselves.

    Args:
        before: The old models by name.
        after: The new ones.
    """
    had = [name for name, model in before.items() if model.hashes["plan"]]
    return [name for name in had if name in after and not after[name].hashes["plan"]]
