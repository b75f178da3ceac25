"""Plots as SVG text to stand in a page."""

from __future__ import annotations

import io
import re
from html import escape
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from han.decisions.coded_records import FloatArray
from han.languages.number_format import Numbers
from han.reports.curves import AccuracyBand, Bins

# Okabe and Ito (2008): colours that all eyes can tell apart.
BLUE, ORANGE, GREY, SKY = "#0072B2", "#D55E00", "#5f6b76", "#56B4E9"
SIZE = (3.6, 2.7)  # inches
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",  # text stays text: small, searchable, and read aloud
    "svg.hashsalt": "han",  # the same page every time
    "font.size": 9,
    "font.family": "DejaVu Sans",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.labelcolor": "#222222",
    "xtick.color": "#222222",
    "ytick.color": "#222222",
    "axes.grid": True,
    "grid.color": "#e3e7ea",
    "grid.linewidth": 0.8,
    "axes.axisbelow": True,
}


class Plots:
    """Plots with words and numbers of a language.

    Args:
        numbers: How numbers are written.
        words: What is written at the axes.
    """

    def __init__(self, numbers: Numbers, words: dict[str, str]) -> None:
        self.numbers = numbers
        self.words = words

    def accuracy(
        self, band: AccuracyBand, target: float, point: float | None, said: str
    ) -> str:
        """Coverage against accuracy, with its band and the point at the target.

        Args:
            band: The curve.
            target: Accuracy that is wanted.
            point: The coverage that reaches it.
            said: What the plot shows, for who cannot see it.
        """
        with matplotlib.rc_context(STYLE):
            figure, axes = _figure()
            axes.fill_between(
                band.coverage, band.low, band.high, color=SKY, alpha=0.35, linewidth=0
            )
            axes.plot(band.coverage, band.value, color=BLUE, linewidth=1.8)
            axes.axhline(target, color=ORANGE, linewidth=1.2, linestyle=(0, (4, 3)))
            lows = [*band.low[np.isfinite(band.low)], *band.value, target]
            bottom = max(0.0, min(lows) - 0.03)
            axes.set_ylim(bottom, 1.0 + 0.02 * (1 - bottom))
            if point:
                height = float(np.interp(point, band.coverage, band.value))
                axes.plot(
                    [point], [height], "o", color=ORANGE, markersize=6, clip_on=False
                )
                self._label(axes, point, height)
            self._percent_axes(axes, self.words["axis_coverage"], "axis_accuracy")
            return as_svg(figure, said)

    def _label(self, axes: Axes, point: float, height: float) -> None:
        """The coverage beside its point, on the side with more room."""
        right = point > 0.5
        axes.annotate(
            self.numbers.percent(point),
            (point, height),
            xytext=(-7 if right else 7, -13),
            textcoords="offset points",
            ha="right" if right else "left",
            color="#8a3d00",
            fontweight="bold",
        )

    def risk(
        self,
        curve: tuple[FloatArray, FloatArray],
        best: tuple[FloatArray, FloatArray],
        said: str,
    ) -> str:
        """A risk-coverage curve, its area, and the curve of the best order."""
        with matplotlib.rc_context(STYLE):
            figure, axes = _figure((4.2, 2.7))
            axes.fill_between(*curve, color=SKY, alpha=0.3, linewidth=0)
            axes.plot(*curve, color=BLUE, linewidth=1.8, label=self.words["risk_own"])
            axes.plot(
                *best,
                color=GREY,
                linewidth=1.4,
                linestyle=(0, (4, 3)),
                label=self.words["risk_best"],
            )
            axes.set_ylim(0, max(0.05, 1.15 * float(np.max(curve[1], initial=0))))
            axes.legend(loc="upper left", frameon=False, fontsize=8.5)
            self._percent_axes(axes, self.words["axis_coverage"], "axis_risk")
            axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:.2f}"))
            return as_svg(figure, said)

    def reliability(self, after: Bins, before: Bins | None, said: str) -> str:
        """Accuracy against confidence, in bins; the diagonal is right."""
        with matplotlib.rc_context(STYLE):
            figure, axes = _figure((3.2, 3.0))
            axes.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle=(0, (2, 2)))
            if before is not None:
                axes.plot(
                    before.confidence,
                    before.shares.share,
                    color=ORANGE,
                    linewidth=1,
                    linestyle=(0, (4, 2)),
                    marker="s",
                    markersize=4.5,
                    markerfacecolor="white",
                    label=self.words["before"],
                )
            shares = after.shares
            axes.errorbar(
                after.confidence,
                shares.share,
                yerr=[shares.share - shares.low, shares.high - shares.share],
                color=BLUE,
                linewidth=1.5,
                elinewidth=1,
                marker="o",
                markersize=4.5,
                label=self.words["after"],
            )
            if before is not None:
                axes.legend(loc="best", frameon=False, fontsize=8)
            axes.set_ylim(0, 1.02)
            self._percent_axes(axes, self.words["axis_confidence"], "axis_accuracy")
            return as_svg(figure, said)

    def _percent_axes(self, axes: Axes, x: str, y: str) -> None:
        axes.set_xlim(0, 1.01)
        axes.set_xlabel(x)
        axes.set_ylabel(self.words[y])
        percent = FuncFormatter(lambda v, _: self.numbers.percent(v, digits=0))
        axes.xaxis.set_major_formatter(percent)
        axes.yaxis.set_major_formatter(percent)
        # Whole percents: 97.5 would be written as 98.
        axes.yaxis.set_major_locator(MaxNLocator(7, steps=[1, 2, 5, 10]))


def _figure(size: tuple[float, float] = SIZE) -> tuple[Figure, Axes]:
    figure = Figure(figsize=size, layout="constrained")
    return figure, figure.add_subplot()


def as_svg(figure: Figure, said: str) -> str:
    """The drawing alone, without a date, with words for who cannot see it.

    Args:
        figure: The drawing.
        said: Those words.
    """
    stream = io.StringIO()
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    figure.savefig(stream, format="svg", metadata=nothing)
    text = stream.getvalue()
    text = text[text.index("<svg") :].strip()
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.S)
    label = escape(said, quote=True)
    return text.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)
