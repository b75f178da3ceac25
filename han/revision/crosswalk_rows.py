"""A crosswalk as its table has it, row by row; and as old codes with their targets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from han.code_list.code_spelling import plain_code
from han.errors import InputError
from han.stages.lookup_tables import LookupTable, read_lookup_table
from han.tables.locations import DataFile

TOLERANCE = 0.005  # shares of an old code are rounded numbers that should sum to 1
COLUMNS = ("old", "new", "share", "level")


@dataclass(frozen=True)
class CrosswalkRows:
    """Rows of a crosswalk; an old code with several targets has a row for each.

    Attributes:
        where: The file, for messages.
        rows: Number of each row in the file, `n`.
        old: Old code of each row, never blank.
        new: New code of each row, "" where the old one has no target.
        shares: Share of the old code's records that go to the new one, 0 to 1; None if
            the table has none.
        levels: Level of each row, 1 at the top; None if the table has none.
    """

    where: str
    rows: Sequence[int]
    old: Sequence[str]
    new: Sequence[str]
    shares: Sequence[float] | None = None
    levels: Sequence[int] | None = None


@dataclass(frozen=True)
class OldToNew:
    """What became of each old code.

    Attributes:
        targets: New codes of each old one, sorted; none where it has no target.
        shares: Their shares, which sum to 1; equal ones if the crosswalk has none.
        has_shares: Whether the crosswalk says shares.

    Example:
        >>> walk = OldToNew.of(CrosswalkRows("x.csv", [1, 2], ["1"] * 2, ["b", "a"]))
        >>> walk.targets, walk.shares
        ({'1': ('a', 'b')}, {'1': (0.5, 0.5)})
    """

    targets: dict[str, tuple[str, ...]]
    shares: dict[str, tuple[float, ...]]
    has_shares: bool

    @classmethod
    def of(cls, rows: CrosswalkRows) -> OldToNew:
        """From rows of a crosswalk.

        Raises:
            InputError: For a pair that stands there twice, or shares of an old code
                that do not sum to 1.
        """
        found: dict[str, dict[str, float]] = {}
        for place, (old, new) in enumerate(zip(rows.old, rows.new, strict=True)):
            said = found.setdefault(old, {})
            if new in said:
                raise InputError(
                    f"{rows.where}, row {rows.rows[place]}: {old!r} to {new!r} stands "
                    "there twice. Expected one row for each pair: remove one."
                )
            if new:
                said[new] = rows.shares[place] if rows.shares is not None else 1.0
        for old, said in found.items():
            total = math.fsum(said.values())
            if rows.shares is not None and said and abs(total - 1) > TOLERANCE:
                raise InputError(
                    f"{rows.where}: shares of the old code {old!r} sum to {total:.4g}. "
                    "Expected 1: correct them, or see all faults with python -m "
                    "han.recode check."
                )
            found[old] = {new: said[new] / total for new in sorted(said)}
        return cls(
            {old: tuple(said) for old, said in found.items()},
            {old: tuple(said.values()) for old, said in found.items()},
            rows.shares is not None,
        )


def read_crosswalk(
    file: DataFile,
    *,
    names: Sequence[str] = COLUMNS,
    encoding: str = "utf-8",
) -> CrosswalkRows:
    """Reads a crosswalk of any kind of table.

    Args:
        file: The table.
        names: Columns of old codes, new codes, shares and levels; the last two may be
            missing.
        encoding: Encoding of a text file.

    Raises:
        InputError: For a missing column, a row without an old code, a share that is no
            number from 0 to 1, or a level that is no whole number from 1 on.
    """
    old, new, share, level = names
    table = read_lookup_table(
        file,
        "crosswalk",
        [old, new],
        optional=[share, level],
        codes=[old, new],
        encoding=encoding,
    )
    codes = {
        name: [plain_code(cell) for cell in table.cells[name]] for name in names[:2]
    }
    table.refuse(
        [k for k, code in enumerate(codes[old]) if not code],
        old,
        "there is no old code. Expected one in each row: enter it, or remove the row.",
    )
    shares = _numbers(table, share, codes[new]) if share in table.cells else None
    levels = _levels(table, level) if level in table.cells else None
    return CrosswalkRows(
        table.where, table.rows, codes[old], codes[new], shares, levels
    )


def _numbers(table: LookupTable, column: str, new: Sequence[str]) -> list[float]:
    """Shares; a row without a new code needs none."""
    cells = table.cells[column]
    found = [
        share_of(cell) if code else 0.0 for cell, code in zip(cells, new, strict=True)
    ]
    table.refuse(
        [k for k, number in enumerate(found) if not 0 <= number <= 1],
        column,
        "these are no shares. Expected numbers from 0 to 1: correct them.",
    )
    return found


def share_of(cell: str) -> float:
    """A number with a point or a comma; NaN if it is none.

    Example:
        >>> share_of("0,25")
        0.25
    """
    try:
        return float(cell.replace(",", "."))
    except ValueError:
        return math.nan


def _levels(table: LookupTable, column: str) -> list[int]:
    cells = [cell.removesuffix(".0") for cell in table.cells[column]]
    table.refuse(
        [k for k, c in enumerate(cells) if not (c.isdecimal() and int(c) > 0)],
        column,
        "these are no levels. Expected whole numbers, 1 at the top: correct them.",
    )
    return [int(cell) for cell in cells]
