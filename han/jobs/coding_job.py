"""A job in its folder: what it is made of, and how far it has come."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from han.config.job_config import JobConfig
from han.jobs.encoding_key import encoding_named
from han.jobs.input_files import input_files
from han.jobs.job_columns import JobColumns
from han.jobs.job_events import JobEvents
from han.jobs.job_folder import JobFolder
from han.jobs.job_manifest import JobManifest
from han.jobs.job_places import check_places
from han.jobs.job_tasks import Task
from han.tables.locations import DataFile


@dataclass
class CodingJob:
    """A job in its folder.

    Whatever ends it, and wherever: the same steps go on with what is whole.

    Attributes:
        config: The job file.
        tasks: Its tasks.
        folder: Its folder.
        manifest: What it is made of.
        events: What it says of itself.
    """

    config: JobConfig
    tasks: list[Task]
    folder: JobFolder
    manifest: JobManifest
    events: JobEvents = field(init=False)

    def __post_init__(self) -> None:
        self.events = JobEvents(self.folder.events, self.folder.log, self.config.name)

    @classmethod
    def of(cls, config: JobConfig) -> CodingJob:
        """A job as its files are now; nothing is written yet.

        Raises:
            InputError: For what is wrong with a run, a table or a column.
        """
        encoding = config.input.encoding
        tasks = [
            Task(name, task, task.encoding or encoding)
            for name, task in config.tasks.items()
        ]
        folder = JobFolder(Path(config.output.folder))
        return cls(config, tasks, folder, JobManifest.of(config, tasks))

    def check(self) -> None:
        """Finds what is wrong before any row is read, in seconds.

        Raises:
            InputError: For the first mistake.
        """
        self.folder.refuse_others()
        tables = [file for task in self.tasks for file in task.files]
        given = [task.settings.evidence for task in self.tasks]
        tables += [one.file for one in given if one and one.file]
        check_places(self.config, self.files, tables)
        for task in self.tasks:
            with encoding_named(f"tasks.{task.name}.encoding"):
                task.check()
        with encoding_named("input.encoding"):
            for file in self.files:
                self.columns.check(file, self.config.input.encoding)

    def open(self, *, restart: bool = False) -> None:
        """Begins the job in its folder, or goes on with it.

        Args:
            restart: Whether to forget what is there and begin anew.

        Raises:
            InputError: If the folder holds something else, or anything has changed
                since the job was begun.
        """
        self.folder.refuse_others()
        if restart:
            self._forget()
        else:
            self.manifest = self.manifest.begun(self.folder.manifest)
        # The manifest goes first: without it the folder is not known as that of a job.
        # Nobody writes one that is there, or array tasks would undo each other's.
        self.folder.make([])
        if restart or not self.folder.manifest.is_file():
            self.manifest.write(self.folder.manifest)
        self.folder.make([task.name for task in self.tasks])
        is_new = restart or not self.manifest.inputs
        self.events.say("begun" if is_new else "resumed", rows=self.manifest.rows)

    def _forget(self) -> None:
        """Removes all but the manifest, which the new one replaces."""
        for file in (self.folder.counts, self.folder.changes):
            file.unlink(missing_ok=True)
        for folder in (self.folder.coded, self.folder.work):
            shutil.rmtree(folder, ignore_errors=True)

    @cached_property
    def files(self) -> list[DataFile]:
        """The input."""
        return input_files(self.config.input)

    @cached_property
    def columns(self) -> JobColumns:
        """The columns that are read."""
        return JobColumns.of(self.config, self.tasks)

    def num_answers(self, task: Task) -> int | None:
        """Number of distinct answers of a task; None if it is not known yet."""
        try:
            known = json.loads(self.folder.found(task.name).read_text())
        except (OSError, ValueError):
            return None
        is_own = known.get("job") == self.manifest.fingerprint
        return int(known["answers"]) if is_own else None

    @property
    def is_finished(self) -> bool:
        """Whether every row has been written, and is there."""
        try:
            known = json.loads(self.folder.counts.read_text(encoding="utf-8"))
            files = [self.folder.coded / name for name in known["parts"]]
            is_own = self.was_written
            if file := self.config.output.file:
                files.append(Path(file))
                is_own &= known["file"] == file
            return is_own and all(file.is_file() for file in files)
        except (OSError, ValueError, KeyError, TypeError):
            return False

    @property
    def was_written(self) -> bool:
        """Whether every row has been written, wherever the files are by now."""
        try:
            known = json.loads(self.folder.counts.read_text(encoding="utf-8"))
            is_own: bool = known["job"] == self.manifest.fingerprint
        except (OSError, ValueError, KeyError, TypeError):
            return False
        return is_own
