"""Weights as Keras stores them in a file, for the networks that NumPy knows."""

from __future__ import annotations

import contextlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from han.errors import InputError
from han.kernels.finite_numbers import require_finite
from han.kernels.gru import Floats

# Groups of a layer that hold its weights, in the order in which Keras lists them.
INNER = ("recurrent/forward_layer/cell", "recurrent/backward_layer/cell", "convolution")
BLOCK = 1 << 16  # bytes read at a time
RANDOM = "seed_generator"  # of dropout: no weights


class UnknownEncoder(InputError):
    """The network has layers that only TensorFlow can compute."""


def check_known(what: str, found: str, known: Iterable[str]) -> None:
    """Raises UnknownEncoder if a network has what NumPy does not compute."""
    if found not in known:
        raise UnknownEncoder(
            f"The numpy engine knows the {what}s {', '.join(known)}, and this network "
            f"has {found}. Use the tensorflow engine."
        )


def stored_settings(file: Path) -> dict[str, Any]:
    """What the network of a `.keras` file was made with."""
    with zipfile.ZipFile(file) as archive:
        settings: dict[str, Any] = json.loads(archive.read("config.json"))["config"]
    return settings


@contextlib.contextmanager
def open_weights(file: Path) -> Iterator[tuple[h5py.File, memoryview]]:
    """The weights of a `.keras` file, and the bytes that they lie in.

    Raises:
        ValueError: If some of them stand in another file: HDF5 would read any.
    """
    memory = _content(file, "model.weights.h5")
    with h5py.File(_Memory(memory)) as tree:
        tree.visititems_links(_check_link)
        tree.visititems(_check_own)
        yield tree, memory


def _content(file: Path, name: str) -> memoryview:
    """A file of an archive in memory; NumPy's takes less time to get than Python's."""
    with zipfile.ZipFile(file) as archive, archive.open(name) as member:
        memory = np.empty(archive.getinfo(name).file_size, np.uint8).data
        at = 0
        while block := member.read(BLOCK):
            memory[at : at + len(block)] = block
            at += len(block)
    return memory


class _Memory(io.RawIOBase):
    """Bytes as a file: HDF5 jumps to and fro, which an archive does not allow."""

    def __init__(self, content: memoryview) -> None:
        self.content, self.at = content, 0

    def readinto(self, into: Any) -> int:
        part = self.content[self.at : self.at + len(into)]
        into[: len(part)] = part
        self.at += len(part)
        return len(part)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self.at = offset + (0, self.at, len(self.content))[whence]
        return self.at


def stored_layers(tree: h5py.File, memory: memoryview) -> dict[str, list[Floats]]:
    """Weights by name of the layer, in the order in which Keras lists them.

    Args:
        tree: The file of weights.
        memory: Its bytes; weights that lie there as they are are not copied.

    Raises:
        UnknownEncoder: If a layer has layers in it that are not known here.
        ValueError: If a weight is not finite.
    """
    layers: dict[str, list[Floats]] = {}
    for group in tree["layers"].values():
        name = group["vars"].attrs["name"]
        groups = [group, *(group[path] for path in INNER if path in group)]
        _check_inner(name, group, [found.name for found in groups])
        layers[name] = [
            _weight(found["vars"][key], memory)
            for found in groups
            for key in sorted(found["vars"], key=int)
        ]
        for weight in layers[name]:
            require_finite(f"The layer {name}", weight)
    return layers


def _weight(stored: h5py.Dataset, memory: memoryview) -> Floats:
    begin = stored.id.get_offset()  # None where it is packed, or in pieces
    if begin is None:
        return np.asarray(stored)
    found: Floats = np.frombuffer(memory, stored.dtype, stored.size, begin)
    return np.require(found.reshape(stored.shape), requirements="A")


def _check_link(name: str, link: object) -> None:
    if not isinstance(link, h5py.HardLink):
        raise ValueError(f"{name} is a link")


def _check_own(name: str, item: h5py.Group | h5py.Dataset) -> None:
    if isinstance(item, h5py.Dataset) and (item.external or item.is_virtual):
        raise ValueError(f"{name} is in another file")


def _check_inner(name: str, group: h5py.Group, known: list[str]) -> None:
    """A weight that is left out would be another network, and nobody would see it."""
    found: list[str] = []
    group.visititems(
        lambda _, item: (
            found.append(item.parent.parent.name)
            if isinstance(item, h5py.Dataset)
            else None
        )
    )
    places = {place for place in found if not place.endswith(RANDOM)}
    if unknown := places - set(known):
        inner = ", ".join(sorted(place.rpartition("/")[2] for place in unknown))
        raise UnknownEncoder(
            f"The numpy engine does not know what is in the layer {name}: {inner}. Use "
            "the tensorflow engine."
        )
