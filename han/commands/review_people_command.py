"""Adds, changes and lists people of a queue, as `han.review people` is asked to."""

from __future__ import annotations

import argparse
import getpass
import os
import sys

from han.errors import InputError
from han.reviewing.people import (
    activate,
    add_person,
    deactivate,
    people_of,
    set_password,
)
from han.reviewing.queue_database import QueueDatabase

PASSWORD = "HAN_PASSWORD"


def carry_out(given: argparse.Namespace) -> int:
    """Does what is asked, then lists everybody."""
    queue = QueueDatabase(given.queue)
    if given.action == "add":
        add_person(queue, given.name, given.role, _password())
    elif given.action == "password":
        set_password(queue, given.name, _password())
    elif given.action == "deactivate":
        deactivate(queue, given.name)
    elif given.action == "activate":
        activate(queue, given.name)
    for person in people_of(queue):
        state = "" if person.active else "  (deactivated)"
        print(f"{person.role:<12} {person.name}{state}")
    return 0


def _password() -> str:
    """From the environment, or asked twice; never an argument, which others can see."""
    if (given := os.environ.get(PASSWORD)) is not None:
        return given
    if not sys.stdin.isatty():
        raise InputError(
            f"Nobody can be asked for a password here. Put it in {PASSWORD}, or call "
            "this from a terminal."
        )
    first = getpass.getpass("Password: ")
    if first != getpass.getpass("Once more: "):
        raise InputError("The two passwords are not the same. Try again.")
    return first
