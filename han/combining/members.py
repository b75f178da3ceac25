"""Checks which runs can be mixed, and reads them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from han.code_list.taxonomy import Taxonomy
from han.config import Config, FieldConfig
from han.config.changed_keys import different_keys
from han.config.data_config import ROLES
from han.errors import InputError, listing
from han.experiment.given_data import in_memory_name
from han.experiment.row_roles import role_files, role_shares
from han.runs.classifier import Classifier
from han.runs.loading import load_classifier
from han.runs.manifest import run_identity
from han.runs.run_folder import RunFolder
from han.runs.set_runs import refuse_sets
from han.tables.file_access import check_tilde
from han.tables.whole_files import not_written, temporary_path

WHERE = "Give a folder that can be made, with room for copies of the runs."


@dataclass(frozen=True)
class Member:
    """A run that takes part.

    Attributes:
        run: Its folder.
        config: Its settings.
        classifier: Its model.
        identity: What tells it from a run that takes its place.
    """

    run: RunFolder
    config: Config
    classifier: Classifier
    identity: str


def check_output(output: Path) -> None:
    """Nothing may be lost by writing.

    Raises:
        InputError: If there is something already, or nothing can be written there.
    """
    check_tilde(output)
    try:
        is_empty = os.path.isdir(output) and not any(output.iterdir())
        is_named = output.name not in ("", "..")  # one without cannot be put in place
        if os.path.lexists(output) and not (is_empty and is_named):
            raise InputError(
                f"{output}: there is something here already. Give a new folder with "
                "-o, or remove this one."
            )
        temporary_path(output).mkdir(0o700, parents=True)
        temporary_path(output).rmdir()
    except OSError as error:
        raise not_written(output, error, WHERE) from None


def read_members(runs: Sequence[Path]) -> list[Member]:
    """Loads the runs.

    Raises:
        InputError: If there are fewer than two different ones, or one is no run.
    """
    if len({os.path.realpath(run) for run in runs}) < max(len(runs), 2):
        raise InputError("Give at least two runs, each of them once.")
    folders = [RunFolder(run) for run in runs]
    for run in folders:
        refuse_sets(run.config(), run.folder, "han.combine")
    return [
        Member(r, r.config(), load_classifier(r.folder), identity)
        for r, identity in [(r, run_identity(r.folder)) for r in folders]
    ]


def check_code_lists(members: Sequence[Member]) -> None:
    """All runs must have the same codes in the same tree; titles may differ.

    Raises:
        InputError: If they have not; says which codes.
    """
    first, *others = members
    for other in others:
        check_same_codes(
            (first.run.folder, first.classifier.taxonomy),
            (other.run.folder, other.classifier.taxonomy),
            "mixed",
        )


def check_same_codes(
    first: tuple[Path, Taxonomy], other: tuple[Path, Taxonomy], purpose: str
) -> None:
    """Two runs must have the same codes in the same tree; titles may differ.

    Args:
        first: Folder and code list of a run.
        other: Those of another one.
        purpose: What is done with runs over one code list, for the message.

    Raises:
        InputError: If the code lists differ; says which codes.
    """
    one, two = first[1], other[1]
    if one.codes == two.codes and (one.parents == two.parents).all():
        return
    alone = sorted(set(one.node_names) ^ set(two.node_names))
    what = f"codes in one only: {listing(alone)}" if alone else "another tree"
    raise InputError(
        f"{first[0]} and {other[0]} have different code lists ({what}). Only runs over "
        f"one code list can be {purpose}: train them with the same `taxonomy`."
    )


def check_splits(members: Sequence[Member]) -> None:
    """No validation record of one run may have trained another.

    Raises:
        InputError: If the runs read other data, or split it otherwise.
    """
    for member in members:
        if member.config.training.refit_of is not None:
            raise InputError(
                f"{member.run.folder}: its validation records trained it, too "
                "(`training.refit_of`), so they cannot choose weights. Give labelled "
                "records that no run was trained on with --data, or mix the first runs."
            )
    first, *others = members
    for other in others:
        changed = different_keys(_split(first), _split(other))
        if changed:
            raise InputError(
                f"{first.run.folder} and {other.run.folder} were trained on other data "
                f"or another split ({listing(changed)}): validation records of one may "
                "have trained the other. Give labelled records that no run was trained "
                "on with --data, or train the runs on one split."
            )


def _split(member: Member) -> dict[str, Any]:
    """All that decides which record has which role."""
    config, known = member.config, member.run.fingerprints()
    files = {role: str(file) for role, file in role_files(config).items()}
    found: dict[str, Any] = {
        f"data.{role}": role in files and known.get(files[role], files[role])
        for role in ROLES
    }
    names = [in_memory_name(role) for role in config.data.in_memory]
    found |= {name: known[name] for name in names}
    split = config.data.split
    found["data.split"] = asdict(split)
    if any(role_shares(config).values()) and not (split.column or split.time_column):
        found["seed"] = config.seed
        if split.group_by == "text":
            found["data.fields"] = [
                f.column or n for n, f in config.data.fields.items()
            ]
    return found


def joint_config(members: Sequence[Member]) -> Config:
    """The settings of the first run, with the fields of all.

    Raises:
        InputError: If a field is not the same column in all of them.
    """
    fields: dict[str, FieldConfig] = {}
    for member in members:
        for name, field in member.config.data.fields.items():
            mine = fields.setdefault(name, field)
            if (mine.column or name) != (field.column or name):
                raise InputError(
                    f"{member.run.folder}: its field {name!r} is the column "
                    f"{field.column or name!r}, and that of another run is "
                    f"{mine.column or name!r}. Name the fields alike and train again."
                )
    config = members[0].config
    return replace(config, data=replace(config.data, fields=fields))
