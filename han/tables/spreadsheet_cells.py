"""Titles in files that people open in a spreadsheet, which would run a formula."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

# What Excel and LibreOffice take for the beginning of a formula (OWASP, "CSV
# Injection"), full-width forms included.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def without_formula(text: str) -> str:
    """A text that a spreadsheet shows and does not compute: an apostrophe goes first.

    For titles and words alone. A key or a code must stay what it is, or nothing can be
    joined by it.

    Example:
        >>> without_formula("=HYPERLINK(1)"), without_formula("Pan")
        ("'=HYPERLINK(1)", 'Pan')
    """
    return f"'{text}" if text.startswith(FORMULA) else text


def without_formulas(table: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """A table in which no text of these columns is a formula; missing cells stay."""
    found = {
        name: table[name].map(without_formula, na_action="ignore")
        for name in columns
        if name in table.columns
    }
    return table.assign(**found)
