"""Memory of what is done, freed for what is done next."""

import gc
import weakref

import pytest

from han.devices import freed_memory
from han.devices.freed_memory import give_memory_back
from han.kernels.array_pool import POOL


@pytest.fixture
def trimmed(monkeypatch):
    """What the C library was asked to leave free, each time."""
    asked = []

    class Library:
        malloc_trim = staticmethod(asked.append)

    monkeypatch.setattr(freed_memory, "_gnu_library", Library)
    return asked


def test_free_memory_goes_back_to_the_system(trimmed):
    POOL.empty(100)[:] = 1.0  # waits for another one of its size
    give_memory_back()
    assert trimmed == [0] and not POOL._free and not POOL._returned


def test_another_c_library_is_left_alone(trimmed, monkeypatch):
    monkeypatch.setattr(freed_memory, "_gnu_library", lambda: None)
    give_memory_back()
    assert not trimmed


def test_what_knows_itself_goes_too():
    class Circle:
        pass

    one = Circle()
    one.itself, known = one, weakref.ref(one)
    gc.disable()
    try:
        del one
        give_memory_back()
    finally:
        gc.enable()
    assert known() is None
