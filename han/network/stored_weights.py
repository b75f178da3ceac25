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
def open_weights(file: Path) -> Iterator[h5py.File]:
    """The weights of a `.keras` file.

    Raises:
        ValueError: If some of them stand in another file: HDF5 would read any.
    """
    with zipfile.ZipFile(file) as archive:
        # HDF5 jumps to and fro, and an archive can only be read on from its beginning.
        stored = io.BytesIO(archive.read("model.weights.h5"))
    with h5py.File(stored) as tree:
        tree.visititems_links(_check_link)
        tree.visititems(_check_own)
        yield tree


def stored_layers(tree: h5py.File) -> dict[str, list[Floats]]:
    """Weights by name of the layer, in the order in which Keras lists them.

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
            np.asarray(found["vars"][key])
            for found in groups
            for key in sorted(found["vars"], key=int)
        ]
        for weight in layers[name]:
            require_finite(f"The layer {name}", weight)
    return layers


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
