"""A table without personal data: read in blocks, written whole or not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from han.errors import InputError, listing
from han.privacy.personal_numbers import Kind
from han.privacy.scrubber import Scrubber
from han.tables.columns import Columns
from han.tables.locations import DataFile
from han.tables.output_file import target
from han.tables.output_rows import content_of
from han.tables.reading import column_names, read_blocks

_ROWS = 20_000


@dataclass
class ScrubCounts:
    """What was found in a table; never a value of it.

    Attributes:
        rows: Rows.
        kinds: How often each kind was found, by column.
        touched: Rows in which something was found.
    """

    rows: int = 0
    touched: int = 0
    kinds: dict[str, Counter[Kind]] = field(default_factory=dict)

    @property
    def total(self) -> Counter[Kind]:
        """How often each kind was found."""
        return sum(self.kinds.values(), Counter())


def asked_columns(
    file: DataFile, encoding: str, columns: Sequence[str], keep: Sequence[str]
) -> tuple[list[str], list[str]]:
    """All columns of a table, and those that are scrubbed.

    Args:
        file: The table.
        encoding: Its encoding.
        columns: Those that are asked for; all if empty.
        keep: Those that stay as they are.

    Raises:
        InputError: If one is not there, or nothing is left.
    """
    names = column_names(file, encoding=encoding)
    if unknown := [name for name in (*columns, *keep) if name not in names]:
        raise InputError(
            f"{file}: no column {listing(unknown)}. It has {listing(names)}."
        )
    scrubbed = [n for n in names if (not columns or n in columns) and n not in keep]
    if not scrubbed:
        raise InputError(f"{file}: no column is left to look at. Name fewer in --keep.")
    return names, scrubbed


def scrub_table(
    file: DataFile,
    encoding: str,
    output: Path,
    columns: tuple[Sequence[str], Sequence[str]],
    scrub: Scrubber,
    seen: Callable[[int], object],
) -> ScrubCounts:
    """Writes a table without the personal data of some of its columns.

    Args:
        file: The table.
        encoding: Its encoding.
        output: Where it is written.
        columns: All columns, and those that are scrubbed: `asked_columns`.
        scrub: Finds and replaces.
        seen: Is told of rows as they are done.

    Returns:
        What was found.
    """
    names, scrubbed = columns
    # Under names of our own: no column of a table means anything here.
    wanted = Columns({}, others={f"column {k}": name for k, name in enumerate(names)})
    counts = ScrubCounts(kinds={name: Counter() for name in scrubbed})
    with target(output) as write:
        for block in read_blocks(file, wanted, _ROWS, encoding=encoding):
            is_first, touched = counts.rows == 0, [False] * len(block)
            table = block[names].reset_index(drop=True)
            for name in scrubbed:
                done = [scrub.counted(text) for text in table[name].tolist()]
                table[name] = [text for text, _ in done]
                for row, (_, found) in enumerate(done):
                    counts.kinds[name] += found
                    touched[row] |= bool(found)
            counts.rows += len(table)
            counts.touched += sum(touched)
            write(content_of(table, output, is_first=is_first, titles=names))
            seen(len(table))
    return counts
