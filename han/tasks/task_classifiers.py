"""`TaskClassifiers`: the classifiers of all tasks of a run, which share their work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from han.devices.runtime import Engine
from han.errors import InputError, listing
from han.late_packages import pd
from han.runs.classifier import Classifier
from han.runs.document_columns import Documents, GivenSide
from han.runs.loading import load_classifier
from han.runs.task_folders import task_names
from han.tasks.joint_codes import joint_columns
from han.tasks.pair_table import PairTable, load_pairs
from han.tasks.shared_work import SharedWork, share_work
from han.tasks.task_run import BoundTasks

if TYPE_CHECKING:
    from han.decisions.unit_repeats import Repeats


class TaskClassifiers(Mapping[str, Classifier]):
    """The classifiers of a run of several tasks, by name.

    `run["occupation"]` is an ordinary `Classifier`. `predict` codes for all tasks at
    once: texts are read, and with the NumPy engine encoded, a single time.

    Args:
        classifiers: The classifier of each task; their text encoders are equal.
        pairs: Codes that do not go together, if the run knows any.
    """

    def __init__(
        self, classifiers: Mapping[str, Classifier], pairs: PairTable | None = None
    ) -> None:
        self._classifiers = dict(classifiers)
        self.pairs = pairs
        self._work = SharedWork()
        share_work(list(self._classifiers.values()), self._work)

    def __getitem__(self, task: str) -> Classifier:
        """The classifier of a task."""
        if task not in self._classifiers:
            known = listing(self._classifiers)
            raise InputError(f"There is no task {task!r}. This run has: {known}.")
        return self._classifiers[task]

    def __iter__(self) -> Iterator[str]:
        """Names of the tasks."""
        return iter(self._classifiers)

    def __len__(self) -> int:
        """Number of tasks."""
        return len(self._classifiers)

    def predict(
        self,
        documents: Documents,
        *,
        side: GivenSide | None = None,
        top_k: int = 5,
    ) -> pd.DataFrame:
        """One row for each document, in the same order, with the codes of all tasks.

        Args:
            documents: As for `Classifier.predict`.
            side: As there.
            top_k: Number of full codes to list for each task.

        Returns:
            The columns of `Classifier.predict` of each task, with the name of the task
            before them: `occupation_code`. With a table of pairs those of
            `joint_columns` follow.

        Raises:
            InputError: As `Classifier.predict`.
        """
        tables = self.tables(documents, side=side, top_k=top_k)
        return pd.concat([prefixed(tables), *self.joint(tables)], axis=1)

    def joint(self, tables: Mapping[str, pd.DataFrame]) -> list[pd.DataFrame]:
        """The columns on pairs of codes, as a list of one table; or an empty list.

        Args:
            tables: What `tables` gave.
        """
        if self.pairs is None:
            return []
        trees = {name: one.taxonomy for name, one in self._classifiers.items()}
        return [joint_columns(tables, trees, self.pairs)]

    def tables(
        self,
        documents: Documents,
        *,
        side: GivenSide | None = None,
        top_k: int = 5,
        repeats: Mapping[str, Repeats | None] | None = None,
    ) -> dict[str, pd.DataFrame]:
        """The same as a table for each task.

        Args:
            documents: As for `predict`.
            side: As there.
            top_k: As there.
            repeats: As for `Classifier.predict`, for each task.
        """
        known = repeats or {}
        with self._work:
            return {
                name: one.predict(
                    documents, side=side, top_k=top_k, repeats=known.get(name)
                )
                for name, one in self._classifiers.items()
            }


def prefixed(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Tables of several tasks side by side, the task's name before each column.

    Example:
        >>> prefixed({"job": pd.DataFrame({"code": ["1"]})}).columns.tolist()
        ['job_code']
    """
    return pd.concat([t.add_prefix(f"{name}_") for name, t in tables.items()], axis=1)


def load_tasks(folder: Path, engine: Engine = "auto") -> TaskClassifiers:
    """Reads a run of several tasks.

    Args:
        folder: What training wrote.
        engine: As for `load_classifier`.

    Raises:
        InputError: If a task is missing, not finished, or of another training; or as
            `load_classifier`.
    """
    bound = BoundTasks.read(folder)
    bound.check(folder)
    found = {n: load_classifier(folder / n, engine) for n in bound.weights}
    trees = {name: one.taxonomy for name, one in found.items()}
    return TaskClassifiers(found, load_pairs(folder, trees))


def load_run(
    folder: str | Path, engine: Engine = "auto"
) -> Classifier | TaskClassifiers:
    """Reads a run of one task or of several; it is `han.load`.

    Args:
        folder: What training wrote.
        engine: As for `load_classifier`.

    Raises:
        InputError: As `load_classifier` and `load_tasks`.
    """
    if task_names(Path(folder)):
        return load_tasks(Path(folder), engine)
    return load_classifier(folder, engine)
