"""What respondents wrote, counted, so that it is known again in files of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from han.code_list.taxonomy import Taxonomy
from han.data.records import Records
from han.disclosure.personal_patterns import names
from han.text.text_encoder import TextEncoder

LEAST_WORDS = 3  # of a text that is looked for as a whole
LEAST_DIGITS_OF_KEY = 6  # a shorter key of digits alone is like any number
Document = tuple[str, ...]


class Reader:
    """Splits and cleans texts as the run does, without its limits.

    Args:
        encoder: Of the run.

    Example:
        >>> from han.text.cleaning import Cleaner
        >>> from han.text.splitting import Splitter
        >>> from han.text.vocabulary import Vocabulary
        >>> reader = Reader(TextEncoder({}, Splitter(), Cleaner(), Vocabulary([])))
        >>> reader.words("Pan de dulce.")
        ('pan', 'de', 'dulce')
    """

    def __init__(self, encoder: TextEncoder) -> None:
        self._splitter, self._clean = encoder.splitter, encoder.cleaner.clean

    def words(self, text: str) -> Document:
        """Cleaned words of a text."""
        cleaned = (self._clean(w) for s in self._splitter(text) for w in s)
        return tuple(word for word in cleaned if word)


@dataclass(frozen=True)
class RespondentTexts:
    """Texts, words and keys of the records that a run was trained with.

    Attributes:
        reader: How texts become words.
        texts: Cells of each record that trained, in the order of its fields.
        keys: Cells of the key columns, of all records.
        titles: Words of each code and title of the code list, which anybody may know.
        least: Number of records from which on a word is nobody's own.
    """

    reader: Reader
    texts: Sequence[tuple[str, ...]]
    keys: frozenset[str]
    titles: Sequence[Document]
    least: int

    @classmethod
    def of(
        cls,
        records: Records,
        places: Iterable[int],
        encoder: TextEncoder,
        tree: Taxonomy,
        least: int,
    ) -> RespondentTexts:
        """From the records of a file.

        Args:
            records: All of them.
            places: Which ones trained.
            encoder: Of the run.
            tree: Its code list.
            least: Number of records from which on a word is nobody's own.
        """
        reader = Reader(encoder)
        fields = [cells.tolist() for cells in records.fields.values()]
        listed = (*tree.codes, *tree.titles)
        return cls(
            reader,
            [tuple(cells[place] for cells in fields) for place in places],
            frozenset(_keys(records)) - frozenset(tree.codes),
            [reader.words(text) for text in listed],
            least,
        )

    @cached_property
    def public(self) -> frozenset[str]:
        """Words of the code list."""
        return frozenset(word for words in self.titles for word in words)

    @cached_property
    def documents(self) -> list[tuple[Document, ...]]:
        """Words of each field of each record."""
        read = self.reader.words
        return [tuple(map(read, cells)) for cells in self.texts]

    @cached_property
    def words(self) -> Counter[str]:
        """In how many records each word stands."""
        return Counter(w for doc in self.documents for w in set().union(*doc))

    @cached_property
    def rare(self) -> frozenset[str]:
        """Words of few records that are not in the code list."""
        few = (word for word, n in self.words.items() if n < self.least)
        return frozenset(few) - self.public

    @cached_property
    def pairs(self) -> Counter[tuple[str, str]]:
        """In how many records each two neighbouring words stand."""
        return Counter(
            pair
            for document in self.documents
            for pair in {p for words in document for p in pairwise(words)}
        )

    @cached_property
    def rare_texts(self) -> frozenset[Document]:
        """Texts of three words or more that few records have."""
        times = Counter(words for doc in self.documents for words in set(doc))
        few = frozenset(
            words
            for words, n in times.items()
            if len(words) >= LEAST_WORDS and n < self.least
        )
        return few - texts_within(self.titles, few)

    @cached_property
    def names(self) -> frozenset[str]:
        """Cleaned words that stand behind a title somewhere, but not in the code list.

        A word of many records is a common word that was written large.
        """
        found = names(cell for cells in self.texts for cell in cells)
        cleaned = {word for name in found for word in self.reader.words(name)}
        return frozenset(cleaned) & self.rare


def _keys(records: Records) -> Iterable[str]:
    """Keys that can be told from any number."""
    for name in records.keys.columns:
        for cell in records.keys[name].astype(str):
            key = cell.strip()
            if len(key) >= (LEAST_DIGITS_OF_KEY if key.isdigit() else 3):
                yield key


def texts_within(
    documents: Iterable[Document], wanted: frozenset[Document]
) -> set[Document]:
    """Which texts stand in documents, whole and one word after the other.

    Example:
        >>> wanted = frozenset({tuple("bcd"), tuple("bd")})
        >>> sorted(texts_within([tuple("abcde")], wanted))
        [('b', 'c', 'd')]
    """
    by_start: dict[Document, list[Document]] = {}
    for text in wanted:
        by_start.setdefault(text[:LEAST_WORDS], []).append(text)
    found: set[Document] = set()
    for words in documents:
        for place in range(len(words) - LEAST_WORDS + 1):
            for text in by_start.get(words[place : place + LEAST_WORDS], ()):
                if words[place : place + len(text)] == text:
                    found.add(text)
    return found
