"""A run: what it was trained from, and the plan that it follows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from han.catalogue.file_records import known_file, whole
from han.catalogue.graph import Graph, Kind, Link, Step, Thing
from han.config.yaml_reader import to_plain
from han.errors import InputError
from han.metrics.partial_truth import headline_score
from han.runs.environment import read_environment
from han.runs.manifest import Manifest, check_run, read_manifest, run_identity
from han.runs.run_files import (
    CONFIG_FILE,
    TAXONOMY_FILE,
    THRESHOLDS_FILE,
    TIME,
)
from han.runs.run_folder import RunFolder
from han.runs.task_folders import task_names


def run_graph(folder: Path) -> Graph:
    """A finished run: its model, its plan, and the data of both.

    A *model* is all that the probabilities depend on; a *run* is a model with what
    routes its records, as of one moment: another plan makes another run.

    Args:
        folder: The run folder; of one of several tasks, that of all or of one.

    Raises:
        InputError: If there is no finished run, or a file of it was changed.
    """
    found = Graph.of([], [])
    for one in [folder / name for name in task_names(folder)] or [folder]:
        found = found.joined(_one_run(one))
    return found


def run_key(folder: Path) -> str:
    """Key of the run in a folder, as it is now.

    Raises:
        InputError: If it is not finished, or changed.
    """
    _checked(folder)
    return f"run:{run_identity(folder)}"


def _one_run(folder: Path) -> Graph:
    manifest, config = _checked(folder), RunFolder(folder).config()
    name, place = config.name, whole(folder)
    facts = {"scores": _scores(folder), "kind": config.model.kind}
    model = Thing("model", manifest.model, name, place, facts)
    tree = Thing(
        "code_list", manifest.digests[TAXONOMY_FILE], f"code list of {name}", place
    )
    read, links = _read(folder, {tree.key: "code_list"})
    run = Thing("run", run_identity(folder), name, place, {"model": manifest.model})
    made = [Link(model.key, "model", made=True), Link(tree.key, "code_list", made=True)]
    plan = Graph.of([], [])
    if THRESHOLDS_FILE in manifest.digests:
        plan = _plan(folder, manifest, model, run)
    else:
        made.append(Link(run.key, "run", made=True))
    train = Step(
        "train",
        manifest.model,
        (*links, *made),
        at=_time_of(folder / CONFIG_FILE),
        program=_program(folder),
        facts={"settings": to_plain(config), "folder": place},
    )
    return read.joined(Graph.of([model, tree, run], [train])).joined(plan)


def _checked(folder: Path) -> Manifest:
    manifest = read_manifest(folder)
    if manifest is None:
        raise InputError(
            f"{folder}: there is no finished run with a manifest here. Finish the "
            "training first, or name another folder."
        )
    check_run(folder)
    return manifest


def _read(folder: Path, own: Mapping[str, str]) -> tuple[Graph, list[Link]]:
    """What training has read, each with the key of the experiment that names it."""
    found, links = Graph.of([], []), []
    roles = dict(_named(to_plain(RunFolder(folder).config())))
    for place, digest in read_environment(folder).get("data", {}).items():
        role = roles.get(place.partition(" (")[0].partition("#")[0], "data")
        kind: Kind = "code_list" if role == "taxonomy.file" else "file"
        if place == "pretrained.encoder":
            name, _, digest = digest.rpartition(" sha256:")
            graph = Graph.of([Thing("vectors", digest, name)], [])
            role = place
        else:
            graph = known_file(place, digest, kind)
        found = found.joined(graph)
        links.append(Link(next(iter(graph.things)), role))
    return found, [one for one in links if one.thing not in own]


def _named(tree: Any, above: str = "") -> Iterator[tuple[str, str]]:
    """Each text of an experiment with the key that it stands under."""
    if isinstance(tree, dict):
        for name, value in tree.items():
            yield from _named(value, f"{above}.{name}" if above else str(name))
    elif isinstance(tree, list):
        for value in tree:
            yield from _named(value, above)
    elif isinstance(tree, str):
        yield tree, above


def _plan(folder: Path, manifest: Manifest, model: Thing, run: Thing) -> Graph:
    """The step from a model to the run that follows a plan."""
    said = json.loads((folder / THRESHOLDS_FILE).read_text(encoding="utf-8"))
    samples = [str(one.get("file") or "") for one in said.get("populations", ())]
    facts = {
        "asked": said.get("asked", ""),
        "thresholds": manifest.digests[THRESHOLDS_FILE],
        "samples": [name for name in samples if name],
    }
    links = (Link(model.key, "model"), Link(run.key, "run", made=True))
    at = _time_of(folder / THRESHOLDS_FILE)
    step = Step("plan", run.digest, links, at, facts=facts)
    return Graph.of([], [step])


def _scores(folder: Path) -> dict[str, float]:
    """The headline score of each group of records that the run was evaluated on."""
    return {
        name: round(headline_score(result), 4)
        for name, result in RunFolder(folder).results().items()
        if name != TIME and isinstance(result, dict)
    }


def _program(folder: Path) -> str:
    packages = read_environment(folder).get("packages", {})
    return f"han {packages.get('han-coder', '')}".rstrip()


def _time_of(file: Path) -> str:
    """When a file was written."""
    at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    return at.isoformat(timespec="seconds")
