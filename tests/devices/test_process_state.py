"""What a training changes in its process is put back, also after several at once."""

import logging
import os
import random
import threading

import pytest

from han.devices.process_state import process_state_kept


def test_the_last_of_several_threads_puts_back_what_the_first_found(monkeypatch):
    monkeypatch.setenv("HAN_TEST_KEPT", "before")
    monkeypatch.delenv("HAN_TEST_NEW", raising=False)
    log = logging.getLogger("han")
    before = dict(os.environ), log.handlers[:], random.getstate()
    first_is_in, second_is_in, first_is_out = (threading.Event() for _ in range(3))

    def first():
        with process_state_kept():
            os.environ["HAN_TEST_KEPT"] = "first"
            os.environ["HAN_TEST_NEW"] = "first"
            log.addHandler(logging.NullHandler())
            first_is_in.set()
            second_is_in.wait(10)
        first_is_out.set()

    thread = threading.Thread(target=first)
    thread.start()
    first_is_in.wait(10)
    with process_state_kept():
        second_is_in.set()
        assert first_is_out.wait(10)
        assert os.environ["HAN_TEST_KEPT"] == "first"  # one is still at work
        random.random()
    thread.join()
    assert (dict(os.environ), log.handlers[:], random.getstate()) == before


def test_a_mistake_puts_it_back_too(monkeypatch):
    monkeypatch.setenv("HAN_TEST_KEPT", "before")
    with pytest.raises(ValueError, match="mistake"), process_state_kept():
        os.environ["HAN_TEST_KEPT"] = "changed"
        raise ValueError("mistake")
    assert os.environ["HAN_TEST_KEPT"] == "before"
