"""`python -m han.compare RUN RUN [...] --on DATA`: which run is better, for sure?"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from han.cli import (
    OF_TERMINAL,
    CommandParser,
    add_language,
    add_table_options,
    given_table,
    run_command,
    screen_language,
)
from han.comparison.comparison_files import (
    check_ending,
    markdown,
    write_comparison,
)
from han.comparison.comparison_result import Comparison
from han.comparison.paired_comparison import compare
from han.errors import InputError
from han.languages.number_format import Language
from han.languages.words import SUMMARY, Words
from han.runs.run_folder import RunFolder
from han.tables.file_access import check_file

EPILOG = """
examples:
  python -m han.compare runs/linear runs/demo
      both on the test records of the first run
  python -m han.compare runs/2025 runs/2026 --on golden.csv --cluster household
      on other labelled records; those of one household are drawn together
  python -m han.compare runs/2025 runs/2026 --must-not-regress codes.txt
      ends with 1 if a code in the file (one a line, of any level) got worse; where
      codes repeat, the path of one, as in 1 > 11 > 111

The first run is what the others are held against. Differences are in points, with
paired 95 % bootstrap intervals: every run is scored on the same resamples of the
records, drawn in groups of equal texts (or of a column), which are no independent
evidence. The effective number of records is as if all of a group were right or wrong
together. An interval without 0 is a difference that the sample of records does not
explain; another seed of the training might.

A protected code got worse if its recall or its F1 (with all codes below it) fell and
the paired interval of the fall lies below 0; any other fall is a warning. Of many
codes a few fall so by chance: about 1 in 40 of those that did not change.

Records that one of the runs was trained on are refused. That is known by the file
(SHA-256) and the run's split; copies of records in another file are not found.

exit codes: 0 done, 1 a protected code got worse, 2 a mistake in runs, data or
arguments.
"""


def parser() -> argparse.ArgumentParser:
    """Arguments of the command."""
    arguments = CommandParser(
        "compare",
        description="Compare runs on the same labelled records.",
        epilog=EPILOG,
    )
    arguments.add_argument(
        "runs", type=Path, nargs="+", metavar="RUN", help="run folders, two at least"
    )
    arguments.add_argument(
        "--on",
        metavar="DATA",
        help="labelled records with the columns of the runs (default: the test records "
        "of the first run)",
    )
    add_table_options(arguments, "DATA")
    arguments.add_argument(
        "--target",
        type=float,
        default=0.95,
        help="accuracy of full codes at which the coverage is taken (default: 0.95)",
    )
    arguments.add_argument(
        "--cluster",
        metavar="COLUMN",
        help="intervals count what was drawn together: records with equal cells here; "
        "text: equal texts; none: each record by itself (default: what data.split of "
        "the first run keeps together, which is equal texts unless it has a group_by)",
    )
    arguments.add_argument(
        "--must-not-regress",
        metavar="CODES",
        help="a file with one code a line, or CODE,CODE,...: end with 1 if one of them "
        "gets worse than in the first run",
    )
    arguments.add_argument(
        "-o", "--output", type=Path, help="write it, too: .md, .csv or .json"
    )
    add_language(arguments, "the comparison, but for warnings", OF_TERMINAL)
    return arguments


def main(argv: Sequence[str] | None = None) -> int:
    """Compares, prints the table, and says whether a protected code got worse."""
    given = parser().parse_args(argv)
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


def read_codes(given: str | None) -> list[str]:
    """Codes of a file, one a line, or of a list with commas; `#` begins a comment.

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
            f"--must-not-regress {given}: there is no code in it. Give one a line, or "
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


if __name__ == "__main__":
    run_command(main)
