"""`AttentionMap`: the evidence in one document as numbers, HTML and picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from han.explanation.text_shading import STYLE, shaded
from han.explanation.word_evidence import WordEvidence

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class AttentionMap(WordEvidence):
    """Evidence in one document: the numbers of `WordEvidence`, and how they are shown.

    Reference:
        Yang et al. 2016, Hierarchical Attention Networks for Document Classification,
        section 3.6 for `combined`.

    Example:
        >>> import numpy as np
        >>> from han.explanation.written_words import Word
        >>> words = (Word("Pan", "", "text", "known", 0, "pan"),
        ...          Word("dulce", " ", "text", "known", 0, "dulce"))
        >>> found = AttentionMap(words, np.array([0.75, 0.25]), np.array([1.0]),
        ...                      {"text": 1.0}, {"text": "."})
        >>> found.combined.tolist(), found.text("text")
        ([0.75, 0.25], 'Pan dulce.')
        >>> found.to_json() == AttentionMap.from_json(found.to_json()).to_json()
        True
    """

    def to_html(self) -> str:
        """The text, shaded and underlined by `combined`, as a piece of HTML.

        Where each level has an attention of its own, once for each.
        """
        return f"<style>{STYLE}</style>{shaded(self)}"

    def _repr_html_(self) -> str:
        return self.to_html()

    def plot(self) -> Figure:
        """A heat map: a row for each sentence, a column for each word.

        Where each level has an attention of its own it is that of the last one; plot
        `levels[0]` for the first.
        """
        from han.explanation.map_plot import heat_map

        return heat_map(self)
