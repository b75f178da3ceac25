"""What lies at a place: a run, a job, a queue, a file with what is known of it."""

from __future__ import annotations

from pathlib import Path

from han.catalogue.catalogue_database import Catalogue
from han.catalogue.file_records import file_graph
from han.catalogue.graph import Graph
from han.catalogue.job_records import finished_manifest, job_graph
from han.catalogue.queue_records import queue_graph, queue_thing
from han.catalogue.run_records import run_graph, run_key
from han.errors import InputError, listing
from han.jobs.job_folder import JobFolder
from han.reviewing.queue_database import QueueDatabase
from han.runs.run_files import CONFIG_FILE, TASKS_FILE
from han.runs.task_folders import task_names
from han.tables.file_access import file_digest
from han.tables.locations import is_database

_SQLITE = b"SQLite format 3\0"


def graph_at(place: str) -> Graph:
    """What lies at a place, and all that is known of what it is made of.

    Args:
        place: A run folder, a job folder, a queue, or a file.

    Raises:
        InputError: If there is nothing, or it cannot be read.
    """
    if _is_queue(place):
        return queue_graph(place)
    folder = Path(place)
    if _is_run(folder):
        return run_graph(folder)
    return job_graph(folder) if folder.is_dir() else file_graph(_there(folder))


def keys_at(place: str) -> list[str]:
    """Keys of what lies at a place as it is now; of each task of a run of several.

    Raises:
        InputError: If there is nothing, or it cannot be read.
    """
    if _is_queue(place):
        return [queue_thing(QueueDatabase(place)).key]
    folder = Path(place)
    if _is_run(folder):
        own = [folder / name for name in task_names(folder)] or [folder]
        return [run_key(one) for one in own]
    if folder.is_dir():
        return [f"job:{finished_manifest(folder).fingerprint}"]
    digest = file_digest(_there(folder))
    return [f"{kind}:{digest}" for kind in ("file", "code_list")]


def found_keys(what: str, graph: Graph) -> list[str]:
    """Keys of what somebody means: a place, a name, or the beginning of a digest.

    Args:
        what: What they say.
        graph: What is known.

    Raises:
        InputError: If nothing is meant, or several things.
    """
    if Path(what).exists() or is_database(what):
        return keys_at(what)
    known = graph.things.values()
    found = [one.key for one in known if len(what) > 5 and what in (one.key, one.name)]
    found = found or [one.key for one in known if _begins(one.key, what)]
    found = found or [one.key for one in known if what == one.name]
    if len(found) == 1:
        return found
    if found:
        raise InputError(
            f"{what}: several things are called that: {listing(map(short, found))}. "
            "Give the beginning of the SHA-256 of one."
        )
    raise InputError(
        f"{what}: there is no such file or folder, and nothing of that name or SHA-256 "
        "in the catalogue. `python -m han.store list` shows what is."
    )


def approved_fault(catalogue: Catalogue, folder: Path) -> str:
    """Why a run may not be used where only what is approved may; "" if it may.

    Args:
        catalogue: Where it is asked.
        folder: The run folder.

    Raises:
        InputError: If there is no finished run, or it was changed.
    """
    decided = catalogue.decisions()
    for key in keys_at(str(folder)):
        said = decided.get(key, ())
        if not said:
            return (
                f"{folder}: this run (SHA-256 {short(key)}) is not approved in "
                f"{catalogue.place}: nobody has decided about it as it is now; another "
                "plan makes another run. Use an approved one, or: python -m han.store "
                f"approve {folder} --why ..."
            )
        if (last := said[-1]).stage != "approved":
            return (
                f"{folder}: this run (SHA-256 {short(key)}) is {last.stage} in "
                f"{catalogue.place} since {last.at}, by {last.who}: {last.why}. Use an "
                "approved one."
            )
    return ""


def short(key: str) -> str:
    """The beginning of the digest of a key, as rows of a job have it.

    Example:
        >>> short("run:7030198cb575476337ce")
        '7030198cb575'
    """
    return key.partition(":")[2][:12]


def _begins(key: str, what: str) -> bool:
    return len(what) > 5 and key.partition(":")[2].startswith(what)


def _is_run(folder: Path) -> bool:
    files = JobFolder(folder)
    names = (CONFIG_FILE, TASKS_FILE)
    return any((folder / name).is_file() for name in names) and not files.is_job


def _is_queue(place: str) -> bool:
    if is_database(place):
        return True
    file = Path(place)
    if not file.is_file():
        return False
    with file.open("rb") as stream:
        return stream.read(len(_SQLITE)) == _SQLITE


def _there(file: Path) -> Path:
    if not file.exists():
        raise InputError(
            f"{file}: there is no such file or folder. Expected a run folder, a job "
            "folder, a queue, or a file."
        )
    return file
