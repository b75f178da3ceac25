"""Tokenised tables on disk, so that the next run over the same texts need not wait.

An entry is a folder of arrays, named after a fingerprint of all that decides them. It
holds respondents' words: only its owner can read it, and it is written only where the
user says so (`data.cache`). Any entry may be deleted at any time.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import shutil
import tempfile
import time
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

import han.text
from han.data.records import fingerprint
from han.errors import InputError
from han.text.encoding import EncodedTexts, TextEncoder
from han.text.parallel import tokenise
from han.text.tokens import TokenisedTexts

logger = logging.getLogger(__name__)

_INDEX, _WORDS, _NUM_WORDS = "index.json", "words.json", "num_words"
_ARRAYS = (*(field.name for field in fields(EncodedTexts)), _NUM_WORDS)
_TEMPORARY = ".writing-"
_ABANDONED = 24 * 3600  # seconds after which nobody is still writing
# Packages whose version may change what a text is split or cleaned into.
_PACKAGES = ("nltk", "stop-words", "simplemma")

Columns = Mapping[str, Sequence[str]]


def tokenise_cached(
    encoder: TextEncoder,
    columns: Columns,
    folder: Path | None,
    *,
    progress: str | None = None,
) -> TokenisedTexts:
    """Tokenises a table, or finds it tokenised in the cache.

    Args:
        encoder: What tokenises; its vocabulary is not used.
        columns: One text for each document, by field name.
        folder: Folder of the cache; without it nothing is kept.
        progress: Name of the progress bar; none without it.

    Raises:
        InputError: If the folder cannot be made.
    """
    if folder is None:
        return tokenise(encoder, columns, progress=progress)
    _make(folder)
    entry = folder / key_of(encoder, columns)
    if found := read(entry):
        logger.info("Words are taken from the cache %s", entry)
        return found
    made = tokenise(encoder, columns, progress=progress)
    write(entry, made)
    return made


def _make(folder: Path) -> None:
    try:
        # A folder that the user made keeps the rights that the user gave it.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"{folder}: cannot be the folder of `data.cache`: {error.strerror}. Name "
            "a folder that can be made and written, or leave the key out."
        ) from None


def key_of(encoder: TextEncoder, columns: Columns) -> str:
    """Fingerprint (SHA-256) of all that decides the tokens of a table.

    The texts themselves as they were read, so that it does not matter in which file,
    format or encoding they stood; the settings; our code; versions of libraries.
    """
    settings = {
        "fields": [[name, asdict(limits)] for name, limits in encoder.fields.items()],
        "splitter": encoder.splitter.to_dict(),
        "cleaner": asdict(encoder.cleaner),
        "code": _code(),
        "versions": [unicodedata.unidata_version, *map(_version, _PACKAGES)],
        "columns": list(columns),
    }
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode())
    for texts in columns.values():
        # Lengths first: ["ab", "c"] and ["a", "bc"] differ.
        digest.update(np.fromiter(map(len, texts), np.int64, len(texts)).tobytes())
        for text in texts:
            digest.update(text.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _code() -> list[str]:
    """Fingerprint of each file that makes tokens: a release need not be remembered."""
    files = sorted(Path(han.text.__path__[0]).glob("*.py"))
    return [fingerprint(file) for file in files]


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def read(entry: Path) -> TokenisedTexts | None:
    """What `write` wrote, with arrays mapped from disk; None if missing or damaged."""
    if not entry.is_dir():
        return None
    try:
        index = json.loads((entry / _INDEX).read_text("utf-8"))
        for name, digest in index.items():
            if fingerprint(entry / name) != digest:
                raise ValueError(f"{name} has changed")
        words = json.loads((entry / _WORDS).read_text("utf-8"))
        arrays = {name: _mapped(entry / f"{name}.npy") for name in _ARRAYS}
    except (OSError, ValueError, AttributeError) as error:
        kind = type(error).__name__
        logger.warning("%s is damaged (%s) and will be made anew", entry, kind)
        return None
    num_words = arrays.pop(_NUM_WORDS)
    return TokenisedTexts(words, EncodedTexts(**arrays), num_words)


def _mapped(file: Path) -> Any:
    # A plain view: arrays cut out of a memmap would claim to be memmaps, too.
    return np.load(file, mmap_mode="r").view(np.ndarray)


def write(entry: Path, tokens: TokenisedTexts) -> None:
    """Writes an entry under a temporary name, then renames it.

    If another process was faster, its entry stays: it is the same. A cache that cannot
    be written stops nobody.
    """
    _remove_abandoned(entry.parent)
    temporary = None
    try:
        temporary = Path(tempfile.mkdtemp(prefix=_TEMPORARY, dir=entry.parent))
        _write_files(temporary, tokens)
        if entry.exists() and read(entry) is None:
            _put_away(entry)
        os.rename(temporary, entry)
    except OSError as error:
        if not entry.is_dir():
            why = error.strerror or type(error).__name__
            logger.warning("%s: the cache cannot be written: %s", entry.parent, why)
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)


def _write_files(folder: Path, tokens: TokenisedTexts) -> None:
    text = json.dumps(tokens.words, ensure_ascii=True)
    (folder / _WORDS).write_text(text, encoding="utf-8")
    arrays = {**vars(tokens.texts), _NUM_WORDS: tokens.num_words}
    for name in _ARRAYS:
        np.save(folder / f"{name}.npy", arrays[name], allow_pickle=False)
    index = {file.name: fingerprint(file) for file in sorted(folder.iterdir())}
    (folder / _INDEX).write_text(json.dumps(index, indent=1), encoding="utf-8")
    for file in folder.iterdir():
        file.chmod(0o600)  # the folder is private already: mkdtemp makes it so


def _put_away(entry: Path) -> None:
    """Removes a damaged entry; of two processes that try only one finds it."""
    with contextlib.suppress(FileNotFoundError):
        aside = tempfile.mkdtemp(prefix=_TEMPORARY, dir=entry.parent)
        os.replace(entry, aside)  # a folder may replace an empty one
        shutil.rmtree(aside, ignore_errors=True)


def _remove_abandoned(folder: Path) -> None:
    """Removes what a killed process has left half written: it holds words, too."""
    for left in folder.glob(f"{_TEMPORARY}*"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > _ABANDONED:
                shutil.rmtree(left, ignore_errors=True)
