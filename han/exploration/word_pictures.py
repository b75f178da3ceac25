"""Pictures of words and of topics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from han.text.vector_files import FloatArray
from han.text.word_vectors import WordVectors

# Okabe and Ito (2008), and a shape each: colours that all eyes can tell apart.
STYLES = (
    ("#0072B2", "o"),
    ("#D55E00", "s"),
    ("#009E73", "^"),
    ("#CC79A7", "D"),
    ("#E69F00", "v"),
    ("#56B4E9", "P"),
    ("#000000", "X"),
)
# Of the picture of words, in shares of its sides.
LETTER, GAP, LINE = 0.011, 0.02, 0.028
Box = tuple[float, float, float]  # left, right and height of a word
LONGEST = 40  # letters of the name of a code


def word_map(vectors: WordVectors, groups: Mapping[str, Sequence[str]]) -> Figure:
    """Groups of words on the plane that shows the differences of their vectors best.

    Args:
        vectors: The vectors.
        groups: Words of each group, by its name.

    Raises:
        InputError: If a word has no vector.
    """
    places = vectors.plane([word for words in groups.values() for word in words])
    figure = Figure(figsize=(8, 5.5), layout="constrained")
    axes = figure.add_subplot()
    first = 0
    for number, (name, words) in enumerate(groups.items()):
        colour, shape = STYLES[number % len(STYLES)]
        x, y = places[first : first + len(words)].T
        axes.scatter(x, y, c=colour, marker=shape, label=name, s=36)
        first += len(words)
    _write_words(axes, [w for words in groups.values() for w in words], places)
    axes.legend(frameon=False, fontsize=8)
    axes.set_xticks([])
    axes.set_yticks([])
    for side in axes.spines.values():
        side.set_color("#c8ced3")
    return figure


def _write_words(axes: Axes, words: Sequence[str], places: FloatArray) -> None:
    """Each word beside its point, where it hides no other word if there is such a side.

    What it would hide is judged in shares of the picture.
    """
    size = np.maximum(np.ptp(places, axis=0), 1e-9)
    taken: list[Box] = []
    for word, place in zip(words, places, strict=True):
        x, y = ((place - places.min(axis=0)) / size).tolist()
        side, way, box = _free_side(x, y, LETTER * len(word) + GAP, taken)
        taken.append(box)
        axes.annotate(
            _plain(word),
            tuple(place),
            xytext=(6 * side, 7 * way),
            textcoords="offset points",
            ha="left" if side > 0 else "right",
            va="center",
            size=8,
        )
    axes.margins(0.14, 0.08)


def _free_side(
    x: float, y: float, width: float, taken: Sequence[Box]
) -> tuple[int, float, Box]:
    """Side of the point (1 is right), lines above it, and what the word covers."""
    found = []
    for side, way in product((1, -1), (0.6, -1.0, 2.0, -2.4)):
        left = x if side > 0 else x - width
        box = (left, left + width, y + way * LINE)
        hidden = sum(
            box[0] < right and box[1] > left and abs(box[2] - height) < LINE
            for left, right, height in taken
        )
        found.append((hidden, abs(way), (side, way, box)))
    return min(found, key=lambda each: each[:2])[2]


def topic_picture(by_code: pd.DataFrame, words: pd.DataFrame | None = None) -> Figure:
    """Share of each topic among the documents of each code, darker where it is more.

    Codes stand in the order of their strongest topics, so that what belongs together
    stands together.

    Args:
        by_code: As in `TopicView`.
        words: As in `TopicView`: their first words name the topics.
    """
    order = by_code.to_numpy().argmax(axis=1).argsort(kind="stable")
    table = by_code.iloc[order]
    rows, columns = table.shape
    figure = Figure(
        figsize=(4.2 + 0.42 * columns, 1.6 + 0.2 * rows), layout="constrained"
    )
    axes = figure.add_subplot()
    image = axes.imshow(table.to_numpy(), "Blues", vmin=0, vmax=1, aspect="auto")
    names = [str(topic) for topic in table.columns]
    if words is not None:
        heads = [" ".join(text.split()[:2]) for text in words.words]
        names = [f"{name} {head}" for name, head in zip(names, heads, strict=True)]
    axes.set_xticks(range(columns), map(_plain, names), rotation=90, fontsize=8)
    codes = [_plain(str(code)[:LONGEST]) for code in table.index]
    axes.set_yticks(range(rows), codes, fontsize=7)
    figure.colorbar(image, ax=axes, shrink=0.6, label="share of the code's documents")
    return figure


def _plain(text: str) -> str:
    """Text that is no formula."""
    return text.replace("$", r"\$")
