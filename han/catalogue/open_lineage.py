"""Steps as events of OpenLineage, which catalogues of data read.

Source: https://openlineage.io/spec/2-0-2/OpenLineage.json.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import han
from han.catalogue.graph import Graph, Step, Thing
from han.tables.whole_files import write_whole

_SCHEMA = "https://openlineage.io/spec/2-0-2/OpenLineage.json"
_FACETS = "https://openlineage.io/spec/facets"
_PRODUCER = f"https://pypi.org/project/han-coder/{han.__version__}"
_SPACE = uuid.UUID("5d1f6a52-9d5c-4c0e-9f3b-7d1f0d6d5a11")  # of the ids of our steps
_UNKNOWN = "1970-01-01T00:00:00+00:00"


def write_events(graph: Graph, file: Path) -> int:
    """Writes the events of all steps, the earliest first, a JSON object a line.

    Args:
        graph: The steps, and what they used and made.
        file: Where.

    Returns:
        The number of events.
    """
    found = list(events(graph))
    text = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in found)
    write_whole(file, text.encode())
    return len(found)


def events(graph: Graph) -> Iterator[dict[str, Any]]:
    """Two events for each step, `START` and `COMPLETE`, as the standard asks for.

    Nobody knows when a step began: both have the time of its end. The same step has the
    same run id, whenever it is written.
    """
    for step in sorted(graph.steps.values(), key=lambda step: (step.at, step.key)):
        for kind in ("START", "COMPLETE"):
            yield _event(graph, step, kind)


def _event(graph: Graph, step: Step, kind: str) -> dict[str, Any]:
    return {
        "eventType": kind,
        "eventTime": step.at or _UNKNOWN,
        "producer": _PRODUCER,
        "schemaURL": f"{_SCHEMA}#/$defs/RunEvent",
        "run": {"runId": str(uuid.uuid5(_SPACE, step.key))},
        "job": {
            "namespace": "han",
            "name": f"{step.kind}.{_made_name(graph, step)}",
            "facets": {"jobType": _job_type(step)},
        },
        "inputs": [_dataset(graph, one.thing) for one in step.links if not one.made],
        "outputs": [_dataset(graph, one.thing) for one in step.links if one.made],
    }


def _made_name(graph: Graph, step: Step) -> str:
    made = [graph.things[one.thing].name for one in step.links if one.made]
    return made[0] if made else step.digest[:12]


def _job_type(step: Step) -> dict[str, str]:
    return {
        **_facet("2-0-3/JobTypeJobFacet.json#/$defs/JobTypeJobFacet"),
        "processingType": "BATCH",
        "integration": "HAN",
        "jobType": step.kind.upper(),
    }


def _dataset(graph: Graph, key: str) -> dict[str, Any]:
    thing = graph.things[key]
    namespace, name = _address(thing)
    version = _facet("1-0-1/DatasetVersionDatasetFacet.json")
    return {
        "namespace": namespace,
        "name": name,
        "facets": {"version": {**version, "datasetVersion": thing.digest}},
    }


def _address(thing: Thing) -> tuple[str, str]:
    """Namespace and name, as the rules of names of OpenLineage have them."""
    parts = urlsplit(thing.place)
    if parts.scheme in ("http", "https"):
        return f"{parts.scheme}://{parts.netloc}", parts.path or "/"
    if not thing.place:
        return f"han.{thing.kind}", thing.name
    return "file", str(Path(thing.place).absolute())


def _facet(schema: str) -> dict[str, str]:
    file, _, definition = schema.partition("#")
    name = Path(file).stem
    return {
        "_producer": _PRODUCER,
        "_schemaURL": f"{_FACETS}/{file}#{definition or f'/$defs/{name}'}",
    }
