"""`python -m han.scrub IN -o OUT`: takes personal data out of a table of texts."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from han.cli import (
    OF_TERMINAL,
    CommandParser,
    add_language,
    add_table_options,
    run_command,
)
from han.tables.file_kinds import READABLE, WRITABLE

EPILOG = """
examples:
  python -m han.scrub answers.csv -o clean/answers.csv --keep folio
      a kind such as [PHONE] takes the place of what is found in all columns but one
  python -m han.scrub answers.xlsx -o a.parquet --columns job tasks --names names.txt
      in two columns, and names of a list, too
  python -m han.scrub wave1.csv -o w1.csv --pseudonyms office.key --columns comment
      [NAME-abcdefghij]: the same name is the same word in all files of this key

Found are CURP, RFC, RUC, CUIT, NIF, IBAN, CLABE and cards by check digits or form;
DNI, plates and short telephone numbers behind a word that says so (DNI, placas, tel.);
telephone numbers with marks between (55 1234 5678, +51 987 654 321), mail addresses,
coordinates; names behind a title (Sr., doña, Lic., Mrs.) or from --names. Codes,
quantities, prices and years stay. What is written otherwise is not found: see
docs/user_guide/privacy.md for how much that is.

Counted is how often each kind was found, never a value. Beside OUT stands
OUT.provenance.json. An experiment does the same with scrub: {enabled: true}.
"""


def parser() -> argparse.ArgumentParser:
    """Arguments of the command."""
    arguments = CommandParser(
        "scrub",
        description="Take personal data out of a table of texts.",
        epilog=EPILOG,
    )
    add = arguments.add_argument
    add("input", metavar="IN", help=f"the table: {READABLE}")
    add(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="OUT",
        help=f"what is written: a name ending in {', '.join(WRITABLE)}",
    )
    add(
        "--columns",
        nargs="+",
        default=[],
        metavar="NAME",
        help="columns that are looked at (default: all)",
    )
    add(
        "--keep",
        nargs="+",
        default=[],
        metavar="NAME",
        help="columns that stay as they are, such as keys and codes",
    )
    add("--names", type=Path, metavar="FILE", help="names, one a line, found anywhere")
    add(
        "--protected",
        type=Path,
        metavar="FILE",
        help="words, one a line, that are none of these names: trades, products",
    )
    add(
        "--long-numbers",
        action="store_true",
        help="take out all numbers of nine digits or more, too",
    )
    add(
        "--pseudonyms",
        type=Path,
        metavar="KEY",
        help="put a word in place of each value that is the same wherever the value "
        "stands, made with the key in this file (32 random bytes or more)",
    )
    add("--report", type=Path, metavar="FILE", help="write the counts as JSON")
    add_table_options(arguments, "IN")
    add_language(arguments, "what is printed", OF_TERMINAL)
    return arguments


def main(argv: Sequence[str] | None = None) -> int:
    """Scrubs a table and prints what was found, in numbers."""
    given = parser().parse_args(argv)
    from han.commands.scrub_command import carry_out

    carry_out(given)
    return 0


if __name__ == "__main__":
    run_command(main)
