"""Reads the files of an experiment with tasks once, and the labels of each task."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import Taxonomy
from han.config import Config
from han.config.data_config import ROLES
from han.config.single_tasks import task_configs
from han.config.task_config import label_options
from han.data.coders import majority
from han.data.missing_values import dropped_rows
from han.data.records import Records, table_records
from han.errors import InputError
from han.experiment.config_inputs import blank_encoder, columns_of, non_answers
from han.experiment.data_files import LabelledFile, tokenise, whole_votes
from han.experiment.record_labels import read_labels
from han.experiment.row_roles import role_files, roles_of
from han.tables.reading import Columns, read_table
from han.text.text_encoder import TextEncoder

Booleans = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class TaskRows:
    """What was read for one task.

    Attributes:
        config: The experiment of the task by itself.
        tree: Its code list.
        parts: The files, with its labels; texts and roles are those of all tasks.
    """

    config: Config
    tree: Taxonomy
    parts: list[LabelledFile]

    def is_usable(self, role: str) -> Booleans:
        """Rows of all files that train, or stand for another role, for this task."""
        return np.concatenate([part.usable(role) for part in self.parts])


def read_task_rows(
    config: Config, progress: bool = False
) -> tuple[TextEncoder, dict[str, TaskRows]]:
    """Files, code lists and labels of all tasks; each file and text is read once.

    Rows have one role in all tasks, so that no task is tested on what another one has
    taught the encoder. A code of any of the lists that stands alone is no answer.

    Args:
        config: An experiment with `tasks`.
        progress: Whether long work shows a progress bar.

    Returns:
        A text encoder without a vocabulary, and what was read of each task.

    Raises:
        InputError: For any mistake in files, columns, codes or splits; it says in which
            task.
    """
    tables = _read_tables(config)
    known = {
        name: _labelled(name, alone, tables)
        for name, alone in task_configs(config).items()
    }
    codes = dict.fromkeys(c for _, tree, *_ in known.values() for c in tree.codes)
    none = non_answers(config, list(codes))
    first = {
        role: replace(table, non_answers=none)
        for role, table in next(iter(tables.values())).items()
    }
    roles = {role: roles_of(config, role, table) for role, table in first.items()}
    encoder = blank_encoder(config, first["train"], roles["train"])
    documents = {r: tokenise(config, encoder, t, progress) for r, t in first.items()}
    found = {}
    for name, (alone, tree, votes, implied) in known.items():
        with of_task(name):
            found[name] = TaskRows(
                alone,
                tree,
                [
                    LabelledFile(
                        replace(table, non_answers=none),
                        votes[role],
                        majority(votes[role]),
                        roles[role],
                        documents[role],
                        dropped_rows(table, alone.data.missing),
                        implied[role],
                    )
                    for role, table in tables[name].items()
                ],
            )
    return encoder, found


@contextmanager
def of_task(name: str) -> Iterator[None]:
    """Says of which task a mistake is."""
    try:
        yield
    except InputError as error:
        raise InputError(f"task {name}: {error}") from None


def _labelled(
    name: str, alone: Config, tables: Mapping[str, Mapping[str, Records]]
) -> tuple[Config, Taxonomy, dict[str, npt.NDArray[np.int32]], dict[str, int]]:
    with of_task(name):
        tree, votes = read_labels(alone, tables[name])
    return alone, tree, *whole_votes(alone, votes, tree)


def _read_tables(config: Config) -> dict[str, dict[str, Records]]:
    """Records of each file by task and role; every file is read once."""
    options = label_options(config.tasks)
    found: dict[str, dict[str, Records]] = {name: {} for name in config.tasks}
    files = role_files(config)
    for role in (role for role in ROLES if role in files):
        columns = columns_of(config, role=role)
        columns = replace(columns, labels=tuple(options), asked_by=options)
        table = read_table(files[role], columns, encoding=config.data.encoding)
        for name, alone in task_configs(config).items():
            own: Columns = columns_of(alone, role=role)
            found[name][role] = table_records(table, own, str(files[role]))
    return found
