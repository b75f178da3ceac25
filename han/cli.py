"""What all commands share: arguments, exit codes, errors on one line, logging."""

from __future__ import annotations

import argparse
import contextlib
import io
import logging
import os
import signal
import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn, TextIO, get_args

from han.config import Config
from han.config.data_config import Decimal, Separator
from han.config.page_language import language_of
from han.devices.runtime import prepare_environment
from han.devices.stage_clock import process_age, running_clock
from han.devices.termination import (
    Terminated,
    end_by,
    leave_signals,
    raise_when_terminated,
)
from han.errors import InputError, RunWarning, printable
from han.languages.language_names import page_language_named, terminal_language
from han.languages.number_format import Language
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

    def print_help(self, file: Any = None) -> None:
        """Prints the help; argparse would be silent about a full disk."""
        print(self.format_help(), end="", file=file)


class PartsParser(CommandParser):
    """Arguments of a command that has parts, or of one of its parts.

    Args:
        prog: Whole name of a part, as argparse hands it on.
        options: As of `argparse.ArgumentParser`.

    Attributes:
        command: Name of the command; each has a subclass that says it.
    """

    command = ""

    def __init__(self, prog: str = "", **options: Any) -> None:
        options.pop("formatter_class", None)  # all commands have one
        super().__init__(self.command, **options)
        self.prog = prog or self.prog

    def parse_intermixed_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: None = None
    ) -> argparse.Namespace:
        """As `parse_args`: argparse does not mix options with parts."""
        return self.parse_args(args, namespace)


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
        help=f"decimal mark of numbers in {name}, where they are text (default: found "
        "in text files)",
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


def add_language(arguments: argparse.ArgumentParser, what: str, default: str) -> None:
    """Adds `--lang`; `what` is written in that language, else in the `default` one."""
    arguments.add_argument(
        "--lang",
        type=_language,
        metavar="LANGUAGE",
        help=f"language of {what}: es (español) or en (english). Mistakes are told in "
        f"English (default: {default})",
    )


OF_TERMINAL = "es where LC_ALL, LC_MESSAGES or LANG says so, else en"
OF_TEXTS = "es for Spanish texts, else en"


def _language(name: str) -> Language:
    try:
        return page_language_named(name)
    except InputError as error:  # argparse would hide what it says
        raise argparse.ArgumentTypeError(str(error)) from None


def screen_language(given: argparse.Namespace) -> Language:
    """In which language a command says what it has done."""
    language: Language = given.lang or terminal_language()
    return language


def written_language(given: argparse.Namespace, config: Config) -> Language:
    """In which language a command writes a page."""
    language: Language = given.lang or language_of(config)
    return language


def run_command(main: Callable[[], int]) -> None:
    """Runs a command and leaves with its exit code.

    A mistake of the user is one line on standard error and exit code 2; what the system
    refuses, such as writing to a full disk, one line and 1; Ctrl-C is 130, and SIGTERM
    and SIGHUP end it as they do, but nothing half written stays. Anything else is a
    mistake of ours and keeps its traceback.

    What the command writes can be read by its owner alone.
    """
    os.umask(0o077)
    prepare_environment()
    raise_when_terminated()
    _prepare_output()
    try:
        with running_clock(age=process_age()):
            code, said = _ended(main)
    except Terminated as error:
        code, said = -error.number, f"han: stopped by {signal.strsignal(error.number)}."
    except KeyboardInterrupt:
        code, said = INTERRUPTED, "han: stopped."
    finally:
        leave_signals()
    if said and sys.stderr is not None:
        # With nobody to read it or no room for it, the exit code says it all.
        with contextlib.suppress(OSError):
            print(printable(said), file=sys.stderr, flush=True)
    if code < 0:
        end_by(-code)
    sys.exit(code)


def _prepare_output() -> None:
    """A name of a file may have bytes that are no text: they are shown escaped."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    logging.getLogger("absl").setLevel(logging.ERROR)
    warnings.showwarning = _show_warning
    for name in ("gensim", "tensorflow"):  # the latter tells of every strategy
        logging.getLogger(name).setLevel(logging.WARNING)


def _ended(main: Callable[[], int]) -> tuple[int, str]:
    """The exit code, and what is said on standard error."""
    try:
        code = _finished(main)
        if sys.stdout is not None:
            sys.stdout.flush()  # a full disk is said here, not when Python ends
        return code, ""
    except InputError as error:
        one_line = str(error).replace("\n", "\\n")  # a name of a file may hold any
        return MISTAKE, f"han: {one_line}"
    except BrokenPipeError:
        _drop_output()
        return 1, ""
    except OSError as error:
        _drop_output()
        where = f"{error.filename}: " if error.filename else ""
        return 1, f"han: {where}{error.strerror or error}."


def _finished(main: Callable[[], int]) -> int:
    try:
        return main()
    except SystemExit as end:  # --help leaves so, and its text must be written, too
        return end.code if isinstance(end.code, int) else 0


def _show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """One line for a warning that is meant for users; others as Python shows them."""
    shown = printable(f"han: warning: {message}\n")
    if not issubclass(category, RunWarning):
        shown = warnings.formatwarning(message, category, filename, lineno, line)
    with contextlib.suppress(OSError, AttributeError):
        (file or sys.stderr).write(shown)


def _drop_output() -> None:
    """What could not be written is not tried again when Python ends, which says so."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
