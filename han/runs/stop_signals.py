"""Signals of batch systems: asks a training to save and stop."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any

NAMES = ("SIGTERM", "SIGUSR1")


class StoppedBySignal(BaseException):
    """The process has been asked to stop, and all that it must keep is saved.

    Like KeyboardInterrupt no Exception, so that it is not taken for a failure.
    """


class StopSignal:
    """Listens for SIGTERM and SIGUSR1 while it is entered.

    Both end whatever is at work by `StoppedBySignal`, at once: files are written whole
    or not at all. In training, where a state must be saved first, they wait until
    `asked` is looked at. A second signal changes nothing then.

    Attributes:
        asked: Whether one of the signals came.
        waits: Whether it waits for code that looks.
    """

    def __init__(self) -> None:
        self.asked = False
        self.waits = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> StopSignal:
        if threading.current_thread() is threading.main_thread():
            numbers = [getattr(signal, name) for name in NAMES if hasattr(signal, name)]
            self._before = {number: signal.getsignal(number) for number in numbers}
            self.listen()
        return self

    def listen(self) -> None:
        """Puts the handlers in place; TensorFlow's strategies put theirs there."""
        for number in self._before:
            signal.signal(number, self._on_signal)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Meanwhile the training looks at `asked`, and saves before it stops."""
        self.waits = True
        try:
            yield
        finally:
            self.waits = False
        if self.asked:
            raise StoppedBySignal

    def ignore(self) -> None:
        """From now on they stop nothing: the process is about to end by itself."""
        self._before = dict.fromkeys(self._before, signal.SIG_IGN)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        first, self.asked = not self.asked, True
        if first and not self.waits:
            raise StoppedBySignal
