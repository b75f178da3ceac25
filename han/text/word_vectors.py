"""Word vectors by themselves: files, neighbours, TensorBoard projector."""

from __future__ import annotations

import difflib
import gzip
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from han.errors import InputError
from han.tables.file_access import make_folder
from han.tables.whole_files import check_place, write_whole
from han.text.vector_files import FloatArray, read_vectors

ENDINGS = (".vec", ".vec.gz")
_PROJECTOR = """embeddings {
  tensor_name: "words"
  tensor_path: "tensors.tsv"
  metadata_path: "metadata.tsv"
}
"""


@dataclass(frozen=True)
class WordVectors:
    """Words and their vectors.

    Attributes:
        words: The words, commonest first if they come from `python -m han.embed`.
        vectors: Their vectors, `(words, dimension)`.

    Example:
        >>> vectors = np.array([[1.0, 0.0], [0.9, 0.1], [0.0, 1.0]], np.float32)
        >>> found = WordVectors(("pan", "bolillo", "clavo"), vectors)
        >>> [word for word, _ in found.nearest("pan", 2)]
        ['bolillo', 'clavo']
    """

    words: tuple[str, ...]
    vectors: FloatArray

    def __len__(self) -> int:
        """Number of words."""
        return len(self.words)

    @classmethod
    def load(cls, file: Path) -> WordVectors:
        """Reads a file in any form that `embeddings.file` of an experiment may have.

        Raises:
            InputError: If there is no such file, or it has another form.
        """
        words, vectors = read_vectors(file)
        return cls(tuple(words), vectors)

    def save(self, file: Path) -> None:
        """Writes word2vec's text form, plain or `.gz`; equal vectors, equal bytes.

        Raises:
            InputError: If the name has another ending, or the file cannot be written.
        """
        check_output(file)
        head = f"{len(self)} {self.vectors.shape[1]}\n"
        rows = zip(self.words, _numbers(self.vectors, " "), strict=True)
        lines = [head, *(f"{word} {numbers}\n" for word, numbers in rows)]
        content = "".join(lines).encode()
        # Without the time of day in it.
        is_packed = file.suffix.lower() == ".gz"
        write_whole(file, gzip.compress(content, mtime=0) if is_packed else content)

    def place(self, word: str) -> int:
        """Position of a word.

        Raises:
            InputError: If there is none; names words that are written alike.
        """
        if word in self._places:
            return self._places[word]
        alike = difflib.get_close_matches(word, self.words[:50_000], 3)
        hint = f" Words like it: {', '.join(alike)}." if alike else ""
        raise InputError(
            f"There is no vector for {word!r}: the texts have it too seldom, or in "
            f"another form (lower case, a stem, ...).{hint}"
        )

    @cached_property
    def _places(self) -> dict[str, int]:
        return {word: place for place, word in enumerate(self.words)}

    @cached_property
    def _directions(self) -> FloatArray:
        lengths = np.linalg.norm(self.vectors, axis=1, keepdims=True)
        found: FloatArray = self.vectors / np.maximum(lengths, 1e-12)
        return found

    def nearest(self, word: str, number: int = 10) -> list[tuple[str, float]]:
        """The words whose vectors point the most in the same direction.

        Args:
            word: A word, as the texts' words are cleaned.
            number: How many to list, the nearest first.

        Returns:
            Words and the cosine of the angle.

        Raises:
            InputError: If the word has no vector.
        """
        place = self.place(word)
        cosines = self._directions @ self._directions[place]
        order = [k for k in np.argsort(-cosines, kind="stable") if k != place]
        return [(self.words[k], float(cosines[k])) for k in order[:number]]

    def plane(self, words: Sequence[str]) -> FloatArray:
        """Where chosen words lie on the plane that shows their differences best.

        The first two principal components of their directions.

        Args:
            words: The words; at least one.

        Returns:
            `(words, 2)`.

        Raises:
            InputError: If a word has no vector.
        """
        chosen = self._directions[[self.place(word) for word in words]]
        centred = chosen - chosen.mean(axis=0)
        left, values, _ = np.linalg.svd(centred, full_matrices=False)
        found = np.zeros((len(words), 2), np.float32)
        found[:, : left.shape[1]] = (left * values)[:, :2]
        return found

    def export(self, folder: Path) -> None:
        """Writes what TensorBoard's embedding projector opens.

        `tensors.tsv`, `metadata.tsv` and `projector_config.pbtxt`: show them with
        `tensorboard --logdir FOLDER`, or load the first two into another projector.

        Raises:
            InputError: If the folder cannot be made or written.
        """
        make_folder(folder, "the folder of the vectors", "Give another folder.")
        rows = "".join(f"{row}\n" for row in _numbers(self.vectors, "\t"))
        names = "".join(f"{word.replace(chr(9), ' ')}\n" for word in self.words)
        write_whole(folder / "tensors.tsv", rows.encode())
        write_whole(folder / "metadata.tsv", names.encode())
        write_whole(folder / "projector_config.pbtxt", _PROJECTOR.encode())


def check_output(file: Path) -> None:
    """Raises InputError if vectors cannot be written to a file of this name."""
    if not file.name.lower().endswith(ENDINGS):
        raise InputError(f"{file}: expected a name ending in {' or '.join(ENDINGS)}.")
    check_place(file)


def _numbers(vectors: FloatArray, between: str) -> Iterator[str]:
    form = between.join(["%.5f"] * vectors.shape[1])
    return (form % tuple(row) for row in vectors.tolist())
