"""Ends a process that is told to end in good order: nothing half written stays."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

# Of a batch system or an administrator, and of a terminal that is closed.
ENDING = [
    getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)
]


class Terminated(BaseException):
    """The process has been told to end.

    Like KeyboardInterrupt no Exception, so that it is not taken for a failure.

    Args:
        number: The signal.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def raise_when_terminated() -> None:
    """From now on SIGTERM and SIGHUP raise `Terminated`, once.

    Whatever is at work removes its temporary files and ends its processes then. A
    signal that is ignored, as with `nohup`, stays so.
    """
    for number in ENDING:
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, _raise)


def _raise(number: int, frame: FrameType | None) -> None:
    for other in ENDING:  # a second one must not disturb the first
        signal.signal(other, signal.SIG_IGN)
    raise Terminated(number)


def end_by(number: int) -> None:
    """Ends the process by the signal itself, so that whoever sent it can see that."""
    # What Python does at an end of its own: else it warns of semaphores of processes.
    if processes := sys.modules.get("multiprocessing.util"):
        processes._exit_function()
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
