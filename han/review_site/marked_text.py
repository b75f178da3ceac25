"""A text in pieces, each as dark as it speaks for the first candidate."""

from __future__ import annotations

from collections.abc import Sequence

SHADES = 3


def marked(
    text: str, evidence: Sequence[tuple[int, int, float]]
) -> list[tuple[str, int]]:
    """Pieces of a text, and how dark each is: 0 (not at all) to 3.

    Args:
        text: The text.
        evidence: First character, the one after the last, and weight of each word. What
            speaks against the candidate, and what lies outside the text, is left out.

    Example:
        >>> marked("vendo tacos", [(6, 11, 0.9), (0, 5, 0.2)])
        [('vendo', 1), (' ', 0), ('tacos', 3)]
    """
    most = max((weight for *_, weight in evidence), default=0.0)
    pieces: list[tuple[str, int]] = []
    at = 0
    for start, end, weight in sorted(evidence):
        if weight <= 0 or not at <= start < end <= len(text):
            continue
        pieces.append((text[at:start], 0))
        pieces.append((text[start:end], _shade(weight / most)))
        at = end
    pieces.append((text[at:], 0))
    return [piece for piece in pieces if piece[0]]


def _shade(share: float) -> int:
    return min(SHADES, 1 + int(share * SHADES))
