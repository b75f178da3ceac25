"""Divides calibration records: one part fits temperatures, the other tests.

One third of the calibration records fits the temperatures of `calibration`; the other
two thirds choose thresholds and conformal quantiles. A guarantee holds for records that
chose nothing before, so the two may not share a record, nor a text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

TEMPERATURE_SHARE = 1 / 3


def calibration_part(keys: Sequence[str], seed: int) -> npt.NDArray[np.bool_]:
    """Which calibration records choose thresholds; the others fit temperatures.

    The part is read from a hash of the key and the seed: it does not depend on the
    order of the records or on which others there are, and equal texts stand on one
    side. It is independent of the split into train, validation, calibration and test.

    Args:
        keys: Normalised text of each record, `(n,)`, as `Records.text_keys`.
        seed: Seed of the experiment.

    Returns:
        `(n,)`; True, for about two thirds, is the threshold part.

    Example:
        >>> calibration_part(["pan", "queso", "pan"], seed=1).tolist()
        [False, True, False]
    """
    known: dict[str, bool] = {}
    for key in keys:
        if key not in known:
            known[key] = _position(key, seed) >= TEMPERATURE_SHARE
    return np.array([known[key] for key in keys], bool)


def _position(key: str, seed: int) -> float:
    """A number in [0, 1) from the key."""
    text = f"calibration\0{seed}\0{key}".encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=7).digest()) / 2**56
