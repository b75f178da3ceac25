"""Labelled rows: a part of a run's own data, or of other files, as examples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from han.config import Config
from han.data.coders import majority
from han.data.examples import Examples, Origin
from han.data.missing_values import dropped_rows
from han.data.records import Records, fingerprint, read_records
from han.data.splits import ROLES, split_records
from han.errors import InputError
from han.experiment.config_inputs import columns_of
from han.experiment.data_files import role_shares, training_roles
from han.experiment.record_labels import coder_nodes, coder_paths
from han.runs.classifier import Classifier
from han.runs.run_folder import RunFolder
from han.text.text_encoder import EncodedTexts


@dataclass(frozen=True)
class Source:
    """Rows to evaluate on.

    Attributes:
        file: The data.
        part: A role in the split of the training file, or `all`.
        name: Name of the result: a role, or `all`; None for other data than the run's.
        is_training: Whether it is the training file.
    """

    file: Path
    part: str
    name: str | None = None
    is_training: bool = False


def find_source(
    run: RunFolder, config: Config, file: Path | None, split: str | None
) -> Source:
    """What to evaluate on: a role of the run's own data, or other data.

    The run's own files are known by their SHA-256, wherever they lie now.

    Args:
        run: The run.
        config: Its config.
        file: The data; None for the run's own.
        split: Role in the run's own data, or `all` of the training file. By default
            `test`, so that nobody tests on what was trained.

    Raises:
        InputError: If there is no such part of the run's data, or a file is missing
            or no longer what it was.
    """
    source = _find_source(run, config, file, split)
    if source.name == "validation" and config.training.refit_of is not None:
        raise InputError(
            f"{run.folder}: its validation records trained it, too "
            f"(`training.refit_of`). Evaluate {config.training.refit_of} on them."
        )
    return source


def _find_source(
    run: RunFolder, config: Config, file: Path | None, split: str | None
) -> Source:
    own = _own_files(config)
    if file is None:
        role = split or "test"
        return _own_source(config, role, _unchanged(run, own.get(role, own["train"])))
    if not file.is_file():
        raise InputError(f"{file}: there is no such data file. Check its path.")
    known, digest = run.fingerprints(), fingerprint(file)
    roles = [role for role, path in own.items() if known.get(str(path)) == digest]
    if not roles and split not in (None, "all"):
        raise InputError(
            f"{file}: --split {split} can be taken from the run's own training file "
            f"({own['train']}) only, as it was then. Leave --split out to use all rows."
        )
    return _given_source(config, file, roles, split) if roles else Source(file, "all")


def _own_files(config: Config) -> dict[str, Path]:
    """Files of the run by role; only `train` always has one."""
    named = {role: getattr(config.data, role) for role in ROLES}
    return {role: Path(name) for role, name in named.items() if name}


def _unchanged(run: RunFolder, file: Path) -> Path:
    if not file.is_file():
        raise InputError(
            f"{file}: there is no such file here. Paths of a run start at the folder "
            "where it was trained: run the command from there, or give DATA."
        )
    if run.fingerprints().get(str(file)) != fingerprint(file):
        raise InputError(
            f"{file}: the file has changed since the run was trained, so its split is "
            "no longer known. Put the old file back, or give this one as DATA: then "
            "all its rows are used, those that were trained on included."
        )
    return file


def _own_source(config: Config, role: str, file: Path) -> Source:
    """A role of the run: in its own file, or a split of the training file."""
    if role != "train" and role in _own_files(config):
        return Source(file, "all", role)
    return Source(file, role, role, is_training=True)


def _given_source(
    config: Config, file: Path, roles: list[str], split: str | None
) -> Source:
    """A part of a file that the run read, too, in the given roles."""
    tests = [role for role in reversed(ROLES) if role in roles and role != "train"]
    if split in tests:
        return Source(file, "all", split)
    if "train" not in roles or (split is None and tests):
        if split in (None, "all"):
            return Source(file, "all", tests[0])
        raise InputError(
            f"{file}: --split {split} cannot be taken from this file, which is all "
            f"{tests[0]}. Leave DATA out to find it."
        )
    role = split or "test"
    if role != "train" and role in _own_files(config):
        raise InputError(
            f"{file}: the training file has no split {role}, which has a file of its "
            "own. Leave DATA out to use that, or give --split train."
        )
    return Source(file, role, role, is_training=True)


def result_name(source: Source, results: dict[str, Any]) -> str:
    """Name of a result: a role of the run's data, else the file's name.

    A file that is called like a role, or like another file that is evaluated
    already, gets its full path.
    """
    if source.name:
        return source.name
    name, path = source.file.name, str(source.file.resolve())
    taken = results[name].get("file") != path if name in results else False
    return path if taken or name in (*ROLES, "all") else name


def read_examples(
    config: Config,
    classifier: Classifier,
    source: Source,
    *,
    also: Mapping[str, str] | None = None,
) -> tuple[Examples, int]:
    """Labelled documents of a file, as a run reads them.

    Args:
        config: The run's config.
        classifier: The run.
        source: The rows.
        also: More columns to read into `others` of the records, by their name there.

    Returns:
        The documents with a code, and the number of records left out because they
        have none.

    Raises:
        InputError: For bad data, or if nothing has a code.
    """
    columns = columns_of(config, role="train" if source.is_training else "test")
    columns = replace(columns, others={**columns.others, **(also or {})})
    records = read_records(source.file, columns, encoding=config.data.encoding)
    records = replace(records, non_answers=classifier.encoder.non_answers)
    dropped_rows(records, config.data.missing)  # for its errors: no test row is dropped
    chosen = rows_of(config, records, source.part)
    if not len(chosen):
        raise InputError(
            f"{source.file}: no record is in the split {source.part}: the run set "
            "nothing aside for it (`data.split`). Choose another --split, or give "
            "labelled DATA."
        )
    nodes = true_nodes(config, classifier, records)[chosen]
    rows = chosen[nodes >= 0]
    if not len(rows):
        raise InputError(
            f"{source.file}: no record has a code, so there is nothing to evaluate "
            "against. To code records without codes use python -m han.predict."
        )
    examples = Examples(
        encode_rows(classifier, records, rows),
        nodes[nodes >= 0],
        records.weights[rows],
        origin=Origin(records, rows),
        text_keys=[records.text_keys[row] for row in rows],
    )
    return examples, len(chosen) - len(rows)


def encode_rows(
    classifier: Classifier, records: Records, rows: npt.NDArray[np.int64]
) -> EncodedTexts:
    """Texts and side features of some records, as a run encodes them."""
    return classifier.encode(
        {name: texts[rows].tolist() for name, texts in records.fields.items()},
        side={name: cells[rows].tolist() for name, cells in records.sides.items()},
    )


def rows_of(config: Config, records: Records, role: str) -> np.ndarray:
    """Rows of a role in the split of the training file; `all` are all rows."""
    if role == "all":
        return np.arange(len(records))
    roles = split_records(
        records,
        role_shares(config),
        seed=config.seed,
        group_by=config.data.split.group_by,
    )
    return np.flatnonzero(training_roles(config, roles) == role)


def true_nodes(config: Config, classifier: Classifier, records: Records) -> np.ndarray:
    """What counts as the true node of each record, `(n,)`; -1 where there is none."""
    paths = coder_paths(config, records)
    votes = coder_nodes(config, paths, classifier.taxonomy, records.source)
    return majority(votes)
