"""Mends the journal of a sweep after a process was killed while it wrote."""

from __future__ import annotations

import json
from pathlib import Path

from han.errors import InputError
from han.tables.whole_files import write_whole

BEGIN = b'{"op_code"'  # of each record; within a text the quotes would be escaped


def mend_journal(file: Path) -> None:
    """Leaves out records that were not written to their end.

    Whoever wrote such a record was killed before it relied on it, so nothing is lost.
    Optuna would add its next record to the same line, and read neither. Nobody else
    may write meanwhile.

    Raises:
        InputError: If another line is damaged: what it said is not known, and all
            records after it count on it.
    """
    content = file.read_bytes() if file.is_file() else b""
    *lines, rest = content.split(b"\n")
    kept: list[bytes] = []
    for number, line in enumerate(lines, start=1):
        records = _whole_records(line)
        if not records:
            raise damaged_journal(file, f"line {number} is no record")
        kept += records
    if kept != lines or rest:
        write_whole(file, b"".join(record + b"\n" for record in kept))


def damaged_journal(file: Path, why: str) -> InputError:
    """The error of a journal that cannot be mended."""
    return InputError(
        f"{file} is damaged: {why}, and the trials after it count on it. Put a copy of "
        f"the file back, or remove {file.parent} to begin the sweep anew; the runs in "
        "it are whole, and can be kept elsewhere."
    )


def _whole_records(line: bytes) -> list[bytes]:
    """The records of a line: one, or a new one after one that was cut."""
    before, *parts = line.split(BEGIN)
    found = [_record(BEGIN + part) for part in parts]
    cut = bool(before) + found.count(b"")
    return list(filter(None, found)) if found and found[-1] and cut < 2 else []


def _record(text: bytes) -> bytes:
    """The record at the beginning of a text; empty if it was cut."""
    try:
        line = text.decode(errors="surrogateescape")
        _, end = json.JSONDecoder().raw_decode(line)
        return line[:end].encode()
    except ValueError:  # of JSON, or of UTF-8 within the record
        return b""
