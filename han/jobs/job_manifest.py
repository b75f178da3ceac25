"""What a job is made of, and what has changed since it was begun."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from han.config.job_config import JobConfig
from han.config.yaml_reader import to_plain
from han.data.records import fingerprint
from han.data.sampling_units import ROW, TEXT
from han.errors import InputError
from han.jobs.job_tasks import Task
from han.jobs.staged_rows import StagedFile
from han.tables.file_access import check_file
from han.tables.locations import data_location
from han.tables.whole_files import write_whole

RESTART = "Undo that, give another `output.folder`, or begin anew with --restart."
FORM = 1  # of the working files; another one cannot be gone on with


@dataclass(frozen=True)
class JobManifest:
    """Everything on which the output depends.

    Attributes:
        settings: The job file, without what changes nothing in the output.
        runs: Identity of the run of each task.
        tables: SHA-256 of rules, dictionaries and crosswalks, by file.
        days: The day for which rules hold, by task; that of the beginning.
        inputs: The input, once it has been read.
        form: Form of the working files.
    """

    settings: dict[str, Any]
    runs: dict[str, str]
    tables: dict[str, str]
    days: dict[str, str]
    inputs: tuple[StagedFile, ...] = ()
    form: int = FORM

    @classmethod
    def of(cls, config: JobConfig, tasks: Sequence[Task]) -> JobManifest:
        """Of a job as its files are now, before its input is read."""
        files = sorted({file for task in tasks for file in task.files})
        return cls(
            _lasting(config),
            {task.name: task.identity for task in tasks},
            {file: table_fingerprint(file) for file in files},
            {task.name: task.day.isoformat() for task in tasks},
        )

    @property
    def fingerprint(self) -> str:
        """SHA-256 of all of it, whatever the inputs' names and times."""
        known = asdict(self) | {"inputs": [(f.sha256, f.rows) for f in self.inputs]}
        text = json.dumps(known, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def rows(self) -> int:
        """Rows of all inputs."""
        return sum(file.rows for file in self.inputs)

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
            known = json.loads(file.read_text(encoding="utf-8"))
            inputs = tuple(StagedFile(**one) for one in known.pop("inputs"))
            return cls(**known, inputs=inputs)
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise InputError(
                f"{file} is damaged ({type(error).__name__}). Begin anew with "
                "--restart, or give another `output.folder`."
            ) from None

    def begun(self, file: Path) -> JobManifest:
        """The manifest of the job that goes on in a folder; this one if there is none.

        The day for which rules hold is that of its beginning.

        Raises:
            InputError: If anything has changed since, or it is damaged.
        """
        if not file.is_file():
            return self
        before = self.read(file)
        if changed := before._changes(self):
            raise InputError(
                f"{file.parent}: a job was begun here, and since then there has "
                f"changed {', '.join(changed)}. {RESTART}"
            )
        return before

    def with_inputs(self, inputs: Sequence[StagedFile]) -> JobManifest:
        """The same, once the input has been read."""
        return replace(self, inputs=tuple(inputs))

    def _changes(self, other: JobManifest) -> list[str]:
        """What differs in another one, in words; inputs are looked at elsewhere."""
        found = [f"`{key}`" for key in _different(self.settings, other.settings)]
        found += [f"the run of {n}" for n in _different(self.runs, other.runs)]
        found += [f"the table {n}" for n in _different(self.tables, other.tables)]
        return found + ["the version of han"] * (self.form != other.form)


def table_fingerprint(file: str) -> str:
    """SHA-256 of a table of a stage.

    Raises:
        InputError: If it is not there.
    """
    place = data_location(file)
    check_file(place, "table of a stage", "Correct its path in the job file.")
    return fingerprint(place)


def _lasting(config: JobConfig) -> dict[str, Any]:
    """A job file without what no cell of the output depends on.

    That is where it goes, what the machine may give, and what judges a finished job.
    """
    settings: dict[str, Any] = to_plain(config)
    del settings["resources"], settings["output"]["folder"], settings["output"]["file"]
    del settings["store"], settings["only_approved"]
    for task in settings["tasks"].values():
        task["evidence"] = _lasting_evidence(task["evidence"])
    return settings


def _lasting_evidence(given: dict[str, Any] | None) -> dict[str, Any] | None:
    """The columns of the input that judge its codes: they are read with the rows."""
    if given is None or given["file"]:
        return None
    unit = given["unit"]
    return {"code": given["code"], "unit": None if unit in (TEXT, ROW) else unit}


def _different(
    one: Mapping[str, Any], two: Mapping[str, Any], above: str = ""
) -> list[str]:
    found = []
    for name in sorted({*one, *two}):
        a, b = one.get(name), two.get(name)
        key = f"{above}{name}"
        if isinstance(a, dict) and isinstance(b, dict):
            found += _different(a, b, f"{key}.")
        elif a != b:
            found.append(key)
    return found
