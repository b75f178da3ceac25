"""Compiled loops: where they are kept, and that the first use says so."""

import importlib.util

import numba
import pytest

from han.kernels import compiled
from han.languages.words import SUMMARY

LOOP = """
from han.kernels.compiled import compiled

@compiled
def doubled(number):
    return 2 * number
"""


@pytest.fixture
def said(monkeypatch, caplog):
    """What is said, anew; in the language of a Spanish terminal."""
    monkeypatch.setenv("LC_ALL", "es_MX.UTF-8")
    caplog.set_level("INFO", "han")
    compiled._say_once.cache_clear()
    yield lambda: caplog.messages
    compiled._say_once.cache_clear()


def loop_of(folder):
    """The same loop in a module of a folder, as a new process would have it."""
    file = folder / "loop_of_a_test.py"
    if not file.exists():
        file.write_text(LOOP, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("loop_of_a_test", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.doubled


def test_it_is_said_once_and_not_where_the_loop_is_kept(tmp_path, said):
    assert loop_of(tmp_path)(3) == loop_of(tmp_path)(3) == 6
    assert said() == [SUMMARY["es"]["compiling"]]
    assert list(tmp_path.glob("**/*.nbi"))
    compiled._say_once.cache_clear()
    assert loop_of(tmp_path)(4) == 8
    assert said() == [SUMMARY["es"]["compiling"]]


def test_where_nothing_can_be_kept_it_is_said_what_to_do(tmp_path, said, monkeypatch):
    plain = numba.njit

    def njit(cache=False, **options):
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return plain(**options)

    monkeypatch.setattr(numba, "njit", njit)
    assert loop_of(tmp_path)(3) == 6
    assert said() == [SUMMARY["es"]["compiling_always"]]
