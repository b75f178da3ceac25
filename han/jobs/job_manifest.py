"""What a job is made of, and what has changed since it was begun."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from han.config.job_config import JobConfig
from han.config.yaml_reader import to_plain
from han.data.records import fingerprint
from han.errors import InputError
from han.jobs.job_tasks import Task
from han.tables.whole_files import write_whole

# They change nothing in what is written.
FREE = ("resources",)


@dataclass(frozen=True)
class JobManifest:
    """Everything on which the output depends, and how far the job has come.

    Attributes:
        settings: The job file, without what the machine may give.
        inputs: SHA-256 of each input, by its name, once it has been read.
        runs: Identity of the run of each task.
        tables: SHA-256 of rules, dictionaries and crosswalks, by file.
        day: The day for which rules hold, by task.
    """

    settings: dict[str, Any]
    runs: dict[str, str]
    tables: dict[str, str]
    day: dict[str, str]
    inputs: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, config: JobConfig, tasks: list[Task]) -> JobManifest:
        """Of a job as its files are now, before its input is read."""
        settings = {k: v for k, v in to_plain(config).items() if k not in FREE}
        files = sorted({file for task in tasks for file in task.files})
        return cls(
            settings,
            {task.name: task.identity for task in tasks},
            {file: fingerprint(Path(file)) for file in files},
            {task.name: task.day.isoformat() for task in tasks if task.rules},
        )

    @property
    def fingerprint(self) -> str:
        """SHA-256 of all of it."""
        text = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def write(self, file: Path) -> None:
        """Writes it as JSON."""
        text = json.dumps(asdict(self), indent=2, ensure_ascii=False)
        write_whole(file, text.encode())

    @classmethod
    def read(cls, file: Path) -> JobManifest:
        """Reads what `write` wrote.

        Raises:
            InputError: If it is damaged.
        """
        try:
            return cls(**json.loads(file.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise InputError(
                f"{file} is damaged ({type(error).__name__}). Give another "
                "`output.folder`, or remove this one to begin anew."
            ) from None

    def changes(self, other: JobManifest) -> list[str]:
        """What differs in another one, in words."""
        found = []
        if self.settings != other.settings:
            keys = _different(self.settings, other.settings)
            found.append(f"the settings {', '.join(keys)}")
        named = (("the run of", "runs"), ("the table", "tables"), ("the input", "inputs"))
        for what, part in named:
            before, now = getattr(self, part), getattr(other, part)
            if part == "inputs" and not (before and now):
                continue
            found += [f"{what} {name}" for name in _different(before, now)]
        return found


def _different(one: Mapping[str, Any], two: Mapping[str, Any], above: str = "") -> list[str]:
    found = []
    for name in sorted({*one, *two}):
        a, b = one.get(name), two.get(name)
        key = f"{above}{name}"
        if isinstance(a, dict) and isinstance(b, dict):
            found += _different(a, b, f"{key}.")
        elif a != b:
            found.append(key)
    return found
