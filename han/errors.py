"""`InputError`, which says a mistake of the user on one line."""

from __future__ import annotations

import re
from collections.abc import Iterable

SHOWN = 20
# Control characters but for line ends and tabs, halves of characters, and marks that
# turn the direction of writing round.
_COMMANDS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
NO_TENSORFLOW = (
    "TensorFlow is not installed, and the network needs it. Install one of: "
    "pip install -e '.[cpu]' (any machine), pip install -e '.[gpu]' (NVIDIA GPU)."
)


class InputError(ValueError):
    """A mistake in what the user gave: an experiment file, data, a code list.

    The message is complete in itself (what is wrong, where, what was expected, what
    to do next), so a command prints it in one line and leaves with exit code 2.
    """


class NothingCoded(InputError):
    """No record of a file has a code to be judged by."""


class RunWarning(UserWarning):
    """What a user should know of a run that can be used all the same.

    A command prints it in one line; in Python it is a warning, said once.
    """


def printable(text: str) -> str:
    r"""A text for a terminal: characters that would command it are written out.

    Titles, names of files and texts may hold any character. Line ends and tabs stay.

    Example:
        >>> printable("Pan \x1b[2J blanco")
        'Pan \\x1b[2J blanco'
    """
    return _COMMANDS.sub(lambda found: ascii(found[0])[1:-1], text)


def count_of(number: int, noun: str) -> str:
    """A number of things; `noun` takes an s unless there is one of them.

    Example:
        >>> count_of(1, "record"), count_of(0, "record"), count_of(2000, "record")
        ('1 record', '0 records', '2,000 records')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def listing(
    items: Iterable[object], shown: int = SHOWN, more: str = " and {count} more"
) -> str:
    """Joins the first `shown` items with commas and says how many more there are.

    Example:
        >>> listing([1, 2, 3], shown=2)
        '1, 2 and 1 more'
    """
    values = [str(item) for item in items]
    text = ", ".join(values[:shown])
    return (
        text if len(values) <= shown else text + more.format(count=len(values) - shown)
    )
