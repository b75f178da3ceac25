"""Which columns of the input a job reads, and where each goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from han.config.job_config import JobConfig
from han.errors import InputError, listing
from han.jobs.job_tasks import Task
from han.jobs.staged_rows import column_name
from han.tables.columns import Columns
from han.tables.locations import DataFile
from han.tables.prediction_columns import ROW, is_prediction_column
from han.tables.reading import column_names

PROVENANCE = ("method", "reason", "declined")  # of each row
HASHES = ("model", "code_list", "plan", "job")  # of all rows, short
FILE = "file"
OWN = (FILE, ROW, *PROVENANCE, *HASHES)


def _check_names(keys: Sequence[str], tasks: Sequence[str]) -> None:
    """Raises InputError if two columns of the output would have one name.

    Capital letters do not tell columns apart: not in databases.
    """
    folded = [key.casefold() for key in keys]
    if twice := sorted({key for key in folded if folded.count(key) > 1}):
        raise InputError(f"`input.keys` has {listing(twice)} twice. Name each once.")
    prefixes = ["", *(f"{name.casefold()}_" for name in tasks if len(tasks) > 1)]
    if clash := [
        key
        for key, name in zip(keys, folded, strict=True)
        if any(_is_own(name, prefix) for prefix in prefixes)
    ]:
        raise InputError(
            f"`input.keys` has {listing(clash)}, and the output has columns of "
            "that name. Rename the column of the input."
        )


def _is_own(name: str, prefix: str) -> bool:
    """Whether a column of the output has this name behind a prefix."""
    rest = name.removeprefix(prefix)
    return name.startswith(prefix) and (is_prediction_column(rest) or rest in OWN)


@dataclass(frozen=True)
class JobColumns:
    """The columns of the input that a job reads.

    Attributes:
        read: What is asked of each file.
    """

    read: Columns

    @classmethod
    def of(cls, config: JobConfig, tasks: Sequence[Task]) -> JobColumns:
        """Those of a job.

        Raises:
            InputError: If a key column is called as one of the output.
        """
        keys = config.input.keys
        _check_names(keys, [task.name for task in tasks])
        asked_by = dict.fromkeys(keys, "input.keys")
        sides: dict[str, str] = {}
        for task in tasks:
            section = f"tasks.{task.name}"
            asked_by |= dict.fromkeys(task.fields.values(), f"{section}.fields")
            asked_by |= {name: f"{section}.{by}" for name, by in task.others.items()}
            asked_by |= dict.fromkeys(task.evidence_columns, f"{section}.evidence")
            if task.unit:
                asked_by[task.unit] = f"the plan of {task.run}"
            sides |= {task.sides[name]: task.sides[name] for name in task.numeric}
            known = [c for n, c in task.sides.items() if n not in task.numeric]
            asked_by |= dict.fromkeys(known, f"the run {task.run}")
        others = {name: name for name in asked_by if name not in sides}
        return cls(
            Columns(
                {},
                others=others,
                sides=sides,
                numeric=list(sides),
                asked_by=asked_by,
            )
        )

    @property
    def names(self) -> dict[str, str]:
        """Name of each column in the working files."""
        return {name: column_name(i) for i, name in enumerate(self.read.needed)}

    def check(self, file: DataFile, encoding: str) -> None:
        """Finds what is missing in a file without reading its rows.

        Raises:
            InputError: If a column is not there.
        """
        found = column_names(file, encoding=encoding, wanted=self.read.needed)
        for name, by in self.read.options.items():
            if name not in found:
                raise InputError(
                    f"{file}: there is no column {name!r}, which `{by}` names. Found: "
                    f"{listing(map(repr, found))}."
                )
