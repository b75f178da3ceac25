"""Brings files of a publisher, as `han.fetch` is asked to."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from tqdm import tqdm

from han.cli import screen_language
from han.config.sources_config import SourceConfig, SourcesConfig, read_sources
from han.errors import InputError, listing
from han.fetching.fetched_file import Fetched, Outcome, fetch_source
from han.fetching.partial_download import Progress
from han.fetching.polite_session import PoliteSession
from han.jobs.evidence_text import aligned
from han.languages.words import FETCH, Words
from han.tables.file_access import make_folder
from han.tables.provenance import read_provenance

_GOOD = ("new", "same", "changed")


def carry_out(given: argparse.Namespace) -> set[Outcome]:
    """Brings what is asked for; what became of the sources."""
    config = read_sources(given.sources)
    asked = _asked(given.sources, config, given.only)
    _asked(given.sources, config, given.accept)
    folder = given.output or Path(config.folder)
    words = Words(FETCH, screen_language(given))
    if given.check:
        print("\n".join(aligned(_planned(asked, folder, words))))
        return set()
    make_folder(folder, "the folder of sources", "Give another with -o.")
    found = list(_fetched(config, asked, folder, given.accept))
    if given.json:
        print(json.dumps([_as_json(one) for one in found]))
    else:
        print("\n".join(aligned(_table(found, words))))
        here = sum(one.outcome in _GOOD for one in found)
        print(f"\n{words.say('all_here', count=here, total=len(found))}")
    for one in found:
        if one.reason:
            print(f"han: {one.name}: {one.reason}", file=sys.stderr)
    return {one.outcome for one in found}


def _asked(
    file: Path, config: SourcesConfig, names: Sequence[str] | None
) -> dict[str, SourceConfig]:
    if unknown := [name for name in names or () if name not in config.sources]:
        raise InputError(
            f"{file}: there is no source {listing(unknown)}. Known: "
            f"{listing(config.sources)}."
        )
    wanted = config.sources if names is None else names
    return {name: config.sources[name] for name in wanted}


def _fetched(
    config: SourcesConfig,
    asked: dict[str, SourceConfig],
    folder: Path,
    accept: Sequence[str],
) -> Iterator[Fetched]:
    session = PoliteSession(
        config.contact, config.requests_a_minute, config.timeout, config.attempts
    )
    session.most_seconds = 60.0 * config.max_minutes
    for name, source in asked.items():
        with _bar(name) as progress:
            yield fetch_source(
                name, source, folder, session, progress, accept=name in accept
            )


@contextmanager
def _bar(name: str) -> Iterator[Progress]:
    """Shows how far a file is, if it takes a while."""
    with tqdm(desc=name, unit="B", unit_scale=True, delay=2, leave=False) as bar:

        def show(size: int, total: int | None) -> None:
            bar.total = total
            bar.update(size - bar.n)

        yield show


def _table(found: Sequence[Fetched], words: Words) -> list[list[str]]:
    head = [words.say(key) for key in ("name", "outcome", "size", "file")]
    rows = [
        [
            one.name,
            words.say(one.outcome),
            words.numbers.count(one.size // 1000),
            str(one.file),
        ]
        for one in found
    ]
    return [head, *rows]


def _planned(
    asked: dict[str, SourceConfig], folder: Path, words: Words
) -> list[list[str]]:
    rows = [[words.say("name"), words.say("outcome"), words.say("file")]]
    for name, source in asked.items():
        file = folder / source.file_name
        said = read_provenance(file) if file.is_file() else None
        is_right = said and said["from"][0]["sha256"] == source.sha256
        key = "pinned" if is_right else "here" if said else "missing"
        rows.append([name, words.say(key), str(file)])
    return rows


def _as_json(one: Fetched) -> dict[str, object]:
    return {**asdict(one), "file": str(one.file)}
