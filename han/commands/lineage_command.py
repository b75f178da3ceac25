"""Prints where something comes from, as `han.store lineage` is asked to."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias

from han.catalogue.catalogue_database import Catalogue, Decided
from han.catalogue.graph import Graph
from han.catalogue.lineage_text import LineageText
from han.catalogue.open_lineage import write_events
from han.catalogue.queue_records import ClerkDecision, clerk_decisions, queue_graph
from han.catalogue.recognised import found_keys, graph_at
from han.catalogue.row_origin import CodedRow, coded_row
from han.errors import InputError
from han.languages.words import Words
from han.tables.locations import is_database

Clerks: TypeAlias = Mapping[str, list[ClerkDecision] | None]


@dataclass(frozen=True)
class _Known:
    """All that is known, and what is asked about."""

    graph: Graph
    decided: Mapping[str, list[Decided]]
    keys: list[str]


def print_lineage(
    given: argparse.Namespace, catalogue: Catalogue | None, words: Words
) -> None:
    """Prints the chain of a row, run, job, queue or file both ways."""
    known = _known(given, catalogue)
    row = _row(given) if given.row else None
    clerks = _clerks(row, given.queue, known) if row else {}
    if given.openlineage:
        graph = Graph.of([], [])
        for key in known.keys:
            graph = graph.joined(known.graph.around(key))
        count = write_events(graph, given.openlineage)
        if not given.json:
            print(words.say("events", count=count, file=given.openlineage))
    if given.json:
        print(json.dumps(_as_json(known, row, clerks), ensure_ascii=False, indent=2))
        return
    if row:
        print("\n".join(_row_lines(row, clerks, words)), end="\n\n")
    text = LineageText(known.graph, known.decided, words)
    for key in known.keys:
        print("\n".join(text.lines(key)))


def _known(given: argparse.Namespace, catalogue: Catalogue | None) -> _Known:
    graph = catalogue.graph() if catalogue else Graph.of([], [])
    decided = catalogue.decisions() if catalogue else {}
    if Path(given.what).exists() or is_database(given.what):
        graph = graph.joined(graph_at(given.what))
    for queue in given.queue:
        graph = graph.joined(queue_graph(queue))
    keys = [key for key in found_keys(given.what, graph) if key in graph.things]
    return _Known(graph, decided, keys)


def _row(given: argparse.Namespace) -> CodedRow:
    keys = {}
    for one in given.row:
        name, equals, value = one.partition("=")
        keys[name if equals else ""] = value if equals else one
    if not Path(given.what).is_dir():
        raise InputError(
            f"{given.what}: --row asks for a row of a job. Name its folder."
        )
    return coded_row(Path(given.what), keys, given.task)


def _clerks(row: CodedRow, queues: list[str], known: _Known) -> Clerks:
    """What clerks decided of a row, by queue; None where it is not in the queue."""
    used = [step for key in known.keys for step in known.graph.users(key)]
    made = [
        known.graph.things[one.thing].place
        for step in used
        for one in step.links
        if one.made and one.thing.startswith("queue:")
    ]
    there = [one for one in made if is_database(one) or Path(one).is_file()]
    places = dict.fromkeys([*queues, *there])
    return {place: clerk_decisions(place, row.keys) for place in places}


def _row_lines(row: CodedRow, clerks: Clerks, words: Words) -> Iterator[str]:
    keys = ", ".join(f"{name}={value}" for name, value in row.keys.items())
    yield words.say("row", keys=keys, job=row.job, part=row.part)
    what = "row_code" if row.code else "no_code"
    route = row.route or "-"
    yield "  " + words.say(what, code=row.code, level=row.level, route=route)
    yield "  " + words.say("decided_by", method=row.method, reason=row.reason or "-")
    if row.declined:
        yield "  " + words.say("declined", declined="; ".join(row.declined))
    plan = row.plan or words.say("no_plan")
    yield "  " + words.say("with_run", run=row.run, code_list=row.code_list, plan=plan)
    if not clerks and row.method == "clerk":
        yield "  " + words.say("no_queue")
    for queue, decisions in clerks.items():
        if not decisions:
            what = "not_asked" if decisions is None else "not_decided"
            yield "  " + words.say(what, queue=queue)
        for one in decisions or ():
            yield "  " + _clerk_line(one, words)


def _clerk_line(one: ClerkDecision, words: Words) -> str:
    back = "" if one.stands else words.say("taken_back")
    said = {**asdict(one), "batch": str(one.batch), "taken_back": back}
    return words.say("clerk_code" if one.code else "clerk_uncodable", **said)


def _as_json(known: _Known, row: CodedRow | None, clerks: Clerks) -> dict[str, Any]:
    around = Graph.of([], [])
    for key in known.keys:
        around = around.joined(known.graph.around(key))
    return {
        "row": {**asdict(row), "job": str(row.job)} if row else None,
        "clerks": {
            place: [asdict(one) for one in said or ()]
            for place, said in clerks.items()
            if said is not None
        },
        "things": [asdict(one) for one in around.things.values()],
        "steps": [asdict(one) for one in around.steps.values()],
        "stages": {
            key: [asdict(one) for one in said]
            for key, said in known.decided.items()
            if key in around.things
        },
    }
