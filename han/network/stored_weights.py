"""Reads weights of a `.keras` file without TensorFlow."""

from __future__ import annotations

import h5py
import numpy as np

from han.kernels.gru import Floats
from han.kernels.sequence_pooling import (
    Attention,
    ConvolutionalEncoder,
    Encoder,
    GruEncoder,
    Level,
)


def head_weights(weights: list[Floats]) -> tuple[Floats, Floats, Floats | None]:
    """Kernel, bias and shares; what training has learnt for itself is left out."""
    kernel, bias, *wide = weights
    return kernel, bias, wide[1] if wide else None


def level_of(encoder: list[Floats], attention: list[Floats]) -> Level:
    """A level from the weights of its layers."""
    pooling = Attention(*attention) if attention else None
    if len(encoder) == 2:
        made: Encoder = ConvolutionalEncoder(*encoder)
        return Level(made, pooling, len(encoder[1]))
    return Level(_gru(*encoder), pooling, 2 * encoder[1].shape[0])


def _gru(*weights: Floats) -> GruEncoder:
    """From kernel, recurrent kernel and bias of each direction, as Keras has them."""
    kernels, recurrents, biases = (np.array(weights[i::3]) for i in range(3))
    units = recurrents.shape[1]
    halved = np.repeat(np.array([0.5, 0.5, 1.0], "f4"), units)
    # What the state adds to z and r may as well be added to the input.
    to_input = np.repeat(np.array([1.0, 1.0, 0.0], "f4"), units)
    bias = (biases[:, 0] + biases[:, 1] * to_input) * halved
    recurrent = np.stack(np.split(recurrents, 3, axis=2), axis=1)
    return GruEncoder(
        np.concatenate(list(kernels * halved), axis=1),
        bias.reshape(-1),
        np.ascontiguousarray(0.5 * recurrent),
        0.5 * biases[:, 1, 2 * units :],
    )


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
