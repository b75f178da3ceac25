"""`Vocabulary`: words with an id of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

PADDING_ID = 0
UNKNOWN_ID = 1
FIRST_WORD_ID = 2


class Vocabulary:
    """Numbers for words: 0 is padding, 1 is any word that is not in it.

    Args:
        words: The words, most frequent first; the first one gets the number 2.

    Example:
        >>> documents = [["pan"], ["pan", "leche"]]
        >>> vocabulary = Vocabulary.of_documents(documents, min_count=2)
        >>> vocabulary.ids(["pan", "leche"]), len(vocabulary)
        ([2, 1], 3)
    """

    def __init__(self, words: Iterable[str]) -> None:
        self.words = tuple(words)
        self._id_of = {w: i for i, w in enumerate(self.words, start=FIRST_WORD_ID)}

    @classmethod
    def of_documents(
        cls,
        documents: Iterable[Iterable[str]],
        *,
        min_count: int = 2,
        size: int = 50_000,
    ) -> Vocabulary:
        """Keeps the `size` words that most documents hold.

        Args:
            documents: The words of each document.
            min_count: Number of *documents* that must hold a word: a word that one
                respondent wrote many times is still that respondent's.
            size: Largest number of words kept.
        """
        counts: Counter[str] = Counter()
        for words in documents:
            counts.update(set(words))
        return cls.of_counts(
            counts.keys(), counts.values(), min_count=min_count, size=size
        )

    @classmethod
    def of_counts(
        cls,
        words: Iterable[str],
        counts: Iterable[int],
        *,
        min_count: int = 2,
        size: int = 50_000,
    ) -> Vocabulary:
        """The same, from the number of documents that hold each word.

        Example:
            >>> Vocabulary.of_counts(["pan", "sal"], [1, 2], min_count=1).words
            ('sal', 'pan')
        """
        pairs = zip(words, counts, strict=True)
        kept = sorted((-n, word) for word, n in pairs if n >= min_count)
        return cls(word for _, word in kept[:size])

    def __len__(self) -> int:
        """Number of ids, padding and unknown included."""
        return len(self.words) + FIRST_WORD_ID

    def ids(self, words: Iterable[str]) -> list[int]:
        """Number of each word."""
        get = self._id_of.get
        return [get(word, UNKNOWN_ID) for word in words]
