"""Weights as Keras stores them in a file, for the networks that NumPy knows."""

from __future__ import annotations

import h5py
import numpy as np

from han.errors import InputError
from han.kernels.gru import Floats

# Groups of a layer that hold its weights, in the order in which Keras lists them.
INNER = ("recurrent/forward_layer/cell", "recurrent/backward_layer/cell", "convolution")
RANDOM = "seed_generator"  # of dropout: no weights


class UnknownEncoder(InputError):
    """The network has layers that only TensorFlow can compute."""


def stored_layers(tree: h5py.File) -> dict[str, list[Floats]]:
    """Weights by name of the layer, in the order in which Keras lists them.

    Raises:
        UnknownEncoder: If a layer has layers in it that are not known here.
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
    return layers


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
