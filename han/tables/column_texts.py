"""What the columns of a prediction mean, for the screen and for the documentation."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from han.tables.prediction_columns import ALL, TYPES, WHEN, PredictionColumn


def columns_text(columns: Sequence[PredictionColumn] = ALL) -> str:
    """Columns for the screen, one below the other."""
    return "\n".join(
        textwrap.fill(
            column.about + WHEN[column.when],
            width=88,
            initial_indent=f"  {column.name:<19}",
            subsequent_indent=" " * 21,
        )
        for column in columns
    )


def columns_markdown(columns: Sequence[PredictionColumn] = ALL) -> str:
    """Columns as a table in Markdown."""
    rows = ["| column | type | what stands in it |", "|---|---|---|"]
    for column in columns:
        about = (column.about + WHEN[column.when]).replace("|", "\\|")
        rows.append(f"| `{column.name}` | {TYPES[column.dtype]} | {about} |")
    return "\n".join(rows)
