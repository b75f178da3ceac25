"""A job in its folder: what it is made of, and how far it has come."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from han.config.job_config import JobConfig
from han.errors import InputError
from han.jobs.input_files import input_files
from han.jobs.job_columns import JobColumns
from han.jobs.job_events import JobEvents
from han.jobs.job_folder import JobFolder
from han.jobs.job_manifest import JobManifest
from han.jobs.job_tasks import Task
from han.tables.locations import DataFile, location_of
from han.tables.output_file import check_output


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
        tasks = [Task(n, task, encoding) for n, task in config.tasks.items()]
        folder = JobFolder(Path(config.output.folder))
        return cls(config, tasks, folder, JobManifest.of(config, tasks))

    def check(self) -> None:
        """Finds what is wrong before any row is read, in seconds.

        Raises:
            InputError: For the first mistake.
        """
        self._refuse_others()
        for file in self.files:
            self.columns.check(file, self.config.input.encoding)
        for task in self.tasks:
            task.check()
        self._check_file()

    def open(self, *, restart: bool = False) -> None:
        """Begins the job in its folder, or goes on with it.

        Args:
            restart: Whether to forget what is there and begin anew.

        Raises:
            InputError: If the folder holds something else, or anything has changed
                since the job was begun.
        """
        self._refuse_others()
        if restart and self.folder.manifest.is_file():
            self._forget()
        self.manifest = self.manifest.begun(self.folder.manifest)
        self.folder.make([task.name for task in self.tasks])
        self.manifest.write(self.folder.manifest)
        self.events.say("opened", rows=self.manifest.rows)

    def _check_file(self) -> None:
        """Raises InputError if the one file of the output cannot be written."""
        if self.config.output.file is None:
            return
        file, own = Path(self.config.output.file), self.folder.folder
        # What holds the job folder is made with it.
        if file.parent.is_dir() or file.parent.resolve() not in own.resolve().parents:
            inputs = [str(location_of(table).path) for table in self.files]
            for path in inputs:
                check_output(file, path)

    def _refuse_others(self) -> None:
        """Raises InputError if the folder holds what is no job."""
        place, lock = self.folder.folder, self.folder.lock
        others = (
            [file for file in place.iterdir() if file != lock] if place.is_dir() else []
        )
        if others and not self.folder.manifest.is_file():
            raise InputError(
                f"{place}: this folder is not empty and holds no job. Give another "
                "`output.folder`."
            )

    def _forget(self) -> None:
        """Removes the job, its manifest last, so that nothing else is taken for one."""
        self.folder.counts.unlink(missing_ok=True)
        for folder in (self.folder.coded, self.folder.work):
            shutil.rmtree(folder, ignore_errors=True)
        self.folder.manifest.unlink()

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
            if self.config.output.file:
                files.append(Path(self.config.output.file))
            is_own: bool = known["job"] == self.manifest.fingerprint
            return is_own and all(file.is_file() for file in files)
        except (OSError, ValueError, KeyError, TypeError):
            return False
