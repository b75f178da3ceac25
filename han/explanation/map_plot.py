"""Plots of evidence: heat maps and bar charts."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from han.errors import printable
from han.explanation.word_evidence import WordEvidence

WIDEST = 14  # words in a row of the heat map
CHARTS, COLUMNS, BARS = 12, 3, 10  # of the picture of classes


def heat_map(found: WordEvidence) -> Figure:
    """Words of each sentence in a row of cells, darker the more they count.

    A long sentence takes several rows. Words that are not read are left out.

    Args:
        found: A document.
    """
    rows = _rows(found)
    figure = Figure(
        figsize=(
            1.0 * max([len(r) for _, r in rows], default=1) + 1.6,
            0.55 * len(rows) + 0.6,
        ),
        layout="constrained",
    )
    axes = figure.add_subplot()
    table = np.full((len(rows), max([len(r) for _, r in rows], default=1)), np.nan)
    values = found.combined
    for y, (_, row) in enumerate(rows):
        table[y, : len(row)] = values[row]
    most = float(np.nanmax(np.abs(table))) if rows else 1.0
    low = -most if found.by != "attention" else 0.0
    colours = "PuOr" if found.by != "attention" else "Blues"
    if rows:
        image = axes.imshow(table, colours, vmin=low, vmax=most or 1.0, aspect="auto")
        figure.colorbar(image, ax=axes, shrink=0.9)
    _write_words(axes, found, rows, most)
    return figure


def heat_map_png(found: WordEvidence, title: str = "") -> bytes:
    """The same as PNG, with a line above it.

    Args:
        found: A document.
        title: The line.
    """
    figure = heat_map(found)
    figure.suptitle(_plain(title), fontsize=9, x=0.01, ha="left")
    return _png(figure)


def _png(figure: Figure) -> bytes:
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=110)
    return stream.getvalue()


def _rows(found: WordEvidence) -> list[tuple[str, list[int]]]:
    """Label and words of each row."""
    rows: list[tuple[str, list[int]]] = []
    for sentence, weight in enumerate(found.sentence_weights.tolist()):
        here = [i for i, word in enumerate(found.words) if word.sentence == sentence]
        number = f"{weight:+.2f}" if found.by != "attention" else f"{weight:.0%}"
        for first in range(0, len(here), WIDEST):
            label = f"{found.words[here[0]].field} {number}" if first == 0 else ""
            rows.append((label, here[first : first + WIDEST]))
    return rows


def _write_words(
    axes: Axes, found: WordEvidence, rows: list[tuple[str, list[int]]], most: float
) -> None:
    values = found.combined
    for y, (_, row) in enumerate(rows):
        for x, i in enumerate(row):
            is_dark = abs(values[i]) > 0.6 * most
            text = _plain(found.words[i].text)
            axes.text(
                x,
                y,
                text,
                ha="center",
                va="center",
                fontsize=7,
                color="white" if is_dark else "black",
                style="italic" if found.words[i].kind == "unknown" else "normal",
            )
    axes.set_yticks(range(len(rows)), [label for label, _ in rows], fontsize=8)
    axes.set_xticks([])
    for side in axes.spines.values():
        side.set_visible(False)


def class_picture(table: pd.DataFrame) -> bytes:
    """The words behind the codes with the most records, as small bar charts, PNG.

    Args:
        table: What `class_table` gave.
    """
    words = table[table.kind == "word"]
    order = words.drop_duplicates(["level", "code"]).sort_values(
        ["code_records", "level"], ascending=[False, True], kind="stable"
    )
    codes = order[["level", "code", "title"]].head(CHARTS).to_numpy().tolist()
    lines = max(1, -(-len(codes) // COLUMNS))
    figure = Figure(figsize=(4.2 * COLUMNS, 2.5 * lines), layout="constrained")
    for number, (level, code, title) in enumerate(codes, start=1):
        here = words[(words.level == level) & (words.code == code)]
        axes = figure.add_subplot(lines, COLUMNS, number)
        head = code if title == code else f"{code} {title}"
        _bars(axes, head[:44], here.head(BARS))
    if not len(codes):
        figure.text(0.02, 0.5, "No word is in enough records.")
    return _png(figure)


def _bars(axes: Axes, title: str, words: pd.DataFrame) -> None:
    places = np.arange(len(words))
    axes.barh(places, words.total_evidence, color="#1f5f9f")
    names = [
        f"{_plain(text)} ({records})"
        for text, records in zip(words.text, words.records, strict=True)
    ]
    axes.set_yticks(places, names, fontsize=8)
    # Few words have bars as thin as many.
    axes.set_ylim(max(len(words), BARS // 2) - 0.5, -0.5)
    axes.set_title(_plain(title), fontsize=9, loc="left")
    axes.tick_params(axis="x", labelsize=7)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _plain(text: str) -> str:
    """Text that is no formula, without characters that no font has."""
    return printable(text).replace("$", r"\$")
