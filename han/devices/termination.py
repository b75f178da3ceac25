"""Ends a process that is told to end in good order: nothing half written stays."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType
from typing import NoReturn

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


_came: list[int] = []  # the signal that raised `Terminated`


def raise_when_terminated() -> None:
    """From now on SIGTERM and SIGHUP raise `Terminated`, once.

    Whatever is at work removes its temporary files and ends its processes then. A
    signal that is ignored, as with `nohup`, stays so.
    """
    for number in ENDING:
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, _raise)


def _raise(number: int, frame: FrameType | None) -> None:
    _came.append(number)
    for other in ENDING:  # a second one must not disturb the first
        signal.signal(other, signal.SIG_IGN)
    raise Terminated(number)


def raise_again() -> NoReturn:
    """Raises what a signal raised inside a library that made another error of it.

    Raises:
        Terminated: If the process has been told to end.
        KeyboardInterrupt: Else.
    """
    if _came:
        raise Terminated(_came[0]) from None
    raise KeyboardInterrupt from None


def leave_signals() -> None:
    """The work is done: from now on no signal raises anything.

    Python takes tenths of a second to end. Ctrl-C would make a failure of them, and
    is ignored; whatever else ends a process does so by itself.
    """
    for number in ENDING:
        if signal.getsignal(number) == _raise:
            signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def end_by(number: int) -> None:
    """Ends the process by the signal itself, so that whoever sent it can see that."""
    # What Python does at an end of its own: else it warns of semaphores of processes.
    if processes := sys.modules.get("multiprocessing.util"):
        processes._exit_function()
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
