"""Which rows are asked for: a role of a run's own data, or another file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from han.config import Config
from han.config.data_config import ROLES
from han.data.records import fingerprint
from han.errors import InputError
from han.experiment.long_codes import codes_file
from han.experiment.row_roles import as_in_experiment, role_files
from han.runs.run_files import TIME
from han.runs.run_folder import RunFolder
from han.tables.file_access import check_file
from han.tables.locations import DataFile, may_be_same_table


@dataclass(frozen=True)
class Source:
    """Rows of a file.

    Attributes:
        file: The data.
        encoding: Encoding of the file.
        part: A role in the split of the training file, or `all`.
        name: Name of the result: a role, or `all`; None for other data than the run's.
        is_training: Whether it is the training file.
    """

    file: DataFile
    encoding: str
    part: str = "all"
    name: str | None = None
    is_training: bool = False


def find_source(
    run: RunFolder,
    config: Config,
    file: DataFile | None,
    split: str | None,
    encoding: str | None = None,
) -> Source:
    """Which rows are meant: a role of the run's own data, or other data.

    The run's own files are known by their SHA-256, wherever they lie now.

    Args:
        run: The run.
        config: Its config.
        file: The data; None for the run's own.
        split: Role in the run's own data, or `all` of the training file. By default
            `test`, so that nobody tests on what was trained.
        encoding: Encoding of other data; the bytes of an own file are those that the
            run has read with its own encoding.

    Raises:
        InputError: If there is no such part of the run's data, or a file is missing
            or no longer what it was.
    """
    source = _find_source(run, config, file, split, encoding)
    if source.name == "validation" and config.training.refit_of is not None:
        raise InputError(
            f"{run.folder}: its validation records trained it, too "
            f"(`training.refit_of`). Evaluate {config.training.refit_of} on them."
        )
    return source


def _find_source(
    run: RunFolder,
    config: Config,
    file: DataFile | None,
    split: str | None,
    encoding: str | None,
) -> Source:
    own = role_files(config)
    if file is None:
        role = split or "test"
        _check_in_file(run, config, role)
        _check_codes(run, config)
        return _own_source(config, role, _unchanged(run, own.get(role, own["train"])))
    check_file(file)
    file = as_in_experiment(config, file)
    known, digest = run.fingerprints(), fingerprint(file)
    roles = [
        role
        for role, path in own.items()
        if known.get(str(path)) == digest and may_be_same_table(path, file)
    ]
    if roles:
        _check_codes(run, config)
        return _given_source(config, file, roles, split)
    if split not in (None, "all"):
        training = own.get("train", "given in memory")
        raise InputError(
            f"{file}: --split {split} can be taken from the run's own training file "
            f"({training}) only, as it was then. Leave --split out to use all rows."
        )
    return Source(file, encoding or config.data.encoding)


def _check_in_file(run: RunFolder, config: Config, role: str) -> None:
    given = config.data.in_memory
    if role in given or ("train" in given and role not in role_files(config)):
        raise InputError(
            f"{run.folder}: its own records were given in memory, by a Python program "
            "(`data.in_memory`), and are in no file. Give labelled records as DATA."
        )


def _check_codes(run: RunFolder, config: Config) -> None:
    """Raises InputError if codes in a table of their own are not those of the run."""
    file = codes_file(config)
    if file is None:
        return
    check_file(file, "`data.codes_file` of the run", "Put it there.")
    if run.fingerprints().get(str(file)) != fingerprint(file):
        raise InputError(
            f"{file}: the file has changed since the run was trained, and codes of its "
            "records stand in it (`data.codes_file`). Put the old file back."
        )


def _unchanged(run: RunFolder, file: DataFile) -> DataFile:
    check_file(
        file,
        "file here",
        "Paths of a run start at the folder where it was trained: run the command from "
        "there, or give DATA.",
    )
    if run.fingerprints().get(str(file)) != fingerprint(file):
        raise InputError(
            f"{file}: the file has changed since the run was trained, so its split is "
            "no longer known. Put the old file back, or give this one as DATA: then "
            "all its rows are used, those that were trained on included."
        )
    return file


def _own_source(config: Config, role: str, file: DataFile) -> Source:
    """A role of the run: in its own file, or a split of the training file."""
    if role != "train" and role in role_files(config):
        return Source(file, config.data.encoding, "all", role)
    return Source(file, config.data.encoding, role, role, is_training=True)


def _given_source(
    config: Config, file: DataFile, roles: list[str], split: str | None
) -> Source:
    """A part of a file that the run read, too, in the given roles."""
    tests = [role for role in reversed(ROLES) if role in roles and role != "train"]
    if split in tests:
        return Source(file, config.data.encoding, "all", split)
    if "train" not in roles or (split is None and tests):
        if split in (None, "all"):
            return Source(file, config.data.encoding, "all", tests[0])
        raise InputError(
            f"{file}: --split {split} cannot be taken from this file, which is all "
            f"{tests[0]}. Leave DATA out to find it."
        )
    role = split or "test"
    if role != "train" and role in role_files(config):
        raise InputError(
            f"{file}: the training file has no split {role}, which has a file of its "
            "own. Leave DATA out to use that, or give --split train."
        )
    return Source(file, config.data.encoding, role, role, is_training=True)


def result_name(source: Source, results: dict[str, Any]) -> str:
    """Name of a result: a role of the run's data, else the file's name.

    A file that is called like a role, or like another file that is evaluated
    already, gets its full path.
    """
    if source.name:
        return source.name
    name, path = source.file.name, str(source.file.resolve())
    before = results.get(name, {"file": path})
    taken = not isinstance(before, dict) or before.get("file") != path
    return path if taken or name in (*ROLES, "all", TIME) else name
