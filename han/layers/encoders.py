"""Annotation of words and of sentences: recurrent, convolutional, word by word."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from han.layers.attention_pooling import positive

CELLS = {"gru": keras.layers.GRU, "lstm": keras.layers.LSTM}


@keras.saving.register_keras_serializable(package="han")
class RecurrentEncoder(keras.layers.Layer):
    """Reads a sequence in both directions and annotates each position.

    Masking: `padding_mask` is a required argument, True at real positions, which come
    first in each row. Padding changes nothing and gets zero annotations.

    Args:
        units: Width of each direction.
        cell: `gru` or `lstm`.

    Call arguments:
        inputs: `(B, T, features)`.
        padding_mask: boolean `(B, T)`, right-padded.

    Returns:
        Annotations `(B, T, 2 * units)`: forward states, then backward states.

    Raises:
        ValueError: If `units` is not a positive whole number or `cell` is not known.

    Reference:
        Yang et al. 2016, section 2.2 (GRU); Bahdanau et al. 2014 for the two
        directions.

    Example:
        >>> import numpy as np
        >>> states = RecurrentEncoder(units=3)(
        ...     np.ones((2, 4, 5), "float32"), np.ones((2, 4), bool)
        ... )
        >>> tuple(states.shape)
        (2, 4, 6)
    """

    def __init__(self, units: int, cell: str = "gru", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if cell not in CELLS:
            raise ValueError(f"`cell` must be gru or lstm. Received: cell={cell!r}.")
        self.units = positive("units", units)
        self.cell = cell
        self.supports_masking = True
        pattern = CELLS[cell](self.units, return_sequences=True)
        self.recurrent = keras.layers.Bidirectional(pattern, name="recurrent")
        # Keras copies the pattern and lets go of it. While it loads a file it knows
        # what it has copied by address: the next pattern at a freed one would be taken
        # for the same layer, now and then. A function, as Keras saves layers it finds.
        self._kept = lambda: pattern

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        self.recurrent.build(input_shape)

    def call(self, inputs: Any, padding_mask: Any) -> Any:
        # cuDNN refuses a row that is all padding: such a row reads one step, which the
        # product below takes out again.
        first = ops.equal(ops.cumsum(ops.ones_like(padding_mask, "int32"), axis=1), 1)
        states = self.recurrent(inputs, mask=ops.logical_or(padding_mask, first))
        real = ops.expand_dims(ops.cast(padding_mask, states.dtype), -1)
        return states * real  # (B, T, 2 * units)

    def compute_mask(self, *_: Any, **__: Any) -> None:
        return None  # masks are explicit

    def compute_output_spec(self, inputs: Any, padding_mask: Any) -> Any:
        shape = (*inputs.shape[:2], 2 * self.units)
        return keras.KerasTensor(shape, dtype=self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "units": self.units, "cell": self.cell}


@keras.saving.register_keras_serializable(package="han")
class ConvolutionalEncoder(keras.layers.Layer):
    """Annotates each position from itself and its nearest neighbours.

    `tanh` of a convolution, with zeros outside the sequence. Width 1 sees no neighbour:
    the annotation of a word is the same wherever it stands.

    Masking: `padding_mask` is a required argument, True at real positions, which come
    first in each row. Padding changes nothing and gets zero annotations.

    Args:
        units: Half the width of an annotation, as for each direction of
            `RecurrentEncoder`.
        width: Number of positions that an annotation is made of; odd.

    Call arguments:
        inputs: `(B, T, features)`.
        padding_mask: boolean `(B, T)`, right-padded.

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

    def call(self, inputs: Any, padding_mask: Any) -> Any:
        real = ops.expand_dims(ops.cast(padding_mask, inputs.dtype), -1)
        # Padding must be zero before, too: the last real position looks at it.
        return self.convolution(inputs * real) * real  # (B, T, 2 * units)

    def compute_mask(self, *_: Any, **__: Any) -> None:
        return None  # masks are explicit

    def compute_output_spec(self, inputs: Any, padding_mask: Any) -> Any:
        shape = (*inputs.shape[:2], 2 * self.units)
        return keras.KerasTensor(shape, dtype=self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "units": self.units, "width": self.width}
