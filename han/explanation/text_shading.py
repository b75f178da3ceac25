"""The text of a document with its evidence, as HTML.

Evidence shows twice, so that nobody needs colours: a background that gets darker, and a
line under the word that gets thicker, which is also what a printer shows. Blue and
orange, for and against, are told apart by colour-blind people; the line against a code
is dotted.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from han.explanation.word_evidence import WordEvidence
from han.explanation.written_words import Word

STEPS = 5
FAINT = 0.05  # the least difference of log-probabilities that is shown at all
_BLUE = ("#e6f0fa", "#c6dcf2", "#97c1e6", "#5b9bd5", "#1f5f9f")
_ORANGE = ("#fdf0e1", "#fbdcb5", "#f5bd7a", "#e69138", "#a85a00")
_DARK = 4  # from this step on, letters are white


def _steps() -> str:
    rules = []
    for sign, colours, line in (("p", _BLUE, "solid"), ("m", _ORANGE, "dotted")):
        for step, colour in enumerate(colours, start=1):
            letters = "#fff" if step > _DARK else "#111"
            rules.append(
                f".han-map .{sign}{step}{{background:{colour};color:{letters};"
                f"border-bottom:{step}px {line} {colours[-1]}}}"
            )
    return "".join(rules)


STYLE = (
    ".han-map{line-height:2.1;overflow-wrap:anywhere}"
    ".han-map p{margin:.2em 0;white-space:pre-wrap}"
    ".han-map .w{padding:0 .1em;border-bottom:0 solid transparent;border-radius:2px}"
    ".han-map .u{font-style:italic;outline:1px dashed #888;outline-offset:-1px}"
    ".han-map .d{color:#767676}"
    ".han-map .c{color:#767676;text-decoration:line-through}"
    ".han-map .s{color:#666;font-size:.75em;margin-right:.4em}"
    ".han-map .f{font-weight:600;margin-right:.6em}"
    ".han-map .l{margin:.5em 0 0;color:#555;font-size:.85em;font-weight:600}"
    + _steps()
    # On paper the line alone, which any printer shows.
    + "@media print{.han-map .w{background:none!important;color:#000!important}}"
)
_CLASSES = {"known": "", "unknown": " u", "dropped": " d", "cut": " c"}


def shaded(found: WordEvidence, titles: Sequence[str] = ()) -> str:
    """The text of all fields as a `<div>`; every character of it is escaped.

    Args:
        found: The evidence.
        titles: Where each level has evidence of its own: what to write over the text on
            each of the first levels, which alone are then shown; by default all are,
            with their numbers. By parts, the whole stands first, and a click on a
            title opens its level.
    """
    levels = found.levels[: len(titles) or None]
    titles = titles or [f"level {each.level}" for each in levels]
    if found.by == "parts":
        return f'<div class="han-map">{_fields(found)}{_opened(titles, levels)}</div>'
    parts = [
        f'<p class="l">{escape(title)}</p>{text}'
        for title, each in zip(titles, levels, strict=False)
        if (text := _fields(each))
    ]
    return f'<div class="han-map">{"".join(parts) or _fields(found)}</div>'


def _opened(titles: Sequence[str], levels: Sequence[WordEvidence]) -> str:
    """The levels, each below its title when that is clicked on."""
    return "".join(
        f'<details><summary class="l">{escape(title)}</summary>{text}</details>'
        for title, each in zip(titles, levels, strict=False)
        if (text := _fields(each))
    )


def _fields(found: WordEvidence) -> str:
    steps = evidence_steps(found)
    names = [name for name in found.tails if found.text(name).strip()]
    return "".join(_field(found, name, steps, len(names) > 1) for name in names)


def evidence_steps(found: WordEvidence) -> list[int]:
    """Shade of each word: 0 for none, up to `STEPS`; below 0 against the code.

    The strongest word of the document has the darkest shade. A difference of
    log-probabilities must be one at all: see `FAINT`.

    Example:
        >>> words = tuple(Word(w, "", "text", "known", 0, w) for w in "abc")
        >>> evidence_steps(WordEvidence(
        ...     words, np.array([0.9, 0.1, 0.0]), np.ones(1), {"text": 1.0}, {}))
        [5, 1, 0]
    """
    values = found.combined
    most = float(np.abs(values).max(initial=0.0))
    if most <= 0 or (found.by != "attention" and most < FAINT):
        return [0] * len(values)
    size = np.ceil(np.abs(values) / most * STEPS - 0.5).clip(0, STEPS)
    return [int(step) for step in np.sign(values) * size]


def _field(found: WordEvidence, name: str, steps: list[int], is_named: bool) -> str:
    pieces, sentence = [], -1
    shares = found.shares
    # A field of one sentence has the number of the sentence at its name already.
    is_numbered = not is_named or _num_sentences(found, name) > 1
    for i, word in enumerate(found.words):
        if word.field != name:
            continue
        is_first = word.is_read and word.sentence != sentence
        sentence = max(sentence, word.sentence)
        number = ""
        if is_first and is_numbered and len(found.sentence_weights) > 1:
            number = _sentence(found, sentence)
        pieces.append(_gap(word.gap, number))
        pieces.append(_word(word, steps[i], found, float(shares[i])))
    pieces.append(escape(found.tails.get(name, "")))
    weight = found.field_weights.get(name)
    label = _label(name, weight, found) if is_named else ""
    return f"<p>{label}{''.join(pieces)}</p>"


def _num_sentences(found: WordEvidence, name: str) -> int:
    return len({w.sentence for w in found.words if w.field == name and w.is_read})


def _label(name: str, weight: float | None, found: WordEvidence) -> str:
    number = (
        "" if weight is None else f' <span class="s">{_number(weight, found)}</span>'
    )
    return f'<span class="f">{escape(name)}{number}</span>'


def _gap(gap: str, number: str) -> str:
    """What stands before a word; a number goes where the sentence begins."""
    begin = max((i + 1 for i, sign in enumerate(gap) if sign.isspace()), default=0)
    return escape(gap[:begin]) + number + escape(gap[begin:])


def _sentence(found: WordEvidence, sentence: int) -> str:
    weight = float(found.sentence_weights[sentence])
    return f'<span class="s">{_number(weight, found)}</span>'


def _number(weight: float, found: WordEvidence) -> str:
    return f"{weight:+.2f}" if found.by != "attention" else f"{weight:.0%}"


def _word(word: Word, step: int, found: WordEvidence, share: float) -> str:
    classes = f"w{_CLASSES[word.kind]}"
    if step:
        classes += f" {'p' if step > 0 else 'm'}{abs(step)}"
    title = _number(share, found) if word.is_read else word.kind
    if word.kind == "unknown":
        title += " (unknown)"
    return f'<span class="{classes}" title="{title}">{escape(word.text)}</span>'
