"""Memory that a training reuses, and gives back."""

import gc
import weakref

import pytest

from han.devices import freed_memory
from han.devices.freed_memory import MANAGER, give_memory_back, reuse_memory
from han.kernels.array_pool import POOL


class Library:
    """Notes what the C library is told."""

    def __init__(self):
        self.told = []

    def mallopt(self, what, value):
        self.told.append((what, value))

    def malloc_trim(self, left):
        self.told.append(("trim", left))


@pytest.fixture
def library(monkeypatch):
    found = Library()
    monkeypatch.setattr(freed_memory, "_gnu_library", lambda: found)
    monkeypatch.setenv(MANAGER, "")  # so that what it is now comes back
    monkeypatch.delenv(MANAGER)
    return found


def test_the_c_library_keeps_memory_until_it_is_asked_for_it(library):
    reuse_memory()
    assert sorted(library.told) == [(-8, 1), (-3, 32 << 20), (-1, (1 << 31) - 1)]
    assert MANAGER not in freed_memory.os.environ
    POOL.empty(100)[:] = 1.0  # waits for another one of its size
    give_memory_back()
    assert library.told[-1] == ("trim", 0) and not POOL._free and not POOL._returned


def test_a_setting_of_the_user_wins(library, monkeypatch):
    monkeypatch.setenv(MANAGER, "false")
    reuse_memory()
    assert not library.told and freed_memory.os.environ[MANAGER] == "false"


def test_tensorflow_manages_memory_where_the_library_cannot(library, monkeypatch):
    monkeypatch.setattr(freed_memory, "_gnu_library", lambda: None)
    reuse_memory()
    assert freed_memory.os.environ[MANAGER] == "true"
    give_memory_back()
    assert not library.told


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
