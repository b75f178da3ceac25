"""Which file each role has, and the role of each row of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from han.config import Config
from han.data.records import Records
from han.data.splits import ROLES, split_records
from han.errors import InputError

Roles = npt.NDArray[np.object_]


def role_files(config: Config) -> dict[str, Path]:
    """Files of the roles that have one; `train` has, unless it was given in memory."""
    named = {role: getattr(config.data, role) for role in ROLES}
    return {role: Path(name) for role, name in named.items() if name}


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
