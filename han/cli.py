"""What all commands share: arguments, exit codes, errors on one line, logging."""

from __future__ import annotations

import argparse
import contextlib
import io
import logging
import os
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, TextIO

from han.config import Config
from han.config.page_language import language_of
from han.devices.runtime import prepare_environment
from han.errors import InputError, RunWarning
from han.languages.language_names import page_language_named, terminal_language
from han.languages.number_format import Language

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
    refuses, such as writing to a full disk, one line and 1; Ctrl-C is 130. Anything
    else is a mistake of ours and keeps its traceback.
    """
    prepare_environment()
    for stream in (sys.stdout, sys.stderr):  # a terminal that has no ≥ shows ?
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    logging.getLogger("absl").setLevel(logging.ERROR)
    warnings.showwarning = _show_warning
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


def _show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """One line for a warning that is meant for users; others as Python shows them."""
    shown = f"han: warning: {message}\n"
    if not issubclass(category, RunWarning):
        shown = warnings.formatwarning(message, category, filename, lineno, line)
    with contextlib.suppress(OSError):
        (file or sys.stderr).write(shown)


def _drop_output() -> None:
    """What could not be written is not tried again when Python ends, which says so."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
