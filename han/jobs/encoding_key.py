"""Faults of encodings, which name the key of a job file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from han.errors import InputError

# Who reads a file does not know who has named it.
_OPTION = re.compile(
    r" or, (?:for|of) a file given to a command, --encoding( [^\s.;]+)?"
)


@contextmanager
def encoding_named(key: str) -> Iterator[None]:
    """In messages, `data.encoding` becomes another key.

    Raises:
        InputError: As was raised inside.

    Example:
        >>> with encoding_named("input.encoding"):
        ...     raise InputError("a.csv: not latin-1 text. Set data.encoding: utf-8")
        Traceback (most recent call last):
        ...
        han.errors.InputError: a.csv: not latin-1 text. Set input.encoding: utf-8
    """
    try:
        yield
    except InputError as error:
        said = str(error)
        if "data.encoding" not in said:
            raise
        raise InputError(_OPTION.sub("", said).replace("data.encoding", key)) from None
