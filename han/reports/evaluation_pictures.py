"""Pictures of an evaluation for notebooks."""

from __future__ import annotations

import matplotlib
import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from han.code_list.taxonomy import ROOT
from han.decisions.coded_records import CodedRecords
from han.decisions.routing import AUTO, PARTIAL, REVIEW
from han.reports.curves import accuracy_band, reliability_bins
from han.reports.svg_plots import BLUE, GREY, ORANGE, SKY, STYLE

WIDE = (11.0, 3.6)  # inches
LABELLED = 0.018  # share of the width from which a code is written
SHADES, DARK = "Oranges", 0.6  # share wrong from which letters are white
PERCENT = PercentFormatter(1.0, decimals=0)
ROUTE_COLOURS = {AUTO: BLUE, PARTIAL: SKY, REVIEW: "#d0d5d9"}


def tree_picture(coded: CodedRecords) -> Figure:
    """The code list as bands, a level below the other, darker where more is wrong.

    Each code is as wide as it has records, and stands below its parent. Its colour is
    the share of its records that are wrong on its level; what is wrong above is wrong
    below.

    Args:
        coded: The records.
    """
    tree, levels = coded.tree, np.arange(coded.tree.num_levels)
    figure = Figure(figsize=(WIDE[0], 0.9 * len(levels) + 1.2), layout="constrained")
    axes = figure.add_subplot(xlim=(0, max(len(coded), 1)), ylim=(len(levels), 0))
    scale = ScalarMappable(Normalize(0, 1), SHADES)
    order = np.lexsort(tree.paths[coded.true].T[::-1])
    for level in levels.tolist():
        _band(axes, coded, order, level)
    axes.set_yticks(levels + 0.5, [f"level {level + 1}" for level in levels])
    axes.set_xlabel("records, in the order of the code list")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    bar = figure.colorbar(scale, ax=axes, format=PERCENT, pad=0.01)
    bar.set_label("wrong on this level")
    return figure


def _band(
    axes: Axes, coded: CodedRecords, order: npt.NDArray[np.int64], level: int
) -> None:
    """One level: a bar for each code that has records."""
    nodes = coded.tree.paths[coded.true, level][order]
    wrong = (coded.pairs().shared_depth <= level)[order]
    begins = np.flatnonzero(np.append(True, nodes[1:] != nodes[:-1]))
    ends = np.append(begins[1:], len(nodes))
    gap, shades = 0.3 if level else 1.2, matplotlib.colormaps[SHADES]
    for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
        if nodes[begin] == ROOT:
            continue  # codes that end above
        share, width = float(wrong[begin:end].mean()), end - begin
        place = [(begin, width)], (level + 0.03, 0.94)
        axes.broken_barh(*place, facecolor=shades(share), edgecolor="white", lw=gap)
        if width / len(nodes) >= LABELLED:
            axes.text(
                begin + width / 2,
                level + 0.5,
                coded.tree.codes[nodes[begin]],
                rotation=90 if level else 0,
                ha="center",
                va="center",
                fontsize=7,
                color="white" if share > DARK else "black",
            )


def coverage_picture(coded: CodedRecords, target: float = 0.95) -> Figure:
    """Accuracy of what is coded against its share, from the surest record down.

    Args:
        coded: The records.
        target: Accuracy to mark.
    """
    with matplotlib.rc_context(STYLE):
        figure, panels = _panels(coded)
        for level, axes in panels.items():
            band = accuracy_band(coded.at(level))
            ends = band.low, band.high
            axes.fill_between(band.coverage, *ends, color=SKY, alpha=0.35, linewidth=0)
            axes.plot(band.coverage, band.value, color=BLUE, linewidth=1.8)
            axes.axhline(target, color=ORANGE, linewidth=1.2, linestyle=(0, (4, 3)))
            axes.set_xlabel("share of the records that is coded")
        return figure


def reliability_picture(coded: CodedRecords) -> Figure:
    """Accuracy against probability on each level; the diagonal is what should be."""
    with matplotlib.rc_context(STYLE):
        figure, panels = _panels(coded)
        for level, axes in panels.items():
            bins = reliability_bins(coded.at(level))
            right = bins.shares.share
            error = [right - bins.shares.low, bins.shares.high - right]
            axes.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle=(0, (2, 2)))
            axes.errorbar(bins.confidence, right, error, color=BLUE, marker="o")
            axes.set_xlabel("probability of the code")
        return figure


def _panels(coded: CodedRecords) -> tuple[Figure, dict[str, Axes]]:
    """A figure with axes for each level, shares on both sides."""
    levels = [str(k + 1) for k in range(coded.tree.num_levels)]
    figure = Figure(figsize=WIDE, layout="constrained")
    row = figure.subplots(1, len(levels), sharex=True, sharey=True, squeeze=False)[0]
    for level, axes in zip(levels, row, strict=True):
        axes.set_title(f"level {level}")
        axes.xaxis.set_major_formatter(PERCENT)
        axes.yaxis.set_major_formatter(PERCENT)
        axes.set_xlim(0, 1.01)
    row[0].set_ylabel("right")
    return figure, dict(zip(levels, row, strict=True))


def routes_picture(table: pd.DataFrame) -> Figure:
    """Who codes the records, for each target.

    Args:
        table: What `han.planning.planning_session.PlanningSession.what_if` gave.
    """
    places, left = np.arange(len(table)), np.zeros(len(table))
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(8.0, 0.42 * len(table) + 1.2), layout="constrained")
        axes = figure.add_subplot()
        for name, colour in ROUTE_COLOURS.items():
            axes.barh(places, table[name], 0.75, left, color=colour, label=name)
            left = left + table[name].to_numpy()
        axes.set_yticks(places, [f"{target:.0%}" for target in table.index])
        axes.invert_yaxis()
        axes.grid(visible=False)
        axes.set_xlim(0, 1)
        axes.xaxis.set_major_formatter(PERCENT)
        axes.set_xlabel("records")
        axes.set_ylabel("accuracy asked for")
        figure.legend(loc="outside upper center", ncols=3, frameon=False)
        return figure
