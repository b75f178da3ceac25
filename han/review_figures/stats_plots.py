"""Plots of the page of figures: accuracy with intervals, seconds with quartiles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from han.languages.words import Words
from han.reports.svg_plots import BLUE, STYLE, as_svg
from han.review_figures.stats_sections import group_name, kind_name

Line = tuple[str, float, float, float]  # name, value, low, high


def accuracy_plot(rows: Sequence[Mapping[str, Any]], title: str, words: Words) -> str:
    """Right down to the whole code, a line for each group; "" if nothing is known.

    Args:
        rows: Estimates, counted in one way.
        title: What the plot shows, for who cannot see it.
        words: Those of `REVIEW_STATS`.
    """
    lines = [
        (group_name(row, words), row["right"], row["low"], row["high"])
        for row in rows
        if row["right"] is not None and row["right_to"] == "whole"
    ]
    return _lines(lines, title, lambda v: words.numbers.percent(v, 0), 1.0)


def seconds_plot(times: Mapping[str, Any], title: str, words: Words) -> str:
    """Median seconds with quartiles, a line for each kind; "" if nothing was timed."""
    names = ("median", "quartile_1", "quartile_3")
    lines = [
        (kind_name(kind, words), *(found[name] for name in names))
        for kind, found in times.items()
        if found["timed"]
    ]
    return _lines(lines, title, words.numbers.count, None)


def _lines(lines: Sequence[Line], title: str, write: Any, most: float | None) -> str:
    if not lines:
        return ""
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(6.4, 0.7 + 0.3 * len(lines)), layout="constrained")
        axes = figure.add_subplot()
        names, values, lows, highs = zip(*lines, strict=True)
        below = [max(v - low, 0.0) for v, low in zip(values, lows, strict=True)]
        above = [max(high - v, 0.0) for v, high in zip(values, highs, strict=True)]
        places = range(len(lines))
        axes.errorbar(values, places, xerr=[below, above], fmt="o", color=BLUE)
        axes.set_yticks(list(places), names)
        axes.invert_yaxis()
        if most is None:
            axes.set_xlim(left=0)
        else:
            axes.set_xlim(right=most + 0.005)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: write(v)))
        return as_svg(figure, title)
