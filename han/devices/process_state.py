"""What a training changes in its process, put back for the program that goes on."""

from __future__ import annotations

import contextlib
import logging
import os
import random
import sys
import threading
from collections.abc import Callable, Iterator

import numpy as np

_LOCK = threading.Lock()
_restorers: list[Callable[[], None]] = []  # one, while anybody is at work
_users = 0


@contextlib.contextmanager
def process_state_kept() -> Iterator[None]:
    """Puts back what is changed meanwhile, however it ends.

    That is: environment variables, handlers and levels of the log, the seeds and random
    states of Python, NumPy, TensorFlow and Keras, and whether TensorFlow's operations
    are deterministic. All of these belong to the process: where several threads are at
    work, the last one to end puts back what the first one found.
    """
    global _users
    with _LOCK:
        if not _users:
            _restorers.append(_process_restorer())
        _users += 1
    try:
        yield
    finally:
        with _LOCK:
            _users -= 1
            if not _users:
                _restorers.pop()()


def _process_restorer() -> Callable[[], None]:
    environment = dict(os.environ)
    python, numpy = random.getstate(), np.random.get_state()
    restore_log, restore_seeds = _log_restorer(), _tensorflow_restorer()

    def restore() -> None:
        restore_seeds()
        restore_log()
        random.setstate(python)
        np.random.set_state(numpy)
        for name in os.environ.keys() - environment.keys():
            del os.environ[name]
        os.environ.update(environment)

    return restore


def _log_restorer() -> Callable[[], None]:
    loggers = [logging.getLogger(), logging.getLogger("han")]
    before = [(log, log.level, log.handlers[:]) for log in loggers]

    def restore() -> None:
        for log, level, handlers in before:
            log.setLevel(level)
            log.handlers[:] = handlers

    return restore


def _tensorflow_restorer() -> Callable[[], None]:
    """Puts seeds of TensorFlow back; one that is not loaded yet has none.

    TensorFlow and Keras let a program set these but not ask for them, so their own
    modules are asked.
    """
    seed = keras_seed = keras_draws = draws = None
    is_deterministic = False
    if "tensorflow" in sys.modules:
        from keras.src.backend.common import global_state
        from tensorflow.python.eager import context
        from tensorflow.python.framework import config

        seed, draws = context.global_seed(), getattr(context.context(), "_rng", None)
        is_deterministic = config.is_op_determinism_enabled()
        keras_seed = global_state.get_global_attribute("global_random_seed")
        keras_draws = global_state.get_global_attribute("global_seed_generator")

    def restore() -> None:
        if "tensorflow" not in sys.modules:
            return
        from keras.src.backend.common import global_state
        from tensorflow.python.eager import context
        from tensorflow.python.framework import config

        context.set_global_seed(seed)
        if draws is not None:
            context.context()._rng = draws
        if not is_deterministic:
            config.disable_op_determinism()
        global_state.set_global_attribute("global_random_seed", keras_seed)
        global_state.set_global_attribute("global_seed_generator", keras_draws)

    return restore
