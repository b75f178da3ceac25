"""Which file each role has, and the role of each row of it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from han.config import Config
from han.config.data_config import ROLES
from han.data.records import Records
from han.data.splits import split_records
from han.errors import InputError
from han.tables.locations import DataFile, data_location, with_form

Roles = npt.NDArray[np.object_]


def role_files(config: Config) -> dict[str, DataFile]:
    """Files of the roles that have one; `train` has, unless it was given in memory.

    Raises:
        InputError: If an address is wrong; see `data_location`.
    """
    data = config.data
    files = {role: getattr(data, role) for role in ROLES[1:] if getattr(data, role)}
    found = {role: data_location(name) for role, name in files.items()}
    if data.train:
        train = data_location(data.train, table=data.table, query=data.query)
        found = {"train": train, **found}
    return {role: as_in_experiment(config, file) for role, file in found.items()}


def as_in_experiment(config: Config, file: DataFile) -> DataFile:
    """A file with the marks of the experiment, where it says none of its own."""
    return with_form(file, config.data.separator, config.data.decimal)


def own_roles(config: Config) -> set[str]:
    """Roles with rows of their own: in a file, or given in memory."""
    return {*role_files(config), *config.data.in_memory}


def role_shares(config: Config) -> dict[str, float]:
    """Share of each role in the training rows: none where it has rows of its own."""
    own = own_roles(config)
    split = config.data.split
    return {role: 0.0 if role in own else getattr(split, role) for role in ROLES[1:]}


def roles_of(config: Config, role: str, records: Records) -> Roles:
    """Role of each record of a file, `(n,)`.

    Validation records of a refit train (`training.refit_of`).

    Args:
        config: The experiment.
        role: The role whose file it is.
        records: All records of the file, with the non-answers of the experiment: a
            split by text takes each of them as a text of its own.

    Raises:
        InputError: If a column gives rows to a role that has rows of its own.
    """
    if role == "train":
        roles = _split_roles(config, records)
    else:
        roles = np.full(len(records), role, dtype=object)
    if config.training.refit_of is None:
        return roles
    return np.where(roles == "validation", "train", roles)


def _split_roles(config: Config, records: Records) -> Roles:
    split = config.data.split
    roles = split_records(
        records, role_shares(config), seed=config.seed, group_by=split.group_by
    )
    for other in own_roles(config) - {"train"}:
        if (roles == other).any():
            raise InputError(
                f"{records.source}: column {split.column!r} gives rows to {other}, "
                f"which has rows of its own (`data.{other}`). Leave one of the two out."
            )
    return roles
