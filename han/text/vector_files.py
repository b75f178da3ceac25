"""Reads word vectors of common formats, or trains them with gensim."""

from __future__ import annotations

import contextlib
import gzip
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from han.errors import InputError, count_of
from han.tables.file_access import check_file
from han.text.tokenised_texts import TokenisedTexts

if TYPE_CHECKING:
    from gensim.models import KeyedVectors

FloatArray = npt.NDArray[np.float32]
WINDOW = 5  # words on each side that a word is learnt from
SPREAD = 0.5  # standard deviation of the vectors that the network starts with


def word_vectors(
    file: Path, words: Sequence[str], dimension: int
) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    """Vectors of the given words.

    Args:
        file: Vectors in word2vec form (text; binary if its name ends in `.bin`), which
            fastText's `.vec` is too, or in GloVe form (text without a first line of
            counts); plain or `.gz`.
        words: The words to look up, as the vocabulary holds them.
        dimension: Expected width.

    Returns:
        Vectors `(len(words), dimension)`, zeros for a word that the file lacks, and
        whether the file has each word, `(len(words),)`.

    Raises:
        InputError: If the file is missing, has no such form, or another width, if it
            holds NaN or infinity, or none of the words.
    """
    check_width(file, dimension)
    vectors = _read(file)
    found = np.array([word in vectors.key_to_index for word in words], bool)
    if words and not found.any():
        raise InputError(
            f"{file}: has none of the {count_of(len(words), 'word')} of the training "
            "texts. Check its language, and that `text` cleans words as they are "
            "written there (`lowercase`, `fold_accents`, `word_form`)."
        )
    matrix = np.zeros((len(words), dimension), np.float32)
    for row in np.flatnonzero(found).tolist():
        matrix[row] = vectors[words[row]]
    return matrix, found


@dataclass(frozen=True)
class SkipGram:
    """How vectors are learnt.

    Attributes:
        algorithm: `fasttext` also learns from the letter sequences of the words.
        epochs: Passes over the sentences.
        window: Words on each side that a word is learnt from.
        seed: Seed of all draws.
    """

    algorithm: Literal["word2vec", "fasttext"] = "word2vec"
    epochs: int = 10
    window: int = WINDOW
    seed: int = 0


WORD2VEC = SkipGram()


def trained_vectors(
    documents: TokenisedTexts,
    words: Sequence[str],
    dimension: int,
    how: SkipGram = WORD2VEC,
    *,
    progress: str | None = None,
) -> FloatArray:
    """Vectors of words, learnt from the sentences in which they stand.

    Skip-gram with negative sampling, in one thread, so that a seed gives the same
    vectors. They are scaled to the spread with which the network starts its own.

    Args:
        documents: The texts, labelled or not.
        words: The words, as the vocabulary holds them; others are left out of the
            sentences, as the network leaves them out.
        dimension: Width of a vector.
        how: Algorithm, epochs, window and seed.
        progress: Name of the progress bar; none without it.

    Returns:
        `(len(words), dimension)`, zeros for a word that stands in no text.

    Reference:
        Mikolov et al. 2013, Distributed Representations of Words and Phrases;
        Bojanowski et al. 2017, Enriching Word Vectors with Subword Information.

    Example:
        >>> from han.text.cleaning import Cleaner
        >>> from han.text.text_encoder import FieldLimits, TextEncoder
        >>> from han.text.splitting import Splitter
        >>> from han.text.vocabulary import Vocabulary
        >>> encoder = TextEncoder(
        ...     {"text": FieldLimits(9, 9)}, Splitter(), Cleaner(), Vocabulary([])
        ... )
        >>> documents = encoder.tokenise({"text": ["vende pan", "vende leche"]})
        >>> trained_vectors(documents, ["vende", "pan"], 4).shape
        (2, 4)
    """
    from gensim.models import FastText, Word2Vec

    vectors = np.zeros((len(words), dimension), np.float32)
    sentences = _Sentences(documents, set(words))
    if not any(sentences):  # gensim refuses to learn from nothing
        return vectors
    total = (how.epochs + 1) * sentences.num_words  # gensim counts the words first
    with tqdm(total=total, desc=progress, disable=not progress, unit="word") as bar:
        sentences.bar = bar
        trained = {"word2vec": Word2Vec, "fasttext": FastText}[how.algorithm](
            sentences,
            vector_size=dimension,
            epochs=how.epochs,
            window=how.window,
            seed=how.seed,
            sg=1,
            min_count=1,
            workers=1,
        )
    for row, word in enumerate(words):
        if word in trained.wv.key_to_index:
            vectors[row] = trained.wv[word]
    spread = vectors.std()
    return vectors * (SPREAD / spread) if spread > 0 else vectors


