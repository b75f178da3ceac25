"""What is said of a queue, for people: sections of tables and notes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from han.jobs.evidence_text import aligned
from han.languages.number_format import NOTHING
from han.languages.words import Words
from han.review_figures.queue_figures import WHOLE_CODE

Figures = Mapping[str, Any]
KINDS = ("all", "with_suggestions", "without_suggestions")
WAITING = ("waiting", "unsettled", "unseen")
QUARTILES = ("quartile_1", "median", "quartile_3")


@dataclass(frozen=True)
class Section:
    """A part of the page.

    Attributes:
        name: What it is about, a key of the words.
        title: Its heading.
        table: Rows of cells, the head first; none for a section of notes.
        notes: Sentences below.
    """

    name: str
    title: str
    table: list[list[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def stats_sections(found: Figures, place: str, words: Words) -> list[Section]:
    """All sections, the most important first.

    Args:
        found: Of `queue_figures`.
        place: What the queue is called.
        words: Those of `REVIEW_STATS`, in a language.
    """
    counted = list(dict.fromkeys(row["by"] for row in found["estimates"]))
    return [
        _progress(found["progress"], place, words),
        *(_accuracy(found, by, words) for by in reversed(counted)),
        _times(found, words),
        _people(found["people"], words),
        _agreement(found["agreement"], words),
        *_pairs(found["pairs"], words),
        _anchoring(found["anchoring"], words),
    ]


def _progress(found: Figures, place: str, words: Words) -> Section:
    parts = {part: counts["decided"] for part, counts in found["parts"].items()}
    through = found["batches_through"]
    notes = [
        words.say("progress", through=through, batches=found["batches"], **parts),
        words.say("double", **{k: found[k] for k in ("paired", "double", "gold")}),
        words.say("waiting", **{k: found[k] for k in WAITING}),
        *([words.say("waiting_first")] if found["waiting"] else []),
        *(words.say("awaited", **one) for one in found["awaited"]),
    ]
    return Section("title", words.say("title", place=place), [], notes)


def _accuracy(found: Figures, by: str, words: Words) -> Section:
    rows = shown_rows([row for row in found["estimates"] if row["by"] == by])
    names = "group right_to size records same interval doubles right interval".split()
    head = [words.say(name) for name in names]
    table = [head, *(_estimate(row, words) for row in rows)]
    title = words.say("accuracy", by=words.say(f"by_{by}"))
    notes = list(_accuracy_notes(found, rows, by, words))
    return Section("accuracy", title, table, notes)


def shown_rows(rows: list[Figures]) -> list[Figures]:
    """Rows for people: of stages the whole code, of the rest the levels above, too."""
    order = ["machine", "clerks", "whole", "open"]
    by_level = [row for row in rows if row["of"] != "machine" or row["method"] == "all"]
    known: list[Any] = []
    kept = []
    for row in sorted(by_level, key=lambda row: order.index(row["of"])):
        name = row["of"], row["size"], row["same"], row["right"], row["low"]
        if row["right_to"] == WHOLE_CODE or name not in known:  # the last level is
            kept.append(row)  # mostly the whole code
        known.append(name)
    stages = [row for row in rows if row not in by_level]
    return [row for row in stages if row["right_to"] == WHOLE_CODE] + kept


def group_name(row: Figures, words: Words) -> str:
    """What the answers of a row are called."""
    if row["of"] != "machine":
        return words.say(row["of"])
    if row["method"] == "all":
        return words.say("machine_all")
    level = row["code_level"]
    kind = "machine" if level is None else "machine_level"
    return words.say(kind, method=row["method"], level=level)


def is_unmeasured(row: Figures) -> bool:
    """Whether a figure allows for strata of which nothing was looked at."""
    return bool(row["unmeasured"]) and row["same"] is not None


def level_name(row: Figures, words: Words) -> str:
    """How far down the codes of a row must be right."""
    if row["right_to"] == WHOLE_CODE:
        return words.say("whole_code")
    return words.say("level", level=row["right_to"])


def _estimate(row: Figures, words: Words) -> list[str]:
    numbers = words.numbers
    mark = " *" if row["right"] is not None and row["against"] == "two" else ""
    return [
        group_name(row, words) + (" †" if is_unmeasured(row) else ""),
        level_name(row, words),
        numbers.count(row["size"]),
        numbers.count(row["records"]),
        numbers.percent(row["same"]),
        _interval(row["same_low"], row["same_high"], words),
        numbers.count(row["doubles"]),
        numbers.percent(row["right"]) + mark,
        _interval(row["low"], row["high"], words),
    ]


def _interval(low: float | None, high: float | None, words: Words) -> str:
    ends = None if low is None or high is None else [low, high]
    return words.numbers.interval(ends)


def _accuracy_notes(
    found: Figures, rows: list[Figures], by: str, words: Words
) -> Iterator[str]:
    least, numbers = found["least"], words.numbers
    yield words.say("read")
    if any(row["right"] is None or row["same"] is None for row in rows):
        yield words.say("dash", least=least)
    if any(row["right"] is not None and row["against"] == "two" for row in rows):
        yield words.say("assumed_two", least=least)
    yield words.say("assumed_gold")
    yield words.say("assumed_random")
    if unknown := max(row["unknown"] for row in rows):
        yield words.say("unknown", answers=words.count_of(unknown, "answer"))
    whole = [row for row in rows if row["right_to"] == WHOLE_CODE]
    for row in whole:
        if is_unmeasured(row):
            share = numbers.percent(row["unmeasured"])
            name = group_name(row, words)
            yield words.say("unmeasured", group=name, share=share)
    machine = [row for row in whole if row["method"] == "all"]
    if machine and machine[0]["right"] is None:
        yield words.say("more_doubles", more=max(least - machine[0]["doubles"], 0))
    sizes = next(row["sizes"] for row in whole if row["of"] == "whole")
    total = sum(sizes.values()) or 1
    shares = {name: numbers.percent(size / total) for name, size in sizes.items()}
    yield words.say("composition", by=words.say(f"by_{by}"), **shares)


def _times(found: Figures, words: Words) -> Section:
    names = ["kind", "number", *QUARTILES, "per_hour"]
    table = [[words.say(name) for name in names]]
    for kind, figures in found["times"].items():
        if figures["decisions"]:
            counts = words.numbers.count(figures["decisions"])
            table.append([kind_name(kind, words), counts, *_seconds(figures, words)])
    minutes = f"{found['break_minutes']:g}"
    notes = [words.say("break_rule", minutes=minutes), *_cost(found["cost"], words)]
    return Section("times", words.say("times"), table, notes)


def kind_name(kind: str, words: Words) -> str:
    """What decisions of a kind are called."""
    if kind.startswith("rank_"):
        return words.say("rank", rank=kind.removeprefix("rank_"))
    return words.say(kind)


def _seconds(figures: Figures, words: Words) -> list[str]:
    cells = [_decimal(figures[name], words) for name in QUARTILES]
    pace = figures["per_hour"]
    return [*cells, NOTHING if pace is None else words.numbers.count(pace)]


def _decimal(value: float | None, words: Words) -> str:
    return words.numbers.decimal(value, 1)


def _cost(found: Figures, words: Words) -> Iterator[str]:
    if found["hours"] is None:
        yield words.say("cost_unknown")
        return
    yield words.say(
        "cost",
        hours=_decimal(found["hours"], words),
        seconds=_decimal(found["seconds_per_decision"], words),
        decisions=words.count_of(found["open_decisions"], "decision"),
        left=_decimal(found["hours_left"], words),
    )
    if found["untimed"]:
        untimed = words.count_of(found["untimed"], "decision")
        yield words.say("untimed", decisions=untimed)


def _people(people: list[Figures], words: Words) -> Section:
    head = [words.say(n) for n in ("person", "number", "median", "per_hour")]
    thirds = ("first_third", "last_third")
    head += [f"{words.say('median')}, {words.say(third)}" for third in thirds]
    head += [words.say("person_right"), *map(words.say, thirds), words.say("drift")]
    table = [head, *(_person(one, words) for one in people)]
    return Section("people", words.say("people"), table, [words.say("truth")])


def _person(one: Figures, words: Words) -> list[str]:
    own, thirds = one["all"], (one["first_third"], one["last_third"])
    pace = own["per_hour"]
    return [
        one["name"],
        words.numbers.count(own["decisions"]),
        _decimal(own["median"], words),
        NOTHING if pace is None else words.numbers.count(pace),
        *(_decimal(third["median"], words) for third in thirds),
        share_cell(one["right"], words),
        *(share_cell(third["right"], words) for third in thirds),
        difference_cell(one["drift"], words),
    ]


def share_cell(found: Figures, words: Words) -> str:
    """A share, its interval and its number, or the number alone."""
    if found["value"] is None:
        return f"{NOTHING} ({words.numbers.count(found['records'])})"
    ends = _interval(found["low"], found["high"], words)
    share = words.numbers.percent(found["value"])
    return f"{share} [{ends}] ({words.numbers.count(found['records'])})"


def difference_cell(found: Figures, words: Words) -> str:
    """A difference of shares in points, with its interval."""
    if found["value"] is None:
        return NOTHING
    value, low, high = (100 * found[name] for name in ("value", "low", "high"))
    return f"{value:+.1f} [{low:+.1f}, {high:+.1f}]"


def _agreement(found: Figures, words: Words) -> Section:
    coefficients = ("cohen", "fleiss", "alpha")
    head = [words.say("right_to"), words.say("raw"), *map(words.say, coefficients)]
    table = [head]
    for row in found["levels"]:
        cells = [words.numbers.decimal(row[name]) for name in coefficients]
        name = level_name({"right_to": row["level"]}, words)
        table.append([name, share_cell(row["raw"], words), *cells])
    alpha = words.numbers.decimal(found["tree_alpha"])
    number = words.count_of(found["answers"], "answer")
    title = words.say("agreement", answers=number)
    return Section("agreement", title, table, [words.say("tree_alpha", alpha=alpha)])


def _pairs(pairs: list[Figures], words: Words) -> Iterator[Section]:
    """Each two people; one pair alone is the table above."""
    if len(pairs) < 2:
        return
    table = [[words.say(name) for name in ("pair", "answers_head", "raw", "cohen")]]
    for pair in pairs:
        cells = [
            words.numbers.percent(pair["raw"]),
            words.numbers.decimal(pair["cohen"]),
        ]
        number = words.numbers.count(pair["answers"])
        table.append([" – ".join(pair["names"]), number, *cells])
    yield Section("pair", words.say("pair"), table)


def _anchoring(found: Figures, words: Words) -> Section:
    names = ("answers_head", "shown", "hidden", "difference")
    table = [[words.say(name) for name in names]]
    for part, figures in found.items():
        cells = [share_cell(figures[name], words) for name in ("shown", "hidden")]
        cells.append(difference_cell(figures["difference"], words))
        table.append([words.say(f"anchor_{part}"), *cells])
    notes = [words.say("anchor_note")]
    return Section("anchoring", words.say("anchoring"), table, notes)


def stats_text(sections: list[Section]) -> str:
    """The sections for a terminal."""
    lines: list[str] = []
    for section in sections:
        table = aligned(section.table) if section.table else ()
        lines += ["", section.title, *table, *section.notes]
    return "\n".join(lines[1:])
