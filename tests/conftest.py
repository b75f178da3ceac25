"""What many tests need: a quiet TensorFlow and a small experiment."""

import os
import signal
from pathlib import Path

import pytest
from hypothesis import settings
from support.experiments import write_experiment

# The same examples every time, and no failure because a machine is slow.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")

# As every command does (han.devices.runtime.prepare_environment), before any import.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


@pytest.fixture(autouse=True)
def signals_as_before():
    """A command that was stopped leaves with its ears shut; the tests go on."""
    numbers = (signal.SIGTERM, signal.SIGUSR1)
    before = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


@pytest.fixture
def experiment(tmp_path: Path) -> Path:
    """A tiny experiment in a folder of its own."""
    return write_experiment(tmp_path)
