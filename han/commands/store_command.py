"""Keeps a catalogue, as `han.store` is asked to."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from han.catalogue.catalogue_database import (
    Catalogue,
    Decided,
    Stage,
    make_catalogue,
    this_person,
)
from han.catalogue.graph import Graph, Thing
from han.catalogue.recognised import found_keys, graph_at, short
from han.cli import screen_language
from han.commands.lineage_command import print_lineage
from han.commands.store_arguments import VARIABLE
from han.errors import InputError, listing
from han.jobs.evidence_text import aligned
from han.languages.words import STORE, Words

_STAGES: dict[str, Stage] = {"approve": "approved", "retire": "retired"}


def carry_out(given: argparse.Namespace) -> None:
    """Does what a part of the command is asked to."""
    words = Words(STORE, screen_language(given))
    if given.part == "lineage":
        store = Catalogue(given.store) if given.store else None
        print_lineage(given, store, words)
        return
    place = _place(given)
    if given.part in ("init", "upgrade"):
        make_catalogue(place)
        done = {"init": "made", "upgrade": "upgraded"}[given.part]
        print(words.say(done, place=place))
        return
    catalogue = Catalogue(place)
    if given.part == "add":
        _add(given.what, catalogue, words)
    elif given.part == "list":
        _list(given, catalogue, words)
    elif given.part == "show":
        _show(given.what, catalogue)
    else:
        _decide(given, catalogue, words)


def _place(given: argparse.Namespace) -> str:
    if not given.store:
        raise InputError(
            f"no catalogue is named. Give --store catalogue.db, or set {VARIABLE}."
        )
    return str(given.store)


def _add(places: Sequence[str], catalogue: Catalogue, words: Words) -> None:
    graphs = [graph_at(place) for place in places]  # all of them, before one is added
    for place, graph in zip(places, graphs, strict=True):
        print(words.say("added", place=place, count=catalogue.add(graph)))


def _list(given: argparse.Namespace, catalogue: Catalogue, words: Words) -> None:
    graph, decided = catalogue.graph(), catalogue.decisions()
    rows = [
        [words.say(one.kind), one.name, short(one.key), stage, made, one.place]
        for one, stage, made in _listed(graph, decided)
        if given.kind in (None, one.kind) and given.stage in (None, stage)
    ]
    if not rows:
        print(words.say("empty", place=catalogue.place))
        return
    names = ("kind", "name", "digest", "stage", "seen", "place")
    print("\n".join(aligned([[words.say(name) for name in names], *rows])))


def _listed(
    graph: Graph, decided: Mapping[str, Sequence[Decided]]
) -> Iterator[tuple[Thing, str, str]]:
    """Each thing, its stage if it is a run, and when it was made."""
    for thing in sorted(graph.things.values(), key=lambda one: (one.kind, one.name)):
        last = decided.get(thing.key, ())[-1:]
        stage = "candidate" if thing.kind == "run" else ""
        makers = graph.makers(thing.key)
        yield thing, last[0].stage if last else stage, makers[-1].at if makers else ""


def _show(what: str, catalogue: Catalogue) -> None:
    graph, decided = catalogue.graph(), catalogue.decisions()
    for key in found_keys(what, graph):
        if key in graph.things:
            print(json.dumps(_shown(key, graph, decided), indent=2, ensure_ascii=False))
            return
    raise _not_in(what, catalogue)


def _shown(
    key: str, graph: Graph, decided: Mapping[str, Sequence[Decided]]
) -> dict[str, Any]:
    return {
        **asdict(graph.things[key]),
        "stages": [asdict(one) for one in decided.get(key, ())],
        "made_by": [asdict(step) for step in graph.makers(key)],
        "used_by": [step.key for step in graph.users(key)],
    }


def _decide(given: argparse.Namespace, catalogue: Catalogue, words: Words) -> None:
    graph = catalogue.graph()
    keys = found_keys(given.what, graph)
    if wrong := [key for key in keys if not key.startswith("run:")]:
        raise InputError(
            f"{given.what}: only runs are approved, and this is {listing(wrong)}. Name "
            "a run folder."
        )
    if not all(key in graph.things for key in keys):
        raise _not_in(given.what, catalogue)
    stage, who = _STAGES[given.part], given.who or this_person()
    for key in keys:
        catalogue.decide(key, stage, who, given.why)
        name = graph.things[key].name
        print(words.say("now_stage", name=name, digest=short(key), stage=stage))


def _not_in(what: str, catalogue: Catalogue) -> InputError:
    return InputError(
        f"{what}: as it is now, this is not in {catalogue.place}. Add it first: python "
        f"-m han.store add {what}."
    )
