"""Results as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from product.contestants import CONTESTANTS, LINEAR, MISSING, SKLEARN
from product.results import Entry, Results, median, ratio

HEAD = (
    "contestant",
    "fit, CPU s",
    "x LinearSVC",
    "x `tfidf_linear`",
    "fit, s",
    "coded a CPU s",
    "x LinearSVC",
    "x `tfidf_linear`",
    "peak GB",
    "leaf / hF",
)
RIVALS = (SKLEARN, LINEAR)


def head(results: Results) -> Iterator[str]:
    """The table of the page's top: when, where, of which commits."""
    yield "| | |"
    yield "| --- | --- |"
    yield f"| measured | {_span(results, 'date')} |"
    yield f"| machine | {results.machine} |"
    yield f"| commits | {', '.join(_all(results, 'commit'))} |"


def _all(results: Results, name: str) -> list[str]:
    return sorted({entry[name] for entry in results.entries if entry[name]})


def _span(results: Results, name: str) -> str:
    found = _all(results, name)
    return " to ".join(dict.fromkeys((found[0], found[-1]))) if found else "nothing"


def tables(results: Results) -> Iterator[str]:
    """A table for each work."""
    for work in results.works():
        there = [name for name in CONTESTANTS if results.of(work, name)]
        first = results.of(work, there[0])[0]
        rounds = max(len(results.of(work, name)) for name in there)
        yield f"### {first['title']}\n"
        size = f"{first['codes']:,} codes, {first['words']:,} words on average"
        many = "one round" if rounds == 1 else f"medians of {rounds} rounds"
        yield f"{first['records']:,} coded records, {size}; {many}.\n"
        yield _line(HEAD)
        yield _line(["---"] * len(HEAD))
        others = {name: results.of(work, name) for name in RIVALS}
        for name in there:
            yield _line(_row(name, results.of(work, name), others))
        yield ""


def _row(name: str, entries: list[Entry], others: dict[str, list[Entry]]) -> list[str]:
    title = CONTESTANTS[name].title
    if all(entry["state"] == MISSING for entry in entries):
        return [title, "not installed", *[""] * (len(HEAD) - 2)]
    fit = median(entries, "fit.cpu")
    cells = [title, _number(fit) if fit is not None else said(entries[-1])]
    cells += [_times(name, entries, others[rival], "fit.cpu") for rival in others]
    rate = median(entries, "coding.rate")
    # One whose fit has come to its end says here why it has not coded.
    ended = said(entries[-1]) if fit is not None else ""
    cells += [_number(median(entries, "fit.wall")), _number(rate) or ended]
    cells += [_times(name, entries, others[rival], "coding.rate") for rival in others]
    leaf, hf = median(entries, "leaf"), median(entries, "hf")
    scores = "" if leaf is None or hf is None else f"{leaf:.3f} / {hf:.3f}"
    return [*cells, _number(median(entries, "memory")), scores]


def said(entry: Entry) -> str:
    """Why one did not come to its end."""
    if entry["state"] == "time":
        return f"over {entry['minutes']:g} minutes"
    if entry["state"] == "memory":
        return f"over {entry['gigabytes']:g} GB"
    return {"done": "", MISSING: "not installed"}.get(entry["state"], "failed")


def _times(name: str, entries: list[Entry], rival: list[Entry], path: str) -> str:
    is_itself = any(entry["contestant"] == name for entry in rival)
    found = None if is_itself else ratio(entries, rival, path)
    return "" if found is None else f"{found:.2f}" if found < 10 else f"{found:.0f}"


def _number(found: float | None) -> str:
    if found is None:
        return ""
    return f"{found:,.0f}" if found >= 10 else f"{found:.1f}"


def _line(cells: tuple[str, ...] | list[str]) -> str:
    return f"| {' | '.join(cells)} |"
