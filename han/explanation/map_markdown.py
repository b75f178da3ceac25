"""Evidence as Markdown, for TensorBoard and other viewers without styles."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from han.explanation.attention_map import AttentionMap
from han.explanation.text_shading import evidence_steps

STRONG = 3  # from this shade on a word stands out in the text
SHOWN = 8  # words in the table
Row = tuple[str, str, float]


def markdown(found: AttentionMap, path: Sequence[Row], truth: str) -> str:
    """The text with its strongest words in bold, a table of them, and the code.

    Every character of the text that Markdown or HTML could read is escaped.

    Args:
        found: The evidence.
        path: Code, title and probability on each level, from the top.
        truth: The true code.

    Example:
        >>> from han.explanation.written_words import Word
        >>> words = (Word("Pan", "", "text", "known", 0, "pan"),)
        >>> found = AttentionMap(
        ...     words, np.ones(1), np.ones(1), {"text": 1.0}, {"text": "!"})
        >>> print(markdown(found, [("11", "Bread", 0.9)], "12"))
        **11**, and **12** would be right
        <BLANKLINE>
        | code | title | probability |
        |---|---|---|
        | 11 | Bread | 0.90 |
        <BLANKLINE>
        **Pan**&#33;
        <BLANKLINE>
        | word | share | evidence |
        |---|---|---|
        | Pan | 100 % | █████ |
    """
    code = path[-1][0] if path else ""
    verdict = "right" if code == truth else f"and **{escaped(truth)}** would be right"
    levels = [
        f"| {escaped(c)} | {escaped(t) if t != c else ''} | {p:.2f} |"
        for c, t, p in path
    ]
    parts = [
        f"**{escaped(code)}**, {verdict}",
        _table("code | title | probability", levels),
        *(_field(found, name) for name in found.tails),
        _table("word | share | evidence", _words(found)),
    ]
    return "\n\n".join(part for part in parts if part)


def escaped(text: str) -> str:
    """Text that means nothing to Markdown and HTML.

    Example:
        >>> escaped("pan | *dulce*")
        'pan &#124; &#42;dulce&#42;'
    """
    return "".join(
        c if c.isalnum() or c == " " else " " if c.isspace() else f"&#{ord(c)};"
        for c in text
    )


def _field(found: AttentionMap, name: str) -> str:
    pieces = []
    for word, step in zip(found.words, evidence_steps(found), strict=True):
        if word.field == name:
            text = escaped(word.text)
            strong = f"**{text}**" if step >= STRONG else text
            pieces.append(escaped(word.gap) + strong)
    text = "".join(pieces) + escaped(found.tails[name])
    return f"{escaped(name)}: {text}" if len(found.tails) > 1 else text


def _words(found: AttentionMap) -> list[str]:
    shares, steps = found.shares, evidence_steps(found)
    order = np.argsort(-found.combined, kind="stable")[:SHOWN].tolist()
    return [
        f"| {escaped(found.words[i].text)} | {100 * shares[i]:.0f} % "
        f"| {'█' * steps[i]} |"
        for i in order
        if found.words[i].is_read
    ]


def _table(head: str, rows: list[str]) -> str:
    line = "|" + "---|" * (head.count("|") + 1)
    return "\n".join([f"| {head} |", line, *rows]) if rows else ""
