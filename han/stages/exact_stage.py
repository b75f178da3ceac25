"""The stage that knows an answer's text from a dictionary."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from han.code_list.taxonomy import ROOT, IntArray
from han.stages.answer_texts import FIELD_END, Answers
from han.stages.dictionary import Dictionary
from han.stages.verdicts import Verdicts


@dataclass(frozen=True)
class ExactStage:
    """Gives an answer the code of the dictionary's entry with the same text.

    The same are texts that differ in case, accents, punctuation and spaces alone, in
    each field of the dictionary. It declines with `no_entry`, `no_text`, or what the
    entry of a text without one code says, such as `ambiguous:2_codes`.

    Attributes:
        dictionary: The dictionary.
        name: What outputs call it.

    Example:
        >>> from han.code_list.taxonomy import Taxonomy
        >>> from han.stages.dictionary_sources import title_dictionary
        >>> tree = Taxonomy(["11", "12"], [-1, -1], ["Pan", "Queso"])
        >>> stage = ExactStage(title_dictionary(tree, "what"))
        >>> said = stage.decide(Answers({"what": ["PAN.", "vino"]}))
        >>> said.nodes.tolist(), said.reasons
        ([0, -1], ['title:11', 'no_entry'])
    """

    dictionary: Dictionary
    name: str = "exact"

    def decide(self, answers: Answers) -> Verdicts:
        """A code, or declined.

        Raises:
            InputError: If the answers lack a field of the dictionary.
        """
        keys = answers.keys(self.dictionary.fields)
        find = self._places.get
        places = [find(key, -1) for key in keys]
        reasons = self._reasons
        return Verdicts.of(self._nodes[places], [reasons[k] for k in places])

    @cached_property
    def _places(self) -> dict[str, int]:
        """Places of the entries, and behind them that of no text."""
        blank = FIELD_END * (len(self.dictionary.fields) - 1)
        return {**self.dictionary.places, blank: len(self.dictionary)}

    @cached_property
    def _reasons(self) -> tuple[str, ...]:
        return (*self.dictionary.reasons, "no_text", "no_entry")

    @cached_property
    def _nodes(self) -> IntArray:
        return np.append(self.dictionary.nodes, [ROOT, ROOT]).astype(np.int32)
