"""Runs: one corpus, one set of sizes, some contestants; and what came of them."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from speed.corpora import make_corpus
from speed.entries import Entry, installed
from speed.roofline import bounds, document_flops
from speed.rooms import Sizes
from speed.rounds import Measures, Process, compete
from speed.same import LARGEST


@dataclass(frozen=True)
class Effort:
    """How long to measure.

    Attributes:
        rounds: Number of rounds.
        seconds: Time for each task of a round.
    """

    rounds: int
    seconds: float


@dataclass(frozen=True)
class Run:
    """One run and its result.

    Attributes:
        sizes: Sizes of network and work.
        words: Mean words of a document.
        flops: Operations of a mean document, forward.
        bounds: Documents per CPU second that the machine allows, by task.
        measures: What was measured, by contestant.
    """

    sizes: Sizes
    words: float
    flops: float
    bounds: dict[str, float]
    measures: Measures

    def to_dict(self) -> dict[str, Any]:
        """All of it, for a JSON file."""
        return asdict(self)


def say(line: str) -> None:
    """A line of progress."""
    print(line, file=sys.stderr, flush=True)


def run(
    sizes: Sizes, entries: Iterable[Entry], effort: Effort, rates: dict[str, float]
) -> Run:
    """Lets contestants compete on one corpus."""
    able, lines = installed(list(entries))
    for line in lines:
        say(line)
    say(f"{title(sizes)}: {', '.join(entry.name for entry in able)}")
    corpus = make_corpus(sizes.corpus, sizes.documents, sizes.vocabulary)
    return Run(
        sizes,
        corpus.words_per_document,
        document_flops(sizes, corpus),
        bounds(sizes, corpus, rates),
        compete(able, sizes, effort.rounds, effort.seconds),
    )


def title(sizes: Sizes) -> str:
    """What a run is, in a few words."""
    kind = {"long": "long documents", "short": "short answers"}[sizes.corpus]
    return f"{kind}, {sizes.units} units, batch {sizes.batch}"


def same_outputs(sizes: Sizes) -> str:
    """A line on whether rivals compute the same, in a process of its own."""
    order = {"module": "same", "build": "build", "options": {}, "threads": 1}
    with Process({**order, "sizes": asdict(sizes)}) as process:
        found = {
            name: process.ask({"do": name, "seconds": 0})["documents"]
            for name in process.ask({"do": "build"})["tasks"]
        }
    values = ", ".join(f"{name} {value:.0e}" for name, value in found.items())
    verdict = "same" if max(found.values()) <= LARGEST else "NOT THE SAME"
    return (
        f"With equal weights the document vectors are the {verdict}; largest "
        f"difference from han's: {values} (limit {LARGEST:.0e})."
    )
