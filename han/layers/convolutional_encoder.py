"""Annotation of each element of a sequence from itself and its neighbours."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from han.layers.layer_arguments import positive


@keras.saving.register_keras_serializable(package="han")
class ConvolutionalEncoder(keras.layers.Layer):
    """Annotates each position from itself and its nearest neighbours.

    `tanh` of a convolution, with zeros outside the sequence. Width 1 sees no neighbour:
    the annotation of a word is the same wherever it stands.

    Masking: `mask` is True at real positions, which come first in each row. Padding
    changes nothing and gets zero annotations. Without a mask every position is real.

    Args:
        units: Half the width of an annotation, as for each direction of
            `RecurrentEncoder`.
        width: Number of positions that an annotation is made of; odd.

    Call arguments:
        inputs: `(B, T, features)`.
        mask: boolean `(B, T)`, right-padded; or None.

    Returns:
        Annotations `(B, T, 2 * units)`.

    Raises:
        ValueError: If `units` is not a positive whole number or `width` is not an odd
            one.

    Reference:
        Kim 2014, Convolutional Neural Networks for Sentence Classification, equation 2;
        without its pooling, and at every position.

    Example:
        >>> import numpy as np
        >>> states = ConvolutionalEncoder(units=3)(
        ...     np.ones((2, 4, 5), "float32"), np.ones((2, 4), bool)
        ... )
        >>> tuple(states.shape)
        (2, 4, 6)
    """

    def __init__(self, units: int, width: int = 3, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.units = positive("units", units)
        self.width = positive("width", width)
        if not width % 2:
            raise ValueError(f"`width` must be odd. Received: width={width!r}.")
        self.supports_masking = True
        self.convolution = keras.layers.Conv1D(
            2 * self.units, width, padding="same", activation="tanh", name="convolution"
        )

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        self.convolution.build(input_shape)

    def call(self, inputs: Any, mask: Any = None) -> Any:
        if mask is None:
            return self.convolution(inputs)
        real = ops.expand_dims(ops.cast(mask, inputs.dtype), -1)
        # Padding must be zero before, too: the last real position looks at it.
        return self.convolution(inputs * real) * real  # (B, T, 2 * units)

    def compute_output_spec(self, inputs: Any, mask: Any = None) -> Any:
        shape = (*inputs.shape[:2], 2 * self.units)
        return keras.KerasTensor(shape, dtype=self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "units": self.units, "width": self.width}
