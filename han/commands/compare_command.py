"""Compares runs on the same records, as `han.compare` is asked to."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from han.cli import given_table, screen_language
from han.comparison.comparison_files import check_ending, markdown, write_comparison
from han.comparison.comparison_result import Comparison
from han.comparison.paired_comparison import compare
from han.errors import InputError
from han.languages.number_format import Language
from han.languages.words import SUMMARY, Words
from han.runs.run_folder import RunFolder
from han.tables.file_access import check_file


def carry_out(given: argparse.Namespace) -> int:
    """Compares, prints the table, and says whether a protected code got worse."""
    if not 0 < given.target <= 1:
        raise InputError(
            f"--target {given.target:g}: expected above 0, at most 1, as in 0.95."
        )
    data = given_table(given, given.on, "--on")
    if given.output:
        check_ending(given.output)
    for run in given.runs:
        if warning := RunFolder(run).warning():
            print(warning, file=sys.stderr)
    found = compare(
        given.runs,
        data,
        encoding=given.encoding,
        target=given.target,
        cluster=given.cluster,
        protected=read_codes(given.must_not_regress),
        progress=sys.stderr.isatty(),
    )
    _print(found, given.output, screen_language(given))
    return 1 if found.is_worse else 0


def _print(found: Comparison, output: Path | None, language: Language) -> None:
    print(markdown(found, language), end="")
    if output:
        write_comparison(found, output, language)
        print(f"\n{Words(SUMMARY, language).say('written_to', file=output)}")


def read_codes(given: str | None, option: str = "--must-not-regress") -> list[str]:
    """Codes of a file, one a line, or of a list with commas; `#` begins a comment.

    Args:
        given: The file or the list; None: no codes.
        option: What names them, for messages.

    Raises:
        InputError: If nothing is in it, or what looks like a file is not there.

    Example:
        >>> read_codes("11, 5415"), read_codes(None)
        (['11', '5415'], [])
    """
    if given is None:
        return []
    file = Path(given)
    is_file = os.path.exists(file)  # a long list of codes is no path at all
    if is_file or file.suffix in {".txt", ".csv"}:
        check_file(file, "file of codes")
        lines = _lines(file)
        codes = [line.partition("#")[0].strip() for line in lines]
    else:
        codes = [code.strip() for code in given.split(",")]
    codes = [code for code in codes if code]
    if not codes:
        raise InputError(
            f"{option} {given}: there is no code in it. Give one a line, or "
            "some with commas between them."
        )
    return codes


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise InputError(
            f"--must-not-regress {file}: not a text file in UTF-8. Expected one code a "
            "line: save the codes as such a file."
        ) from None
