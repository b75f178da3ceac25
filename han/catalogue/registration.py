"""What a training or a job says of itself to a catalogue, at its end."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterable
from pathlib import Path

from han.catalogue.catalogue_database import Catalogue, this_person
from han.catalogue.graph import StepKind
from han.catalogue.recognised import approved_fault, graph_at
from han.errors import InputError, RunWarning


def open_store(place: str | None) -> Catalogue | None:
    """The catalogue that a file or an option names, before any work.

    Args:
        place: The catalogue; None: there is none.

    Raises:
        InputError: If there is none at this place, or no way to it.
    """
    return Catalogue(place) if place else None


def check_approved(catalogue: Catalogue | None, runs: Iterable[Path]) -> None:
    """Checks that runs are approved as they are now.

    Args:
        catalogue: Where it is asked; None: whatever is there may be used.
        runs: Their folders.

    Raises:
        InputError: For the first that is not.
    """
    if catalogue is None:
        return
    for folder in runs:
        if fault := approved_fault(catalogue, folder):
            raise InputError(fault)


def register(
    catalogue: Catalogue | None, place: str | Path, own: Collection[StepKind]
) -> None:
    """Adds what was made, and who made it; work that is done is never lost by it.

    Args:
        catalogue: Where; None: nowhere.
        place: What was made: a run folder, a job folder, a queue.
        own: The steps that were done now, by who runs this process.
    """
    if catalogue is None:
        return
    try:
        catalogue.add(graph_at(str(place)), this_person(), own)
    except InputError as error:
        warnings.warn(
            f"{place}: made, and not in the catalogue. {error} Then: python -m "
            f"han.store add {place} --store {catalogue.place}",
            RunWarning,
            stacklevel=2,
        )
