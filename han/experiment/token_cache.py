"""Cache of tokenised texts, by their content and settings.

The cache holds respondents' words. It is written only where the user says so, and only
its owner can read it.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from dataclasses import asdict, fields
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

import han.privacy
import han.text
from han.data.cache_entries import make_folder, read_entry, write_entry
from han.data.records import fingerprint
from han.text.parallel_tokenising import tokenise
from han.text.splitting import Splitter
from han.text.text_encoder import EncodedTexts, FieldTexts, TextEncoder
from han.text.tokenised_texts import TokenisedTexts

_WORDS, _SPLITTER, _NUM_WORDS = "words.json", "splitter.json", "num_words"
_ARRAYS = (*(field.name for field in fields(EncodedTexts)), _NUM_WORDS)
# Packages whose version may change what a text is split or cleaned into.
_PACKAGES = ("nltk", "stop-words", "simplemma")


def tokenise_cached(
    encoder: TextEncoder,
    columns: FieldTexts,
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
    make_folder(folder)
    entry = folder / token_key(encoder, columns)
    found = read_entry(entry, _read_tokens)
    if found is not None:
        return found
    made = tokenise(encoder, columns, progress=progress)
    write_entry(entry, lambda into: _write_tokens(into, made))
    return made


def learn_cached(texts: list[str], min_count: int, folder: Path | None) -> Splitter:
    """What `Splitter.learn` gives, or what it gave for the same texts."""
    if folder is None:
        return Splitter.learn(texts, min_count)
    make_folder(folder)
    entry = folder / _key({"learn": min_count}, {"texts": texts})
    found = read_entry(entry, _read_splitter)
    if found is not None:
        return found
    made = Splitter.learn(texts, min_count)
    form = json.dumps(made.to_dict())
    write_entry(entry, lambda into: _write(into / _SPLITTER, form))
    return made


def token_key(encoder: TextEncoder, columns: FieldTexts) -> str:
    """Fingerprint (SHA-256) of all that decides the tokens of a table.

    The texts themselves as they were read, so that it does not matter in which file,
    format or encoding they stood; the settings; our code; versions of libraries.
    """
    settings = {
        "fields": [[name, asdict(limits)] for name, limits in encoder.fields.items()],
        "splitter": encoder.splitter.to_dict(),
        "cleaner": asdict(encoder.cleaner),
        "non_answers": encoder.non_answers.to_dict(),
    }
    return _key(settings, columns)


def _key(settings: dict[str, Any], columns: FieldTexts) -> str:
    made_by = [_code(), unicodedata.unidata_version, *map(_version, _PACKAGES)]
    head = json.dumps([settings, made_by, list(columns)], sort_keys=True)
    digest = hashlib.sha256(head.encode())
    for texts in columns.values():
        # Lengths first: ["ab", "c"] and ["a", "bc"] differ.
        digest.update(np.fromiter(map(len, texts), np.int64, len(texts)).tobytes())
        for text in texts:
            digest.update(text.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _code() -> list[str]:
    """Fingerprint of each file that makes tokens, in place of a version number."""
    rooms = (han.privacy, han.text)
    files = [f for room in rooms for f in sorted(Path(room.__path__[0]).glob("*.py"))]
    return [fingerprint(file) for file in files]


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def _write_tokens(folder: Path, tokens: TokenisedTexts) -> None:
    _write(folder / _WORDS, json.dumps(tokens.words))
    arrays = {**vars(tokens.texts), _NUM_WORDS: tokens.num_words}
    for name in _ARRAYS:
        np.save(folder / f"{name}.npy", arrays[name], allow_pickle=False)


def _write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")


def _read_tokens(folder: Path) -> TokenisedTexts:
    """Arrays stay on disk and are mapped: only what is looked at is read."""
    words = json.loads((folder / _WORDS).read_text("utf-8"))
    # Plain views: arrays cut out of a memmap would claim to be memmaps, too.
    arrays: dict[str, Any] = {
        name: np.load(folder / f"{name}.npy", mmap_mode="r").view(np.ndarray)
        for name in _ARRAYS
    }
    num_words = arrays.pop(_NUM_WORDS)
    return TokenisedTexts(words, EncodedTexts(**arrays), num_words)


def _read_splitter(folder: Path) -> Splitter:
    return Splitter(**json.loads((folder / _SPLITTER).read_text("utf-8")))
