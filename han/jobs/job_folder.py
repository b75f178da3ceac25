"""The files of a job."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from han.errors import InputError
from han.tables.file_access import check_tilde
from han.tables.whole_files import not_written


@dataclass(frozen=True)
class JobFolder:
    """Where everything of a job lies.

    Respondents' texts are in `work` alone, which only its owner can read.

    Attributes:
        folder: The job folder.
        shared_rows: The rows of another job, which this one codes, too.
    """

    folder: Path
    shared_rows: Path | None = None

    @property
    def manifest(self) -> Path:
        """What the job is made of."""
        return self.folder / "manifest.json"

    @property
    def counts(self) -> Path:
        """What there was of everything, written when the job is finished."""
        return self.folder / "counts.json"

    @property
    def changes(self) -> Path:
        """Which rows would get another code, as they were explained last."""
        return self.folder / "changes.parquet"

    @property
    def events(self) -> Path:
        """One event a line, for programs."""
        return self.folder / "events.jsonl"

    @property
    def log(self) -> Path:
        """The same for people."""
        return self.folder / "job.log"

    @property
    def lock(self) -> Path:
        """Held by the process that reads or writes."""
        return self.folder / ".lock"

    @property
    def coded(self) -> Path:
        """The parts of the result."""
        return self.folder / "coded"

    @property
    def work(self) -> Path:
        """Working files: rows, distinct answers, coded answers."""
        return self.folder / "work"

    @property
    def rows(self) -> Path:
        """The rows of each input file, as they were read."""
        return self.shared_rows or self.work / "rows"

    @property
    def spill(self) -> Path:
        """Where DuckDB puts what does not fit into memory."""
        return self.work / "spill"

    def staged(self, number: int) -> Path:
        """The rows of an input file."""
        return self.rows / f"{number:06d}.parquet"

    def answers(self, task: str) -> Path:
        """The distinct answers of a task."""
        return self.work / "tasks" / task / "answers.parquet"

    def repeats(self, task: str) -> Path:
        """How often the text of each answer stands in the rows."""
        return self.answers(task).with_name("repeats.npy")

    def found(self, task: str) -> Path:
        """How many answers there are, written when all of them are."""
        return self.answers(task).with_name("answers.json")

    def chunks(self, task: str) -> Path:
        """Folder of the coded answers of a task."""
        return self.answers(task).with_name("coded")

    def chunk(self, task: str, number: int) -> Path:
        """Coded answers of a chunk."""
        return self.chunks(task) / f"{number:06d}.parquet"

    def make(self, tasks: list[str]) -> None:
        """Makes the folders, for the owner's eyes alone."""
        folders = [self.work, self.rows, self.spill, self.coded] if tasks else []
        for task in tasks:
            chunks = self.chunks(task)
            folders += [chunks.parents[1], chunks.parent, chunks]
        for folder in [self.folder, *folders]:
            try:
                folder.mkdir(0o700, parents=True, exist_ok=True)
            except OSError as error:
                raise not_written(folder, error) from None

    @property
    def is_job(self) -> bool:
        """Whether a job is there: others write a `manifest.json`, too, such as runs."""
        try:
            known = json.loads(self.manifest.read_bytes())
        except ValueError:
            return self.work.is_dir()  # damaged
        except OSError:
            return False
        return isinstance(known, dict) and "settings" in known

    def refuse_others(self) -> None:
        """Finds what keeps the folder from being that of a job.

        Raises:
            InputError: If it holds what is no job, is a file, or cannot be made.
        """
        place = self.folder
        check_tilde(place)
        above = next(
            p for p in (place, *place.absolute().parents) if os.path.lexists(p)
        )
        if not above.is_dir():
            raise InputError(
                f"{above}: this is no folder. Give another `output.folder`."
            )
        if not os.access(above, os.W_OK):
            raise InputError(
                f"{above}: this folder cannot be written. Give another `output.folder`."
            )
        # What is hidden is a lock, or was begun by a job that was killed at once.
        names = [file.name for file in place.iterdir()] if above == place else []
        if not self.is_job and any(name[0] != "." for name in names):
            raise InputError(
                f"{place}: this folder is not empty and holds no job. Give another "
                "`output.folder`."
            )

    def clean(self) -> None:
        """Removes all texts of respondents; what was coded stays.

        Raises:
            InputError: If they cannot be removed.
        """
        if self.work.is_symlink() or self.work.exists():
            try:
                shutil.rmtree(self.work)
            except OSError as error:
                why = error.strerror or error
                raise InputError(
                    f"{self.work}: cannot be removed: {why}. It holds texts: remove it "
                    "yourself."
                ) from None