class _Sentences:
    """Sentences of documents as lists of words, as often as they are asked for."""

    def __init__(self, documents: TokenisedTexts, kept: set[str]) -> None:
        self.texts = documents.texts
        self.words = [word if word in kept else "" for word in documents.words]
        self.num_words = len(self.texts.word_ids)
        self.bar = tqdm(disable=True)

    def __iter__(self) -> Iterator[list[str]]:
        ends = np.cumsum(self.texts.sentence_lengths).tolist()
        ids, begin = self.texts.word_ids, 0
        for end in ends:
            yield [word for i in ids[begin:end] if (word := self.words[i])]
            self.bar.update(end - begin)
            begin = end


def check_width(file: Path, dimension: int) -> None:
    """Raises InputError if there is no file, or its vectors have another width.

    Reads one line: every form tells its width there.
    """
    check_file(file, "file of vectors", "Check `embeddings.file`.")
    with _damage_said(file):
        parts = _first_line(file)
    width = int(parts[1]) if _are_counts(parts) else len(parts) - 1
    if width != dimension and width > 0:
        raise InputError(
            f"{file}: the vectors have {width} numbers each, but "
            f"`embeddings.dimension` is {dimension}. Set it to {width}."
        )


def read_vectors(file: Path) -> tuple[list[str], FloatArray]:
    """All words of a file of vectors, and their vectors `(words, dimension)`.

    Raises:
        InputError: If the file is missing, has no form that `word_vectors` knows, or
            holds NaN or infinity.
    """
    check_file(file, "file of vectors", "Check its name.")
    vectors = _read(file)
    return list(vectors.index_to_key), np.asarray(vectors.vectors, np.float32)


def _read(file: Path) -> KeyedVectors:
    # gensim takes two seconds to import; only those who have vectors wait for it.
    from gensim.models import KeyedVectors

    is_binary = ".bin" in file.suffixes
    with _damage_said(file), np.errstate(over="ignore"):  # infinity is said below
        headless = not is_binary and not _are_counts(_first_line(file))
        vectors = KeyedVectors.load_word2vec_format(
            str(file), binary=is_binary, no_header=headless, unicode_errors="replace"
        )
        _check_finite(file, vectors, is_binary)
    return vectors


@contextlib.contextmanager
def _damage_said(file: Path) -> Iterator[None]:
    """Whatever a reader raises of a file that is none, as an InputError."""
    try:
        yield
    except InputError:
        raise
    # gensim answers a file that ends too early with a TypeError.
    except (ValueError, EOFError, OSError, IndexError, TypeError, zlib.error) as error:
        raise InputError(
            f"{file}: not word vectors in word2vec, fastText (.vec) or GloVe form "
            f"({type(error).__name__}). Binary files must end in .bin."
        ) from None


def _check_finite(file: Path, vectors: KeyedVectors, is_binary: bool) -> None:
    """Raises InputError if a vector holds NaN or infinity; says in which line."""
    bad = np.flatnonzero(~np.isfinite(vectors.vectors).all(axis=1))
    if not bad.size:
        return
    place = f"vector {bad[0] + 1}"
    if not is_binary:  # words that repeat are left out, so lines are looked for
        word = vectors.index_to_key[bad[0]].encode()
        with _opened(file) as stream:
            lines = (
                number
                for number, line in enumerate(stream, 1)
                if line.split(b" ")[0].strip() == word
            )
            place = next((f"line {number}" for number in lines), place)
    more = f" ({bad.size} such vectors)" if bad.size > 1 else ""
    raise InputError(
        f"{file}, {place}: a vector holds NaN or infinity{more}, and no network can "
        "learn from that. Remove it or write it again."
    )


def _opened(file: Path) -> BinaryIO:
    if file.suffix == ".gz":
        return gzip.open(file, "rb")  # type: ignore[return-value]
    return file.open("rb")


def _first_line(file: Path) -> list[bytes]:
    with _opened(file) as stream:
        return stream.readline().split()


def _are_counts(parts: list[bytes]) -> bool:
    """Whether a first line says how many words and numbers follow."""
    return len(parts) == 2 and all(part.isdigit() for part in parts)
