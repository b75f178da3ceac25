"""What all commands share: arguments, exit codes, errors on one line, logging."""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, get_args

from han.config.data_config import Decimal, Separator
from han.devices.runtime import prepare_environment
from han.errors import InputError
from han.tables.locations import DataFile, data_location

MISTAKE = 2
STOPPED_BY_SIGNAL = 75  # EX_TEMPFAIL: the same command goes on
INTERRUPTED = 130
_AS_MODULE = ("han", "__main__.py")  # python -m han


class CommandParser(argparse.ArgumentParser):
    """Arguments of a command, whose mistakes are said like all others.

    Args:
        command: Its name: `train` of `python -m han.train` and `han train`.
        options: As of `argparse.ArgumentParser`.
    """

    def __init__(self, command: str, **options: Any) -> None:
        started = Path(sys.argv[0])
        is_console = started.stem == "han" or started.parts[-2:] == _AS_MODULE
        super().__init__(
            prog=f"han {command}" if is_console else f"python -m han.{command}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            **options,
        )

    def error(self, message: str) -> NoReturn:
        """Raises InputError in place of printing the usage."""
        raise InputError(f"{self.prog}: {message}. See {self.prog} --help.")


def add_table_options(arguments: argparse.ArgumentParser, name: str) -> None:
    """Adds what may be said of a table that is given to a command.

    Args:
        arguments: Of the command.
        name: What the help calls the table.
    """
    add = arguments.add_argument
    add(
        "--encoding",
        help=f"encoding of {name}, if it is not that of the training file",
    )
    add(
        "--separator",
        choices=get_args(Separator),
        help=f"what separates cells of {name}, if it is text (default: found in it)",
    )
    add(
        "--decimal",
        choices=get_args(Decimal),
        help=f"decimal mark of numbers in {name}, if it is text (default: found in it)",
    )
    add(
        "--table",
        metavar="NAME",
        help=f"sheet or table of {name}, as after # in book.xlsx#NAME and in "
        "sqlite:///survey.db#NAME (default: the only one)",
    )
    add("--query", metavar="SQL", help=f"what to ask {name}, with ORDER BY")


def given_table(
    given: argparse.Namespace, address: str | None, name: str
) -> DataFile | None:
    """The table that a command was given, with what was said of it.

    Args:
        given: The arguments.
        address: Where it lies; None if none was given.
        name: What the help calls it.

    Raises:
        InputError: If something was said of no table, or does not go with it.
    """
    options = {n: getattr(given, n) for n in ("table", "query", "separator", "decimal")}
    if address is not None:
        return data_location(address, **options)
    said = [n for n in ("encoding", *options) if getattr(given, n) is not None]
    if said:
        raise InputError(f"--{said[0]} goes with {name}: the run knows its own files.")
    return None


def run_command(main: Callable[[], int]) -> None:
    """Runs a command and leaves with its exit code.

    A mistake of the user is one line on standard error and exit code 2; what the system
    refuses, such as writing to a full disk, one line and 1; Ctrl-C is 130. Anything
    else is a mistake of ours and keeps its traceback.
    """
    prepare_environment()
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    logging.getLogger("absl").setLevel(logging.ERROR)
    for name in ("gensim", "tensorflow"):  # the latter tells of every strategy
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        code = main()
        sys.stdout.flush()  # a full disk is said here, not when Python ends
    except InputError as error:
        print(f"han: {error}", file=sys.stderr)
        code = MISTAKE
    except KeyboardInterrupt:
        print("han: stopped.", file=sys.stderr)
        code = INTERRUPTED
    except BrokenPipeError:
        code = 1
        _drop_output()
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(f"han: {where}{error.strerror or error}.", file=sys.stderr)
        code = 1
        _drop_output()
    sys.exit(code)


def _drop_output() -> None:
    """What could not be written is not tried again when Python ends, which says so."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
