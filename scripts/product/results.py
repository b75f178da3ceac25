"""What has been measured, in a file, so that an interrupted benchmark goes on."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from han.errors import InputError
from han.tables.whole_files import write_whole
from product.contestants import MISSING, versions

Entry = dict[str, Any]
ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Results:
    """All measurements of one machine.

    Attributes:
        file: Where they are kept; None: nowhere.
        machine: Processor, cores, threads and versions.
        entries: One for each work, contestant and round.
    """

    file: Path | None
    machine: str
    entries: list[Entry] = field(default_factory=list)

    @classmethod
    def open(cls, file: Path | None) -> Results:
        """What a file has, if there is one.

        Raises:
            InputError: If it is not such a file, or was measured on another machine.
        """
        made = cls(file, machine_now())
        if file is None or not file.exists():
            return made
        try:
            found = json.loads(file.read_text(encoding="utf-8"))
            machine, made.entries = found["machine"], found["measured"]
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"{file} is no file of results of this script. Name another one with "
                "-o, or remove it."
            ) from error
        if machine != made.machine:
            raise InputError(
                f"{file} was measured on another machine or with other packages: "
                f"{machine}. Here: {made.machine}. Name another file with -o."
            )
        return made

    def find(self, work: str, contestant: str, number: int) -> Entry | None:
        """A measurement, if it is there."""
        key = (work, contestant, number)
        return next((entry for entry in self.entries if _key(entry) == key), None)

    def is_known(self, work: str, contestant: str, number: int, minutes: float) -> bool:
        """Whether it need not be measured: it is done, or ran out of as much time."""
        entry = self.find(work, contestant, number)
        if entry is None or entry["state"] in ("failed", MISSING):
            return False
        return bool(entry["state"] != "time" or entry["minutes"] >= minutes)

    def add(self, entry: Entry) -> None:
        """Keeps a measurement in place of an earlier one, and writes the file."""
        entry |= {"date": time.strftime("%Y-%m-%d"), "commit": commit()}
        others = [one for one in self.entries if _key(one) != _key(entry)]
        self.entries = [*others, entry]
        if self.file is not None:
            content = {"machine": self.machine, "measured": self.entries}
            write_whole(self.file, json.dumps(content, indent=1).encode())

    def works(self) -> list[str]:
        """Keys of the works: the demo, then generated ones from few records to many."""
        shapes = {e["work"]: (e["work"] != "demo", *_size(e)) for e in self.entries}
        return sorted(shapes, key=shapes.__getitem__)

    def of(self, work: str, contestant: str) -> list[Entry]:
        """The rounds of a contestant on a work."""
        pair = (work, contestant)
        return [e for e in self.entries if (e["work"], e["contestant"]) == pair]


def _key(entry: Entry) -> tuple[str, str, int]:
    return entry["work"], entry["contestant"], entry["round"]


def _size(entry: Entry) -> tuple[float, float, float]:
    return entry["records"], entry["codes"], entry["words"]


def value(entry: Entry, path: str) -> float | None:
    """A number of a measurement, such as `fit.cpu`; None if it did not come so far."""
    if path == "coding.rate":
        coding = entry.get("coding")
        return coding["records"] / max(coding["cpu"], 1e-9) if coding else None
    found: Any = entry
    for name in path.split("."):
        found = found.get(name) if found else None
    return None if found is None else float(found)


def median(entries: list[Entry], path: str) -> float | None:
    """Median over the rounds that came so far."""
    known = [v for v in (value(entry, path) for entry in entries) if v is not None]
    return statistics.median(known) if known else None


def ratio(entries: list[Entry], others: list[Entry], path: str) -> float | None:
    """Median over the rounds of how many times the value of others it is."""
    found = [a / b for a, b in _pairs(entries, others, path)]
    return statistics.median(found) if found else None


def _pairs(
    entries: list[Entry], others: list[Entry], path: str
) -> Iterator[tuple[float, float]]:
    by_round = {entry["round"]: value(entry, path) for entry in others}
    for entry in entries:
        one, other = value(entry, path), by_round.get(entry["round"])
        if one and other:
            yield one, other


def machine_now() -> str:
    """Processor, cores, threads if they are given, and versions."""
    name = platform.processor() or platform.machine()
    file = Path("/proc/cpuinfo")
    if file.exists():
        lines = file.read_text(encoding="utf-8").splitlines()
        names = [
            x.split(":", 1)[1].strip() for x in lines if x.startswith("model name")
        ]
        name = names[0] if names else name
    threads = os.environ.get("OMP_NUM_THREADS")
    given = f", OMP_NUM_THREADS={threads}" if threads else ""
    return f"{name}, {os.cpu_count()} cores{given}; {versions()}"


def commit() -> str:
    """What was checked out, in short; nothing outside of a repository."""
    asked = ["git", "rev-parse", "--short", "HEAD"]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True)
    return done.stdout.strip()
