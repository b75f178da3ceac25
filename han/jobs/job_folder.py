"""The files of a job."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

MANIFEST, COUNTS, EVENTS, LOG = "manifest.json", "counts.json", "events.jsonl", "job.log"


@dataclass(frozen=True)
class JobFolder:
    """Where everything of a job lies.

    Respondents' texts are in `work` alone, which only its owner can read.

    Attributes:
        folder: The job folder.
    """

    folder: Path

    @property
    def manifest(self) -> Path:
        """What the job is made of."""
        return self.folder / MANIFEST

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
        return self.work / "rows"

    @property
    def spill(self) -> Path:
        """Where DuckDB puts what does not fit into memory."""
        return self.work / "spill"

    def answers(self, task: str) -> Path:
        """The distinct answers of a task."""
        return self.work / task / "answers.parquet"

    def chunk(self, task: str, number: int) -> Path:
        """Coded answers of a chunk."""
        return self.work / task / "coded" / f"{number:06d}.parquet"

    def chunks(self, task: str) -> Path:
        """Folder of the coded answers of a task."""
        return self.work / task / "coded"

    def make(self) -> None:
        """Makes the folders, for the owner's eyes alone."""
        for folder in (self.folder, self.work, self.rows, self.spill):
            folder.mkdir(0o700, parents=True, exist_ok=True)

    def clean(self) -> None:
        """Removes all texts of respondents."""
        shutil.rmtree(self.work, ignore_errors=True)
