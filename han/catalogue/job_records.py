"""A coding job: its input, the run and the tables of its stages, what it wrote."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from han.catalogue.file_records import known_file, whole
from han.catalogue.graph import Graph, Link, Step, Thing
from han.catalogue.run_records import run_graph, run_key
from han.errors import InputError
from han.jobs.job_folder import JobFolder
from han.jobs.job_manifest import JobManifest
from han.tables.file_access import file_digest


def job_graph(folder: Path) -> Graph:
    """A finished job and all that it stands on.

    Args:
        folder: The job folder.

    Raises:
        InputError: If there is no job, or it is not finished.
    """
    manifest, counts = _finished(folder)
    name, place = str(manifest.settings["name"]), whole(folder)
    job = Thing("job", manifest.fingerprint, name, place, {"rows": manifest.rows})
    found, links = Graph.of([job], []), [Link(job.key, "job", made=True)]
    for one, link in [*_inputs(manifest), *_runs(manifest), *_outputs(folder, counts)]:
        found = found.joined(one)
        links.append(link)
    step = Step(
        "code",
        manifest.fingerprint,
        tuple(links),
        at=_time_of(JobFolder(folder).counts),
        facts={
            "settings": manifest.settings,
            "days": manifest.days,
            "parts": counts.get("parts", {}),
            "tasks": {name: _figures(task) for name, task in counts["tasks"].items()},
        },
    )
    return found.joined(Graph.of([], [step]))


def finished_manifest(folder: Path) -> JobManifest:
    """What a finished job is made of.

    Raises:
        InputError: If there is no job, or it is not finished.
    """
    return _finished(folder)[0]


def _finished(folder: Path) -> tuple[JobManifest, dict[str, Any]]:
    files = JobFolder(folder)
    if not files.is_job:
        raise InputError(f"{folder}: there is no coding job here. Name a job folder.")
    manifest = JobManifest.read(files.manifest)
    try:
        counts = json.loads(files.counts.read_text(encoding="utf-8"))
        is_finished = counts["job"] == manifest.fingerprint
    except (OSError, ValueError, KeyError, TypeError):
        is_finished = False
    if not is_finished:
        raise InputError(
            f"{folder}: this job is not finished. Give `python -m han.code` with its "
            "job file first."
        )
    return manifest, counts


def _inputs(manifest: JobManifest) -> Iterator[tuple[Graph, Link]]:
    """The rows, and the tables of the stages by the keys that name them."""
    for file in manifest.inputs:
        graph = known_file(file.name, file.sha256)
        yield graph, Link(next(iter(graph.things)), "input")
    for place, digest in manifest.tables.items():
        graph = known_file(place, digest)
        yield graph, Link(next(iter(graph.things)), _role(manifest.settings, place))


def _role(settings: dict[str, Any], place: str) -> str:
    """The stage of a table, such as `rules`."""
    for task in settings["tasks"].values():
        for stage in ("rules", "recode", "exact"):
            if place in json.dumps(task.get(stage) or {}, ensure_ascii=False):
                return stage
    return "table"


def _runs(manifest: JobManifest) -> Iterator[tuple[Graph, Link]]:
    """The run of each task; with its own history if it is still where it was."""
    for name, identity in manifest.runs.items():
        folder = Path(str(manifest.settings["tasks"][name]["run"]))
        thing = Thing("run", identity, folder.name, whole(folder))
        graph = Graph.of([thing], [])
        if (known := _same_run(folder, thing.key)) is not None:
            graph = graph.joined(known)
        yield graph, Link(thing.key, "run")


def _same_run(folder: Path, key: str) -> Graph | None:
    try:
        return run_graph(folder) if run_key(folder) == key else None
    except InputError:  # it was removed or replaced: what the job says stays true
        return None


def _outputs(folder: Path, counts: dict[str, Any]) -> Iterator[tuple[Graph, Link]]:
    """What was written, as far as it is there."""
    parts = [JobFolder(folder).coded / name for name in counts.get("parts", {})]
    one_file = [Path(counts["file"])] if counts.get("file") else []
    for file in filter(Path.is_file, [*parts, *one_file]):
        thing = Thing("file", file_digest(file), file.name, whole(file))
        yield Graph.of([thing], []), Link(thing.key, "out", made=True)


def _figures(task: dict[str, Any]) -> dict[str, Any]:
    """Counts of a task; whatever else stands there stays there."""
    return {
        name: task[name] for name in ("answers", "people", "method") if name in task
    }


def _time_of(file: Path) -> str:
    at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    return at.isoformat(timespec="seconds")
