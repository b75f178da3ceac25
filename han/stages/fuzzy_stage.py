"""The stage that knows an answer from the dictionary's texts that are nearly equal."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from han.code_list.taxonomy import ROOT, IntArray
from han.data.sampling_units import is_blank
from han.errors import InputError
from han.stages.answer_texts import Answers
from han.stages.dictionary import Dictionary
from han.stages.verdicts import Floats, Verdicts

BLOCK = 1 << 21  # scores in memory at once
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class FuzzyStage:
    """Gives an answer the code of the entry whose text is most like its own.

    How alike two texts are is `rapidfuzz.fuzz.ratio`: 100 times the share of letters
    that stay when one is turned into the other, in their order. So 90 forgives a letter
    or two, and no other order of words. The best entry of any other code must be at
    least `lead` points behind, since one letter may part two occupations.

    It declines with `no_text`, `no_near_entry`, `below_score:81.0`, and
    `ambiguous:2_codes` where other codes are too near. Of equally good entries of one
    code the shortest counts, of these the first.

    Attributes:
        dictionary: The dictionary; entries without a code are not compared.
        min_score: Lowest score that codes, above 50 and up to 100.
        lead: Points by which another code must be behind; of 0 any distance is enough.
        name: What outputs call it.

    Raises:
        InputError: For limits that are not possible.

    Example:
        >>> from han.code_list.taxonomy import Taxonomy
        >>> from han.stages.dictionary_sources import title_dictionary
        >>> tree = Taxonomy(["11", "12"], [-1, -1], ["Panaderías", "Queserías"])
        >>> stage = FuzzyStage(title_dictionary(tree, "what"), min_score=85, lead=5)
        >>> said = stage.decide(Answers({"what": ["Panderia", "taller"]}))
        >>> said.nodes.tolist(), said.reasons
        ([0, -1], ['fuzzy:88.8:title:11', 'no_near_entry'])
    """

    dictionary: Dictionary
    min_score: float
    lead: float
    name: str = "fuzzy"

    def __post_init__(self) -> None:
        if not 50 < self.min_score <= 100 or not 0 <= self.lead < self.min_score:
            raise InputError(
                f"A fuzzy stage has the lowest score {self.min_score} and the lead "
                f"{self.lead}. Expected a score above 50 and up to 100, and a lead of "
                "0 up to below it."
            )

    def decide(self, answers: Answers) -> Verdicts:
        """A code with its score, or declined.

        Raises:
            InputError: If the answers lack a field of the dictionary.
        """
        keys = answers.keys(self.dictionary.fields)
        nodes = np.full(len(keys), ROOT, np.int32)
        scores = np.full(len(keys), np.nan)
        reasons = ["no_text" if is_blank(key) else "no_near_entry" for key in keys]
        for asked, entries in self._blocks(keys):
            queries = [keys[place] for place in asked.tolist()]
            near = self._scores(queries, entries)
            for row in np.flatnonzero(near.any(axis=1)).tolist():
                place = asked[row]
                node, score, reasons[place] = self._judged(near[row], entries)
                if node != ROOT:
                    nodes[place], scores[place] = node, score
        return Verdicts.of(nodes, reasons, scores)

    def _scores(self, queries: list[str], entries: slice) -> Floats:
        """Scores of answers and entries; 0 where one is too low to matter."""
        scores: Floats = process.cdist(
            queries,
            self._texts[entries],
            scorer=fuzz.ratio,
            score_cutoff=self.min_score - self.lead,
            dtype=np.float64,
            workers=1,
        )
        return scores

    def _judged(self, scores: Floats, entries: slice) -> tuple[int, float, str]:
        """Node (-1: none), score and reason of one answer."""
        best = int(scores.argmax())
        score, nodes = float(scores[best]), self._nodes[entries]
        if score < self.min_score:
            return ROOT, score, f"below_score:{_shown(score)}"
        # Without a lead it is enough to be behind.
        is_near = (scores > score - self.lead) | (scores == score)
        if several := len(np.unique(nodes[is_near])) - 1:
            return ROOT, score, f"ambiguous:{several + 1}_codes"
        name = self.dictionary.ids[self._order[entries][best]]
        return int(nodes[best]), score, f"fuzzy:{_shown(score)}:{name}"

    def _blocks(self, keys: list[str]) -> Iterator[tuple[Places, slice]]:
        """Answers of like length, and the entries long enough and short enough.

        Of texts with `a` and `b` letters at most the letters of the shorter one stay,
        so that the score is at most 200 times these by `a + b`: other lengths cannot
        reach the limit, and nothing is lost.
        """
        share = (self.min_score - self.lead) / 200
        sizes = np.array([0 if is_blank(key) else len(key) for key in keys], np.int64)
        order = np.argsort(sizes, kind="stable")
        order = order[sizes[order] > 0]
        while len(order):
            shortest = sizes[order[0]]
            # A letter more on either side, for the rounding of the shares.
            low = math.floor(shortest * share / (1 - share)) - 1
            longest = shortest + shortest // 8
            part = order[sizes[order] <= longest]
            high = math.ceil(longest * (1 - share) / max(share, 1e-9)) + 1
            first, end = np.searchsorted(self._lengths, [low, high + 1]).tolist()
            number = max(1, BLOCK // max(1, end - first))
            if end > first:
                yield from (
                    (part[k : k + number], slice(first, end))
                    for k in range(0, len(part), number)
                )
            order = order[len(part) :]

    @cached_property
    def _order(self) -> Places:
        """Entries that code, the short ones first."""
        places = np.flatnonzero(self.dictionary.nodes != ROOT)
        sizes = [len(self.dictionary.keys[place]) for place in places.tolist()]
        return places[np.argsort(sizes, kind="stable")]

    @cached_property
    def _texts(self) -> list[str]:
        return [self.dictionary.keys[place] for place in self._order.tolist()]

    @cached_property
    def _lengths(self) -> Places:
        return np.array([len(text) for text in self._texts], np.int64)

    @cached_property
    def _nodes(self) -> IntArray:
        return self.dictionary.nodes[self._order]


def _shown(score: float) -> str:
    """A score rounded down, so that none below a limit reads as the limit."""
    return f"{math.floor(score * 10) / 10:.1f}"
