"""Letter sequences of words as rows of an embedding table."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from han.text.ngrams import RaggedNumbers, letter_ngrams
from han.text.vocabulary import FIRST_WORD_ID

SHORTEST, LONGEST = 3, 6  # letters of a sequence, the edges of the word included


class Subwords:
    """Rows of the letter sequences of each word, by hashing.

    A word with a typing error shares most of its sequences with the right one, and so
    do the forms of a verb, or a compound and its parts.

    Args:
        vocabulary: Words of the text encoder.
        buckets: Rows of the table; sequences share a row if their hashes do.

    Reference:
        Bojanowski et al. 2017, Enriching Word Vectors with Subword Information.

    Example:
        >>> rows = Subwords(["pan"], buckets=1000).rows(np.array([2, 3]), ("panes",))
        >>> rows.lengths.tolist()  # " pa", "pan", "an ", " pan", "pan " and " pan "
        [6, 14]
        >>> len(set(rows.values[:6]) & set(rows.values[6:]))  # " pa", "pan", " pan"
        3
    """

    def __init__(self, vocabulary: Sequence[str], buckets: int) -> None:
        self.vocabulary = vocabulary
        self.buckets = buckets

    @property
    def num_ids(self) -> int:
        """Number of ids that the vocabulary takes."""
        return len(self.vocabulary) + FIRST_WORD_ID

    def rows(
        self, ids: npt.NDArray[np.integer], unknown: Sequence[str]
    ) -> RaggedNumbers:
        """Rows of words.

        Args:
            ids: Word ids; those from `num_ids` on are the unknown words, in order. The
                ids that stand for no word have row 0.
            unknown: The unknown words.
        """
        letters = self._letters(unknown)
        known = self._known
        both = RaggedNumbers(
            np.append(known.values, letters.values),
            np.append(known.lengths, letters.lengths),
        )
        return both.take(ids)

    @cached_property
    def _known(self) -> RaggedNumbers:
        letters = self._letters(self.vocabulary)
        none = np.zeros(FIRST_WORD_ID, np.int32)
        return RaggedNumbers(
            np.append(none, letters.values), np.append(none + 1, letters.lengths)
        )

    def _letters(self, words: Sequence[str]) -> RaggedNumbers:
        letters = letter_ngrams(words, SHORTEST, LONGEST)
        rows = (letters.values % np.uint64(self.buckets)).astype(np.int32)
        return RaggedNumbers(rows, letters.lengths)
