"""Annotation of a sequence by a recurrence in both directions."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from han.layers.layer_arguments import positive

RECURRENT_CELLS = {"gru": keras.layers.GRU, "lstm": keras.layers.LSTM}


@keras.saving.register_keras_serializable(package="han")
class RecurrentEncoder(keras.layers.Layer):
    """Reads a sequence in both directions and annotates each position.

    Masking: `mask` is True at real positions, which come first in each row. Padding
    changes nothing and gets zero annotations. Without a mask every position is real.

    Args:
        units: Width of each direction.
        cell: `gru` or `lstm`.

    Call arguments:
        inputs: `(B, T, features)`.
        mask: boolean `(B, T)`, right-padded; or None.

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
        if cell not in RECURRENT_CELLS:
            raise ValueError(f"`cell` must be gru or lstm. Received: cell={cell!r}.")
        self.units = positive("units", units)
        self.cell = cell
        self.supports_masking = True
        pattern = RECURRENT_CELLS[cell](self.units, return_sequences=True)
        self.recurrent = keras.layers.Bidirectional(pattern, name="recurrent")
        # Keras copies the pattern and lets go of it. While it loads a file it knows
        # what it has copied by address: the next pattern at a freed one would be taken
        # for the same layer, now and then. A function, as Keras saves layers it finds.
        self._kept = lambda: pattern

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        self.recurrent.build(input_shape)

    def call(self, inputs: Any, mask: Any = None) -> Any:
        if mask is None:
            return self.recurrent(inputs)
        # cuDNN refuses a row that is all padding: such a row reads one step, which the
        # product below takes out again.
        first = ops.equal(ops.cumsum(ops.ones_like(mask, "int32"), axis=1), 1)
        states = self.recurrent(inputs, mask=ops.logical_or(mask, first))
        real = ops.expand_dims(ops.cast(mask, states.dtype), -1)
        return states * real  # (B, T, 2 * units)

    def compute_output_spec(self, inputs: Any, mask: Any = None) -> Any:
        shape = (*inputs.shape[:2], 2 * self.units)
        return keras.KerasTensor(shape, dtype=self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "units": self.units, "cell": self.cell}
