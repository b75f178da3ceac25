"""Pictures of words and of topics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.figure import Figure

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
        for word, place in zip(words, zip(x, y, strict=True), strict=True):
            axes.annotate(
                _plain(word), place, xytext=(5, 3), textcoords="offset points", size=8
            )
        first += len(words)
    axes.legend(frameon=False, fontsize=8)
    axes.set_xticks([])
    axes.set_yticks([])
    for side in axes.spines.values():
        side.set_color("#c8ced3")
    return figure


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
