"""Weights as Keras stores them in a file."""

from __future__ import annotations

import h5py
import numpy as np

from han.kernels.gru import Floats


def stored_layers(tree: h5py.File) -> dict[str, list[Floats]]:
    """Weights by name of the layer, in the order in which Keras lists them."""
    layers: dict[str, list[Floats]] = {}
    for group in tree["layers"].values():
        name = group["vars"].attrs["name"]
        inner = "recurrent/forward_layer/cell recurrent/backward_layer/cell convolution"
        groups = [group, *(group[path] for path in inner.split() if path in group)]
        layers[name] = [
            np.asarray(found["vars"][key])
            for found in groups
            for key in sorted(found["vars"], key=int)
        ]
    return layers
