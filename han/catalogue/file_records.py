"""Files, and where they come from as the records beside them say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from han.catalogue.graph import Graph, Kind, Link, Step, StepKind, Thing
from han.tables.file_access import file_digest
from han.tables.provenance import read_provenance

# The work of a command that writes files with a record beside them.
_KINDS: dict[str, StepKind] = {"fetch": "fetch", "scrub": "scrub", "review": "lessons"}


def file_graph(file: Path, kind: Kind = "file") -> Graph:
    """A file and all that is known of where it comes from.

    Args:
        file: The file; what stands beside it is believed only if it is of its content.
        kind: What it is.

    Raises:
        InputError: If the file cannot be read, or the record beside it is damaged.

    Example:
        >>> graph = file_graph(Path("data/productos/taxonomy.csv"), "code_list")
        >>> [thing.name for thing in graph.things.values()]
        ['taxonomy.csv']
    """
    digest = file_digest(file)
    thing = Thing(kind, digest, file.name, whole(file), {"bytes": file.stat().st_size})
    said = read_provenance(file)
    if said is None or said["sha256"] != digest:
        return Graph.of([thing], [])
    return _made(thing, said)


def known_file(place: str, digest: str, kind: Kind = "file") -> Graph:
    """A file that somebody used, with what stands beside it if it is still the same.

    Args:
        place: Where it was.
        digest: Its SHA-256 when it was used.
        kind: What it is.
    """
    file = Path(place)
    if not file.is_file():  # a sheet, a database, rows in memory, or it was removed
        return Graph.of([Thing(kind, digest, place)], [])
    if file_digest(file) == digest:
        return file_graph(file, kind)
    return Graph.of([Thing(kind, digest, file.name, whole(file))], [])


def whole(place: Path) -> str:
    """The path of a file or folder from the top."""
    return str(place.absolute())


def _made(thing: Thing, said: Mapping[str, Any]) -> Graph:
    """A thing, and the step that made it, as a record says."""
    program = str(said["made_by"])
    found, links = Graph.of([thing], []), [Link(thing.key, "out", made=True)]
    for one in said["from"]:
        above = _source(one) if "address" in one else _part(one)
        found = found.joined(above)
        links.append(Link(next(iter(above.things)), "from"))
    step = Step(
        _step_kind(program),
        thing.digest,
        tuple(links),
        at=str(said.get("at", "")),
        program=program,
        facts=said.get("facts", {}),
    )
    return found.joined(Graph.of([], [step]))


def _step_kind(program: str) -> StepKind:
    """The work of a program such as `han.scrub 0.1.0`."""
    name = program.removeprefix("han.").partition(" ")[0]
    return _KINDS.get(name, "make")


def _source(said: Mapping[str, Any]) -> Graph:
    facts = {k: v for k, v in said.items() if k not in ("address", "sha256")}
    address, digest = str(said["address"]), str(said["sha256"])
    parts = urlsplit(address)
    name = said.get("collection") or f"{parts.hostname}{parts.path}"
    return Graph.of([Thing("source", digest, str(name), address, facts)], [])


def _part(said: Mapping[str, Any]) -> Graph:
    """A file that another was made of, with what that record says of it in turn."""
    kind: Kind = said.get("kind", "file")  # lessons are of a queue
    thing = Thing(kind, str(said["sha256"]), str(said["file"]))
    return _made(thing, said) if "made_by" in said else Graph.of([thing], [])
