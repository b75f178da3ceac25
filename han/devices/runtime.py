"""What computes networks; process-wide settings of TensorFlow: seeds, log level."""

from __future__ import annotations

import contextlib
import importlib.util
import os
from collections.abc import Iterator
from typing import Literal

from han.errors import NO_TENSORFLOW, InputError

Engine = Literal["auto", "numpy", "tensorflow"]  # what computes a network


def configure_runtime(*, seed: int, deterministic: bool) -> None:
    """Readies TensorFlow for a run: backend, seeds and repeatable sums.

    Args:
        seed: Seed of Python, NumPy and TensorFlow.
        deterministic: Whether equal runs must give equal numbers.

    Raises:
        InputError: If TensorFlow is not installed, or Keras would use another backend.
    """
    require_tensorflow()
    import keras

    keras.utils.set_random_seed(seed)
    if deterministic:
        import tensorflow as tf

        tf.config.experimental.enable_op_determinism()


@contextlib.contextmanager
def compute_in(precision: str) -> Iterator[None]:
    """Layers made meanwhile compute in a precision of Keras; weights are float32."""
    import keras

    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(precision)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def prepare_environment() -> None:
    """Sets what TensorFlow reads when it is imported; every command calls it first.

    oneDNN chooses its order of summation by what the machine is doing, so that equal
    runs differ in the last digits; and the start-up notes of the C++ side hide the
    messages meant for people. Memory is TensorFlow's own to manage: by default it asks
    the system for each large tensor, which clears the pages anew, and a third of a
    training goes into that. A user's own settings win.
    """
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TF_CPU_ALLOCATOR_USE_BFC", "true")


def require_tensorflow() -> None:
    """Raises InputError in one sentence where the network cannot run at all."""
    if importlib.util.find_spec("tensorflow") is None:
        raise InputError(NO_TENSORFLOW)
    backend = os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    if backend != "tensorflow":
        raise InputError(
            f"KERAS_BACKEND is {backend!r}, but han needs tensorflow. Unset it, or set "
            "KERAS_BACKEND=tensorflow."
        )
