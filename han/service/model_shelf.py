"""`ModelShelf`: the models of a service, and how they are exchanged while it runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import han
from han.errors import InputError, listing
from han.service.problem import Problem
from han.service.served_model import ServedModel
from han.service.service_settings import ServiceSettings


@dataclass(frozen=True)
class ModelPlace:
    """Where a model lies.

    Attributes:
        name: Its name in the service.
        path: A run folder.
    """

    name: str
    path: Path

    @classmethod
    def of(cls, text: str) -> ModelPlace:
        """Reads `RUN` or `NAME=RUN`.

        Example:
            >>> ModelPlace.of("jobs=runs/demo").name, ModelPlace.of("runs/demo").name
            ('jobs', 'demo')
        """
        name, mark, rest = text.partition("=")
        path = Path(rest if mark else text)
        return cls(name if mark else path.resolve().name, path)


class ModelShelf:
    """Models by name; new ones take the place of all old ones at once.

    Args:
        places: Where the models lie.
        settings: Limits of the service.

    Raises:
        InputError: If one cannot be loaded, or two have the same name.
    """

    def __init__(self, places: Sequence[ModelPlace], settings: ServiceSettings) -> None:
        self._places, self._settings = tuple(places), settings
        self.models: Mapping[str, ServedModel] = self._load()

    def _load(self) -> dict[str, ServedModel]:
        found: dict[str, ServedModel] = {}
        for place in self._places:
            model = ServedModel.of_run(
                place.name, place.path, self._settings.max_characters
            )
            if model.name in found:
                raise InputError(f"Two models are called {model.name}: use NAME=RUN.")
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
