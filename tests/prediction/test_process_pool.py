"""Signals that come while processes start."""

import signal
import threading
import time

import pytest

from han.prediction.process_pool import interrupts_held


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="needs POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_that_another_thread_takes_waits(number):
    """Threads that were there before block none; Python answers in the first one."""
    came, end = [], threading.Event()
    signal.signal(number, lambda *_: came.append(number))
    other = threading.Thread(target=end.wait, daemon=True)
    other.start()
    with interrupts_held():
        signal.pthread_kill(other.ident, number)
        for _ in range(100):
            time.sleep(0.001)
        assert not came
    assert came == [number]
    end.set()
