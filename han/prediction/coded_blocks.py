"""`CodedBlock`: coded records as they are written, and what there was among them."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from han.decisions.unit_repeats import Repeats
from han.tables.output_rows import Content


@dataclass(frozen=True)
class CodedBlock:
    """A coded block.

    Attributes:
        content: What is written.
        rows: Number of records.
        flags: Number of records with each flag.
        routes: Number of records with each route; empty if the run has no thresholds.
        frequent: Number of records whose unit stands too often for the thresholds.
        decisions: Records of each frequent text that a person answers, by its number.
        left_out: Number of records of which nothing is promised, since their texts
            were seen in training.
        seconds: How long it took.
    """

    content: Content
    rows: int
    flags: dict[str, int]
    routes: dict[str, int] = field(default_factory=dict)
    frequent: int = 0
    decisions: dict[int, int] = field(default_factory=dict)
    left_out: int = 0
    seconds: float = 0.0


def coded_block(
    content: Content,
    coded: pd.DataFrame,
    repeats: Repeats | None,
    left_out: int,
    seconds: float,
) -> CodedBlock:
    """A coded block with what is counted of it.

    Args:
        content: What is written.
        coded: What the run gave for each record, `(n, columns)`.
        repeats: How often the units of the records stand among all, if that is known.
        left_out: Number of records of which nothing is promised.
        seconds: How long it took.
    """
    return CodedBlock(
        content,
        len(coded),
        _numbers(coded, "flag"),
        _numbers(coded, "route"),
        int(repeats.is_frequent.sum()) if repeats else 0,
        {int(text): n for text, n in _numbers(coded, "decision").items()},
        left_out,
        seconds,
    )


def _numbers(table: pd.DataFrame, column: str) -> dict[str, int]:
    """How often each value stands in a column, if there is one."""
    if column not in table:
        return {}
    return {str(value): int(n) for value, n in table[column].value_counts().items()}
