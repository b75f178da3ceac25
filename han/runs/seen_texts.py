"""`SeenTexts`: which texts a run was trained with, known by keyed hashes alone."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from han.data.sampling_units import is_blank
from han.runs.damaged_files import load_file
from han.runs.run_files import SEEN_TEXTS_FILE, member_folders
from han.tables.array_files import read_arrays
from han.text.text_encoder import TextEncoder

KEY_BYTES, HASH_BYTES = 32, 8
Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class SeenTexts:
    """Texts of the training and validation records of a run.

    They are known by hashes under a key that each run draws for itself, so that two
    runs cannot be compared. The key lies beside the hashes: whoever has the run folder
    can ask whether a text that he guesses is among them, and can read none.

    Attributes:
        key: The key, 16 bytes or more.
        hashed: Hash of each distinct text, sorted, `(t,)`.
        others: Those of the other runs of a mixture, each with a key of its own.

    Example:
        >>> seen = SeenTexts.of(["pan dulce", "queso", "pan dulce", ""])
        >>> len(seen.hashed), seen.contains(["queso", "clavo", ""]).tolist()
        (2, [True, False, False])
    """

    key: bytes
    hashed: Hashes
    others: tuple[SeenTexts, ...] = ()

    @classmethod
    def of(cls, keys: Iterable[str]) -> SeenTexts:
        """Under a new key.

        Args:
            keys: Normalised texts, as `Records.text_keys`; blank ones are left out.
        """
        key = secrets.token_bytes(KEY_BYTES)
        known = {text for text in keys if not is_blank(text)}
        return cls(key, np.unique(_numbers(_digests(key, known))))

    def contains(self, keys: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Whether each text was seen, by any run of a mixture, `(n,)`.

        Args:
            keys: Normalised texts, as `Records.text_keys`, `n`.
        """
        asked = _numbers(_digests(self.key, keys))
        found = np.zeros(len(keys), bool)
        if len(self.hashed):
            places = np.searchsorted(self.hashed, asked)
            found = self.hashed[np.minimum(places, len(self.hashed) - 1)] == asked
        for other in self.others:
            found |= other.contains(keys)
        return found

    def hashes(self, keys: Sequence[str]) -> list[str]:
        """Hash of each text under the key, 16 hexadecimal digits; a text may be new."""
        return [digest.hex() for digest in _digests(self.key, keys)]

    def save(self, file: Path) -> None:
        """Writes the key and the hashes as `.npz`."""
        key = np.frombuffer(self.key, np.uint8)
        with file.open("wb") as stream:
            np.savez(stream, key=key, hashed=self.hashed)

    @classmethod
    def load(cls, file: Path) -> SeenTexts:
        """Reads what `save` wrote.

        Raises:
            ValueError: If it is damaged; or what else the parts of a damaged archive
                lead to.
        """
        stored = read_arrays(file)
        key, hashed = stored["key"], stored["hashed"]
        if key.dtype != np.uint8 or not 16 <= key.size <= hashlib.blake2b.MAX_KEY_SIZE:
            raise ValueError("key")
        is_sorted = hashed.ndim == 1 and bool((hashed[1:] > hashed[:-1]).all())
        if hashed.dtype != np.uint64 or not is_sorted:
            raise ValueError("hashed")
        return cls(key.tobytes(), hashed)


def _digests(key: bytes, texts: Iterable[str]) -> list[bytes]:
    begun = hashlib.blake2b(digest_size=HASH_BYTES, key=key)
    found = []
    for text in texts:
        digest = begun.copy()  # the key is taken in once
        digest.update(text.encode("utf-8", "surrogatepass"))
        found.append(digest.digest())
    return found


def _numbers(digests: Sequence[bytes]) -> Hashes:
    return np.frombuffer(b"".join(digests), ">u8").astype(np.uint64)


def load_seen_texts(folder: Path, encoder: TextEncoder) -> SeenTexts | None:
    """The texts that a run has seen; of a mixture those of all its runs.

    Args:
        folder: The run.
        encoder: Its text encoder.

    Returns:
        None if the run kept none, if a run of a mixture kept none, or if the runs of a
        mixture read other fields or non-answers, so that no text has the same key in
        all of them.

    Raises:
        InputError: If a file is damaged.
    """
    if not _has_one_key(encoder):
        return None
    members = member_folders(folder)
    if not members:
        file = folder / SEEN_TEXTS_FILE
        return load_file(file, SeenTexts.load) if file.is_file() else None
    found = [load_seen_texts(member, encoder) for member in members]
    kept = [seen for seen in found if seen is not None]
    if len(kept) < len(members):
        return None
    return replace(kept[0], others=(*kept[0].others, *kept[1:]))


def _has_one_key(encoder: TextEncoder) -> bool:
    """Whether the encoders of a mixture would all give a text the same key."""
    parts = getattr(encoder, "encoders", (encoder,))
    reads = [(list(part.fields), part.non_answers.to_dict()) for part in parts]
    return all(read == reads[0] for read in reads)
