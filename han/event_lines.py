"""What happens, for programs: one JSON object on each line, in one form for all.

No text of a respondent is ever in it.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


def event_of(event: str, level: str, **facts: Any) -> dict[str, Any]:
    """An event: when it was, how grave it is, what happened, and more.

    Args:
        event: What happened, as one word.
        level: `info`, `warning` or `error`.
        facts: Numbers and names.

    Example:
        >>> list(event_of("coded", "info", answers=20))
        ['time', 'level', 'event', 'answers']
    """
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    return {"time": now, "level": level, "event": event, **facts}


def event_line(said: dict[str, Any]) -> str:
    """An event as a line, without its end.

    Example:
        >>> event_line({"event": "coded", "answers": 20})
        '{"event": "coded", "answers": 20}'
    """
    return json.dumps(said, ensure_ascii=False)


def append_line(file: Path, line: str) -> None:
    """Adds a line to a file in one go, so that several processes may.

    The file is opened for each line: one that was moved away is begun anew. Its owner
    alone can read it.

    Raises:
        OSError: If it cannot be written.
    """
    with open(file, "ab+", opener=_for_owner) as stream:
        if stream.tell():
            stream.seek(-1, os.SEEK_END)
            # A full disk may have taken half a line.
            line = line if stream.read(1) == b"\n" else f"\n{line}"
        stream.write(f"{line}\n".encode())


def _for_owner(file: str, flags: int) -> int:
    return os.open(file, flags, 0o600)
