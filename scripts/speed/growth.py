"""How time and memory grow with the length of documents, rows, vocabulary and codes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

from speed.rooms import Sizes
from speed.rounds import Measured, take_turns
from speed.runs import Effort, say
from speed.tables import markdown, number
from speed.targets import row

LENGTHS = (10, 50, 200, 400, 1_200, 2_000)
SENTENCE = 20  # words
ROWS = (1_000, 10_000, 100_000)
VOCABULARIES = (20_000, 50_000, 200_000)
CODES = (1_000, 10_000, 100_000)


Work = tuple[Sizes, dict[str, Any]]


@dataclass(frozen=True)
class Scale:
    """The sizes that growth is measured on; a test takes smaller ones.

    Attributes:
        lengths: Words of a document.
        rows: Documents predicted in one call.
        vocabularies: Word ids.
        codes: Leaves of the tree.
    """

    lengths: tuple[int, ...] = LENGTHS
    rows: tuple[int, ...] = ROWS
    vocabularies: tuple[int, ...] = VOCABULARIES
    codes: tuple[int, ...] = CODES


@dataclass(frozen=True)
class Growth:
    """One table, and the rows that it adds to the targets.

    Attributes:
        text: Markdown.
        targets: Rows for the table of targets.
        measures: What was measured, by size.
    """

    text: str
    targets: list[list[str]]
    measures: dict[str, Measured]

    def to_dict(self) -> dict[str, Any]:
        """What was measured, for a JSON file."""
        return {name: asdict(measured) for name, measured in self.measures.items()}


def measure(build: str, works: list[Work], effort: Effort) -> list[Measured]:
    """Measures one builder of `speed.growing` on several sizes of work."""
    orders = [
        {
            "name": f"{build} {options}",
            "module": "growing",
            "build": build,
            "options": options,
            "threads": 1,
            "sizes": asdict(sizes),
        }
        for sizes, options in works
    ]
    return take_turns(orders, [1] * len(orders), effort.rounds, effort.seconds)


def by_length(sizes: Sizes, scale: Scale, effort: Effort) -> Growth:
    """Training time of a word in short and long documents."""
    say("growth: length of documents")
    shapes = [(words, min(words, SENTENCE)) for words in scale.lengths]
    long_sentences = (scale.lengths[-1], 10 * SENTENCE)
    shapes.append(long_sentences)
    works = [(sizes, {"words": w, "sentence": s}) for w, s in shapes]
    found = measure("build_length", works, effort)
    costs = [
        1e6 / (m.speed("train") * w) for m, (w, _) in zip(found, shapes, strict=True)
    ]
    spread = max(costs[:-1]) / min(costs[:-1])
    rows = [(f"{w:,}", s, number(c)) for (w, s), c in zip(shapes, costs, strict=True)]
    table = markdown(("words", "of a sentence", "CPU microseconds a word"), rows)
    text = (
        f"{table}\n\nIn sentences of up to {SENTENCE} words a word costs up to "
        f"{spread:.2f} times as much as in the cheapest: {verdict(spread, 1.5)} in the "
        "length of a document."
    )
    what = f"cost per word, {scale.lengths[0]} to {scale.lengths[-1]:,} words"
    target = row(what, "cheapest", 1.2, spread, True, "x")
    names = [f"{w} words, sentences of {s}" for w, s in shapes]
    return Growth(text, [target], dict(zip(names, found, strict=True)))


def verdict(spread: float, limit: float) -> str:
    """Linear or not, by how much the cost of a unit differs."""
    return "linear" if spread <= limit else "NOT linear"


def by_rows(sizes: Sizes, scale: Scale, effort: Effort) -> Growth:
    """Speed and memory of prediction by number of rows."""
    say("growth: rows")
    works = [(sizes, {"rows": rows}) for rows in scale.rows]
    found = measure("build_rows", works, effort)
    lines = [
        (f"{r:,}", number(m.speed("predict")), number(m.peak_mb))
        for r, m in zip(scale.rows, found, strict=True)
    ]
    table = markdown(("rows predicted", "documents a CPU second", "peak MB"), lines)
    step = (found[-1].peak_mb - found[0].peak_mb) * 1e3
    each = step / (scale.rows[-1] - scale.rows[0])
    speeds = [m.speed("predict") for m in found]
    kind = verdict(max(speeds) / speeds[-1], 1.5)
    text = (
        f"{table}\n\nTime is {kind} in rows; a row more takes {each:.2g} kB, its ids "
        "and its probabilities included."
    )
    names = [f"{rows} rows" for rows in scale.rows]
    return Growth(text, [], dict(zip(names, found, strict=True)))


def by_vocabulary(sizes: Sizes, scale: Scale, effort: Effort) -> Growth:
    """Time of a step and of the optimizer by size of the vocabulary."""
    say("growth: vocabulary")
    works: list[Work] = [(replace(sizes, vocabulary=v), {}) for v in scale.vocabularies]
    found = measure("build_vocabulary", works, effort)
    steps = [1e3 * sizes.batch / m.speed("train") for m in found]
    alone = [1e3 / m.speed("optimizer") for m in found]
    lines = [
        (f"{v:,}", number(s), number(a), number(m.peak_mb))
        for v, s, a, m in zip(scale.vocabularies, steps, alone, found, strict=True)
    ]
    header = ("vocabulary", "step, CPU ms", "optimizer alone, CPU ms", "peak MB")
    grown = alone[-1] / alone[0]
    text = (
        f"{markdown(header, lines)}\n\nThe optimizer takes {grown:.2f} times as long, "
        f"a step {steps[-1] / steps[0]:.2f} times, for a vocabulary "
        f"{scale.vocabularies[-1] / scale.vocabularies[0]:.0f} times as large."
    )
    first, last = scale.vocabularies[0], scale.vocabularies[-1]
    what = f"optimizer, vocabulary {first:,} to {last:,}"
    target = row(what, "smallest", 1.1, grown, True, "x")
    names = [f"vocabulary {v}" for v in scale.vocabularies]
    return Growth(text, [target], dict(zip(names, found, strict=True)))


def by_codes(sizes: Sizes, scale: Scale, effort: Effort) -> Growth:
    """Time of a step by number of codes."""
    say("growth: codes")
    works = [(sizes, {"codes": codes}) for codes in scale.codes]
    found = measure("build_codes", works, effort)
    steps = [1e3 * sizes.batch / m.speed("train") for m in found]
    lines = [
        (f"{c:,}", number(s), f"{m.built['first_train']:.1f}", number(m.peak_mb))
        for c, s, m in zip(scale.codes, steps, found, strict=True)
    ]
    header = ("codes", "step, CPU ms", "first step s", "peak MB")
    times, codes = steps[-1] / steps[0], scale.codes[-1] / scale.codes[0]
    kind = "at most linear" if times <= codes else "worse than linear"
    text = (
        f"{markdown(header, lines)}\n\nFor {codes:.0f} times the codes a step takes "
        f"{times:.1f} times as long: {kind}."
    )
    names = [f"{codes} codes" for codes in scale.codes]
    return Growth(text, [], dict(zip(names, found, strict=True)))


TARGETS: tuple[Callable[[Sizes, Scale, Effort], Growth], ...] = (
    by_length,
    by_vocabulary,
)
ALL = (by_length, by_rows, by_vocabulary, by_codes)
