"""Arguments of `python -m han.serve`: who may ask, how much, and the log."""

from __future__ import annotations

import argparse

from han.errors import InputError

_KEY_ACTIONS = ("add_key", "remove_key", "list_keys")
_LIMITS = ("requests_a_minute", "records_a_minute")


def add_guard(arguments: argparse.ArgumentParser) -> None:
    """Adds them."""
    group = arguments.add_argument_group("who may ask")
    add = group.add_argument
    add(
        "--keys",
        metavar="FILE",
        help="keys of those who may ask: Authorization: Bearer KEY, or X-API-Key: KEY. "
        "The file has hashes alone and is read again when it changes. Without it this "
        "machine alone is answered",
    )
    add("--add-key", metavar="NAME", help="make a key in --keys, print it, and end")
    add("--remove-key", metavar="NAME", help="take it away, also from running services")
    add("--list-keys", action="store_true", help="list names and limits of keys")
    for name, what in zip(_LIMITS, ("requests", "records"), strict=True):
        add(
            f"--{name.replace('_', '-')}",
            type=int,
            metavar="N",
            help=f"{what} that each key, or address without keys, may send; with "
            "--add-key the limit of that key alone (default: no limit)",
        )
    add(
        "--cors",
        action="append",
        default=[],
        metavar="ORIGIN",
        help="a site whose pages may ask from a browser, such as "
        "https://survey.example.org; may be repeated (default: none)",
    )
    add(
        "--behind-proxy",
        action="store_true",
        help="a server with HTTPS stands before this one: what it says of clients is "
        "believed, and --host may be other than of this machine alone; needs --keys",
    )
    add(
        "--log",
        metavar="FILE",
        help="where the log goes, as JSON lines (default: standard error)",
    )


def is_about_keys(given: argparse.Namespace) -> bool:
    """Whether something is to be done with keys, and nothing served.

    Raises:
        InputError: If what was given does not go together.
    """
    for name in _LIMITS:
        if (value := getattr(given, name)) is not None and value < 1:
            raise InputError(f"--{name.replace('_', '-')} {value}: expected 1 or more.")
    asked = [f"--{n.replace('_', '-')}" for n in _KEY_ACTIONS if getattr(given, n)]
    if not asked:
        if not given.models:
            raise InputError("Nothing to serve: give a run folder or a job file.")
        return False
    if len(asked) > 1:
        raise InputError(f"{asked[0]} and {asked[1]}: give one at a time.")
    if given.models:
        raise InputError(f"{asked[0]} serves nothing: leave out {given.models[0]}.")
    if given.keys is None:
        raise InputError(f"{asked[0]}: say in which file: --keys FILE.")
    return True
