"""Sentence vectors that are kept: the latest ones in memory, all of them on disk.

Both keep 16 bits of each number, half of the memory and a hundredth of what two
sentences differ by; vectors are rounded where they are made, so that a sentence has the
same one wherever it comes from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from han.data.cache_entries import make_folder, read_entry, write_entry

HALF = np.float16
Halves = npt.NDArray[np.float16]
Places = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]
_KEYS, _VECTORS = "keys.npy", "vectors.npy"


class LatestVectors:
    """Vectors of the sentences that came last; the oldest make room.

    Args:
        width: Numbers of a vector.
        most: Sentences that are kept.

    Example:
        >>> latest = LatestVectors(1, most=2)
        >>> for sentence, number in zip("abc", [1, 2, 3]):
        ...     latest.keep([sentence], np.array([[number]], np.float16))
        >>> into = np.zeros((3, 1), np.float16)
        >>> found = latest.fill(list("abc"), into, np.arange(3))
        >>> found.tolist(), into.ravel().tolist()
        ([False, True, True], [0.0, 2.0, 3.0])
    """

    def __init__(self, width: int, most: int) -> None:
        self.most = most
        self._rows = np.zeros((0, width), np.float16)
        self._sentences: list[str] = []  # of each row
        self._row_of: dict[str, int] = {}
        self._next = 0

    def fill(
        self, sentences: Sequence[str], into: Halves, at: Places
    ) -> npt.NDArray[np.bool_]:
        """Writes the vectors that are kept, and says which these are, `(n,)`.

        Args:
            sentences: The sentences, `(n,)`.
            into: Where their vectors are written.
            at: In which row of it each one's is, `(n,)`.
        """
        rows = np.array([self._row_of.get(s, -1) for s in sentences], np.int64)
        found = rows >= 0
        into[at[found]] = self._rows[rows[found]]
        return found

    def keep(self, sentences: Sequence[str], vectors: Halves) -> None:
        """Keeps vectors of sentences that are not kept yet, as far as there is room."""
        sentences, vectors = sentences[-self.most :], vectors[-self.most :]
        grown = min(self.most, len(self._sentences) + len(sentences))
        if grown > len(self._rows):
            size = min(self.most, max(grown, 2 * len(self._rows)))
            before = self._rows
            self._rows = np.empty((size, vectors.shape[1]), HALF)
            self._rows[: len(before)] = before
        for sentence, vector in zip(sentences, vectors, strict=True):
            row = self._next % self.most
            if row < len(self._sentences):
                del self._row_of[self._sentences[row]]
                self._sentences[row] = sentence
            else:
                self._sentences.append(sentence)
            self._row_of[sentence] = row
            self._rows[row] = vector
            self._next += 1


class StoredVectors:
    """Vectors of one encoder in the folder of a cache.

    Of a sentence only a hash is written, never a word; but short answers can be guessed
    from hashes and from vectors, so only the owner can read the folder. Each time that
    new sentences are met they are added as an entry of their own.

    Args:
        folder: Folder of the cache.
        identity: Fingerprint of the encoder.

    Raises:
        InputError: If the folder cannot be made.
    """

    def __init__(self, folder: Path, identity: str) -> None:
        make_folder(folder)
        self.folder = folder
        self.prefix = f"sentences-{hashlib.sha256(identity.encode()).hexdigest()[:32]}-"
        entries = sorted(folder.glob(f"{self.prefix}*"))
        found = [read_entry(entry, _read) for entry in entries]
        self._parts = [part for part in found if part is not None]

    def fill(
        self, sentences: Sequence[str], into: Halves, at: Places
    ) -> npt.NDArray[np.bool_]:
        """As of `LatestVectors`, those that are stored."""
        wanted = sentence_keys(sentences)
        found = np.zeros(len(wanted), bool)
        for keys, vectors in self._parts:
            places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
            here = (keys[places] == wanted) & ~found
            into[at[here]] = vectors[places[here]]
            found |= here
        return found

    def keep(self, sentences: Sequence[str], vectors: Halves) -> None:
        """Stores vectors of sentences that are not stored yet."""
        if not sentences:
            return
        keys = sentence_keys(sentences)
        order = np.argsort(keys, kind="stable")
        part = keys[order], vectors[order]
        name = hashlib.sha256(part[0].tobytes()).hexdigest()[:32]
        entry = self.folder / f"{self.prefix}{name}"
        write_entry(entry, lambda f: _write(f, *part))
        # In memory only where it could not be written.
        self._parts.append(read_entry(entry, _read) or part)


def sentence_keys(sentences: Sequence[str]) -> Keys:
    """A hash of each sentence, `(n,)`: of a million, two are alike once in 10^7 times.

    Example:
        >>> sentence_keys(["pan", "pan", "sal"]).dtype, len(set(sentence_keys(["a"])))
        (dtype('uint64'), 1)
    """
    digests = (
        hashlib.blake2b(s.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        for s in sentences
    )
    return np.frombuffer(b"".join(digests), "<u8").astype(np.uint64)


def _write(folder: Path, keys: Keys, vectors: Halves) -> None:
    np.save(folder / _KEYS, keys, allow_pickle=False)
    np.save(folder / _VECTORS, vectors, allow_pickle=False)


def _read(folder: Path) -> tuple[Keys, Halves]:
    """Vectors stay on disk: only what is looked up is read."""
    keys = np.load(folder / _KEYS, allow_pickle=False)
    vectors = np.load(folder / _VECTORS, mmap_mode="r", allow_pickle=False)
    if not len(keys) or len(keys) != len(vectors):
        raise ValueError("keys without vectors")
    return keys, vectors.view(np.ndarray)
