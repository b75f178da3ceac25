"""Where a file comes from: a small file beside it, `NAME.provenance.json`.

Commands that bring or change a file write it; who trains on the file finds it there.
It says where the file was got from, or of which files it was made, when and by what.
Texts of the file are never in it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import han
from han.errors import InputError
from han.tables.file_access import file_digest
from han.tables.whole_files import write_whole

ENDING = ".provenance.json"
_WANTED = ("file", "sha256", "made_by", "at", "from", "facts")


def provenance_file(file: Path) -> Path:
    """The file that says where another comes from.

    Example:
        >>> provenance_file(Path("data/scian.csv")).name
        'scian.csv.provenance.json'
    """
    return file.with_name(file.name + ENDING)


def file_record(file: Path) -> dict[str, Any]:
    """A file as others are made of it: its name, its hash, and where it comes from.

    Raises:
        InputError: If the record beside it is damaged, or is one of other content.
    """
    found: dict[str, Any] = {"file": file.name, "sha256": file_digest(file)}
    said = read_provenance(file)
    if said and said["sha256"] != found["sha256"]:
        raise InputError(
            f"{provenance_file(file)}: this record is of other content than {file} "
            "has. Make the file again, or remove the record."
        )
    more = ("from", "made_by", "at", "facts")
    return found | ({name: said[name] for name in more} if said else {})


def write_provenance(
    file: Path,
    command: str,
    made_of: Sequence[Mapping[str, Any]],
    facts: Mapping[str, Any],
) -> None:
    """Says beside a file where it comes from.

    Args:
        file: The file, which is there.
        command: What made it, such as `fetch`.
        made_of: Where from: an `address` with what is known of it, or the `file` and
            `sha256` of another file.
        facts: What else is known: counts, settings; no texts.

    Raises:
        InputError: If it cannot be written.
    """
    said = {
        "file": file.name,
        "sha256": file_digest(file),
        "made_by": f"han.{command} {han.__version__}",
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "from": list(made_of),
        "facts": dict(facts),
    }
    text = json.dumps(said, indent=2, ensure_ascii=False) + "\n"
    write_whole(provenance_file(file), text.encode())


def read_provenance(file: Path) -> dict[str, Any] | None:
    """What stands beside a file; None where nothing does.

    Raises:
        InputError: If it is damaged.
    """
    beside = provenance_file(file)
    try:
        said = json.loads(beside.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        said = None
    if not isinstance(said, dict) or any(name not in said for name in _WANTED):
        raise InputError(
            f"{beside}: this is no record of where a file comes from. Make {file.name} "
            "again with the command that wrote it, or remove the record."
        )
    return said
