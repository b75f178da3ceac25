"""What stands in the clear in a file of a run, whatever its form."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from han.runs.run_files import TEXT_FILE

TEXTS = (".yaml", ".yml", ".txt", ".md", ".csv", ".tsv", ".log", ".lock", "")
PAGES = (".html", ".htm", ".svg")
# Printable text inside of bytes; shorter pieces are chance.
_PRINTED = re.compile(rb"[\x09\x20-\x7e\xc2-\xf4\x80-\xbf]{6,}")
_CELLS = re.compile(r"[\t\n\r,;|]+")
Hashes = npt.NDArray[np.uint64]


@dataclass
class Artefact:
    """A file of a run.

    Attributes:
        name: Its path below the run folder.
        texts: All texts in it, cell by cell or line by line.
        hashes: Tables of hashes, each sorted.
        is_learnt: Whether its words were learnt from records, and are not those of a
            program that wrote a page.
        is_read: Whether all of it that may be text could be read.
    """

    name: str
    texts: list[str] = field(default_factory=list)
    hashes: list[Hashes] = field(default_factory=list)
    is_learnt: bool = False
    is_read: bool = True


def artefacts(folder: Path) -> Iterator[Artefact]:
    """All files of a run folder, those of members and of hidden folders included."""
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        yield read_artefact(file, file.relative_to(folder).as_posix())


def read_artefact(file: Path, name: str) -> Artefact:
    """Reads what stands in a file in the clear; runs nothing that is in it."""
    ending, found = file.suffix.lower(), Artefact(name)
    found.is_learnt = file.name == TEXT_FILE or ending == ".npz"
    content = file.read_bytes()
    try:
        if ending == ".json":
            found.texts = list(_leaves(json.loads(content)))
        elif ending == ".npz":
            _read_arrays(content, found)
        elif ending == ".keras":
            found.texts = _keras_texts(content)
        elif ending in PAGES:
            found.texts = _page_texts(content.decode())
        elif ending in TEXTS:
            found.texts = _lines(content.decode("utf-8-sig"))
        else:
            found.texts = printed(content)
            found.is_read = "tfevents" in file.name
    except (ValueError, OSError, zipfile.BadZipFile, KeyError):
        found.texts, found.is_read = printed(content), False
    return found


def _lines(text: str) -> list[str]:
    """Each line, and each cell of lines that are rows."""
    lines = text.splitlines()
    cells = (cell.strip(" \"'") for line in lines for cell in _CELLS.split(line))
    return [*lines, *cells]


def _leaves(tree: Any) -> Iterator[str]:
    """All texts of a JSON value, keys of objects included; numbers are none."""
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict):
        yield from tree
        for value in tree.values():
            yield from _leaves(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _leaves(value)


def _read_arrays(content: bytes, found: Artefact) -> None:
    """Texts and hashes of NumPy arrays; an array of objects is a ValueError."""
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        for key in arrays.files:
            array = arrays[key]
            if array.dtype.kind in "US":
                texts = map(str, array.astype(str).ravel().tolist())
                for text in texts:
                    found.texts += (
                        _leaves(json.loads(text)) if key == "form" else [text]
                    )
            elif array.dtype == np.uint64 and array.ndim == 1:
                found.hashes.append(np.sort(array))
            elif array.dtype == np.uint8:  # a model of another library
                found.texts += printed(array.tobytes())


def _keras_texts(content: bytes) -> list[str]:
    """Texts of a network beside its weights, which are numbers."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [name for name in archive.namelist() if not name.endswith(".h5")]
        return [
            leaf
            for part in parts
            for leaf in (
                _leaves(json.loads(archive.read(part)))
                if part.endswith(".json")
                else printed(archive.read(part))
            )
        ]


def printed(content: bytes) -> list[str]:
    r"""Pieces of text in bytes.

    Example:
        >>> printed(b"\x00\x01ana@example.org\x00ab")
        ['ana@example.org']
    """
    pieces = _PRINTED.findall(content)
    lines = (_lines(piece.decode(errors="ignore")) for piece in pieces)
    return list(dict.fromkeys(line for found in lines for line in found))


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._is_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_style = tag == "style"
        self.texts += [value for name, value in attrs if value and name in _SHOWN]

    def handle_data(self, data: str) -> None:
        if not self._is_style and data.strip():
            self.texts += _lines(data.strip())

    def handle_comment(self, data: str) -> None:
        self.texts += _lines(data)


_SHOWN = {"title", "alt", "aria-label", "content", "value", "href", "src", "id"} | {
    "placeholder",
    "data-key",
    "data-text",
}


def _page_texts(text: str) -> list[str]:
    page = _Page()
    page.feed(text)
    page.close()
    return page.texts
