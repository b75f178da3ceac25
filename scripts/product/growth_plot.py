"""What a record costs against records, codes and words, on log axes."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any

from han.tables.whole_files import whole_file
from product.contestants import CONTESTANTS
from product.results import Results, median

Shape = tuple[int, int, int]
SIZES = ("records", "codes", "words")
COSTS = {
    "fit": "fit, CPU ms a record",
    "coding": "coding, CPU ms a record",
}
COLOURS = ("#7f7f7f", "#1f77b4", "#2ca02c", "#9467bd", "#d62728", "#ff7f0e", "#8c564b")
MILLI = 1e3


def write_plot(results: Results, file: Path) -> None:
    """Writes the plot as SVG or PNG, as the file's ending says."""
    os.environ.setdefault("MPLBACKEND", "Agg")
    import matplotlib as mpl
    from matplotlib.figure import Figure

    lines = {at: line_shapes(results, at) for at in range(len(SIZES))}
    # A size that no two works differ in has no panel.
    lines = {at: shapes for at, shapes in lines.items() if len(shapes) > 1} or lines
    # Texts stay texts, and equal results give equal bytes.
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "product"}):
        figure = Figure(figsize=(10, 5.5), layout="constrained")
        shape = len(COSTS), len(lines)
        axes = figure.subplots(*shape, sharey="row", squeeze=False)
        for panels, cost in zip(axes, COSTS, strict=True):
            for panel, (at, shapes) in zip(panels, lines.items(), strict=True):
                draw(panel, results, shapes, at, cost)
            panels[0].set_ylabel(COSTS[cost])
        names, titles = axes[0][0].get_legend_handles_labels()
        figure.legend(names, titles, loc="outside lower center", ncols=4, frameon=False)
        with whole_file(file) as temporary:
            metadata = {"Date": None} if file.suffix == ".svg" else None
            figure.savefig(temporary, format=file.suffix[1:], metadata=metadata)


def draw(panel: Any, results: Results, shapes: list[Shape], at: int, cost: str) -> None:
    """One panel: a line for each contestant, over the works that differ in one size."""
    measured = {entry["contestant"] for entry in results.entries}
    for (name, contestant), colour in zip(CONTESTANTS.items(), COLOURS, strict=True):
        if name not in measured:
            continue
        found = [
            (shape[at], milliseconds(results, shape, name, cost)) for shape in shapes
        ]
        known = [(size, value) for size, value in found if value is not None]
        title = contestant.title.replace("*", "").replace("`", "")
        panel.plot(
            *zip(*known, strict=True) if known else ([], []),
            "o-",
            color=colour,
            label=title,
            markersize=4,
        )
    panel.set(xscale="log", yscale="log", xlabel=_label(shapes, at))
    panel.minorticks_off()
    panel.grid(alpha=0.3)


def milliseconds(results: Results, shape: Shape, name: str, cost: str) -> float | None:
    """CPU milliseconds of a record; None if it did not come so far."""
    entries = results.of("x".join(map(str, shape)), name)
    if cost == "fit":
        seconds = median(entries, "fit.cpu")
        return None if seconds is None else MILLI * seconds / shape[0]
    rate = median(entries, "coding.rate")
    return None if rate is None else MILLI / rate


def line_shapes(results: Results, at: int) -> list[Shape]:
    """Generated works that differ in one size alone: the longest row of them."""
    shapes = sorted(
        {(e["records"], e["codes"], e["words"]) for e in results.entries if _made(e)}
    )
    rest = Counter((*shape[:at], *shape[at + 1 :]) for shape in shapes)
    # Of rows of equal length that of the larger works, where costs differ most.
    longest = max(rest, key=lambda row: (rest[row], row), default=None)
    return [s for s in shapes if (*s[:at], *s[at + 1 :]) == longest]


def _made(entry: dict[str, Any]) -> bool:
    return bool(entry["work"] != "demo")


def _label(shapes: list[Shape], at: int) -> str:
    """The size of the axis, and the others, which are equal in all works."""
    if not shapes:
        return SIZES[at]
    others = [f"{shapes[0][k]:,} {SIZES[k]}" for k in range(3) if k != at]
    return f"{SIZES[at]} ({', '.join(others)})"
