"""Parameters of the estimator, and what `fit` is given, as an experiment."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from han.code_list.taxonomy import Taxonomy
from han.config import Config
from han.config.data_config import ROLES
from han.config.python_settings import KeyPath, key_paths, read_settings
from han.errors import InputError
from han.estimator.given_code_list import given_code_list
from han.estimator.given_tables import Fields, Rows, labelled_table, named_columns
from han.experiment.given_data import GivenData

WHERE = "HierarchicalTextClassifier"
TRAIN, IN_MEMORY = ("data", "train"), ("data", "in_memory")
LABELS = ("data", "label_columns")
# The key that each parameter stands for.
KEYS: dict[str, KeyPath] = {
    "kind": ("model", "kind"),
    "encoder": ("model", "encoder"),
    "head": ("model", "head"),
    "word_units": ("model", "word_units"),
    "sentence_units": ("model", "sentence_units"),
    "dropout": ("model", "dropout"),
    "wide": ("model", "wide"),
    "epochs": ("training", "epochs"),
    "batch_size": ("training", "batch_size"),
    "learning_rate": ("training", "learning_rate"),
    "language": ("text", "language"),
    "validation_fraction": ("data", "split", "validation"),
    "calibration_fraction": ("data", "split", "calibration"),
    "test_fraction": ("data", "split", "test"),
    "random_state": ("seed",),
    "fields": ("data", "fields"),
    "run_folder": ("logging", "run_folder"),
}


def fit_inputs(
    parameters: Mapping[str, Any], seed: int, train: Rows, validation: Rows
) -> tuple[Config, GivenData]:
    """The experiment that `fit` trains, and its data.

    Args:
        parameters: Parameters of the estimator.
        seed: What `random_state` means in this fit.
        train: Rows to learn from.
        validation: Rows to validate with; a share of `train` does if its `X` is None.

    Raises:
        InputError: For settings or data that cannot be used.
    """
    if validation.X is None and validation.y is not None:
        raise InputError(f"{WHERE}: y_val is given without X_val. Give both or none.")
    settings, fields = _settings(parameters, seed), _fields(parameters["fields"])
    used = named_columns(settings)
    labels = settings.get(LABELS) or ()
    labels = [labels] if isinstance(labels, str) else labels
    if not isinstance(labels, list | tuple):
        raise _wrong("data.label_columns", "a list of column names", labels)
    table = labelled_table(train, fields, labels, used=used)
    used |= {*table.labels, *([table.weight] if table.weight else [])}
    fields = fields or [name for name in table.rows.columns if name not in used]
    tables, names = {"train": table.rows}, {"train": "X and y"}
    if validation.X is not None:
        other = labelled_table(validation, fields, table.labels, table.weight)
        tables["validation"], names["validation"] = other.rows, "X_val and y_val"
    is_named = isinstance(fields, Mapping)
    settings[KEYS["fields"]] = fields if is_named else {name: {} for name in fields}
    settings |= {TRAIN: None, IN_MEMORY: list(tables)}
    settings[LABELS] = table.labels
    if table.weight:
        settings["data", "weight_column"] = table.weight
    config = _checked(read_settings(settings, WHERE))
    if config.model.gives_sets:
        raise InputError(
            f"{WHERE}: with `model.head: multi_path` a record has a set of codes, and "
            "the estimator does not work with sets yet. Set the head to tree, or train "
            "with python -m han.train EXPERIMENT.yaml."
        )
    tree = given_code_list(parameters["taxonomy"], config)
    return config, GivenData(tables, names, tree)


def _fields(fields: Any) -> Fields:
    """Text columns by name, or settings by name."""
    if fields is None or isinstance(fields, Mapping):
        given = {} if fields is None else fields
        if all(isinstance(f, Mapping | None) for f in given.values()):
            return fields
    elif not isinstance(fields, str) and hasattr(fields, "__len__"):
        names = list(fields)
        if all(isinstance(name, str) for name in names):
            return names
    raise _wrong(
        "fields",
        "a list of names, or settings by name as in `data.fields`",
        fields,
    )


def _wrong(name: str, expected: str, given: Any) -> InputError:
    return InputError(
        f"{WHERE}: `{name}` must be {expected}. Received: {type(given).__name__}."
    )


def _settings(parameters: Mapping[str, Any], seed: int) -> dict[KeyPath, Any]:
    """Values of keys by their path, but for what depends on the data."""
    found = {path: parameters[name] for name, path in KEYS.items() if name != "fields"}
    found[KEYS["random_state"]] = seed
    folder, more = parameters["run_folder"], parameters["settings"]
    if not isinstance(folder, str | Path | None) or folder == "":
        raise _wrong("run_folder", "the path of a folder, or None", folder)
    if not isinstance(more, Mapping | None):
        raise _wrong("settings", "a dict, such as {'training.epochs': 3}", more)
    tree = _taxonomy_keys(parameters["taxonomy"])
    found |= tree
    if parameters["run_folder"] is None:  # nobody would see the curves
        found["logging", "tensorboard"] = False
    elsewhere = {path: f"the parameter {name}" for name, path in KEYS.items()}
    elsewhere |= dict.fromkeys(tree, "the parameter taxonomy")
    elsewhere |= dict.fromkeys((TRAIN, IN_MEMORY), "what fit is given as X")
    for path, value in key_paths(more or {}).items():
        for known in (path, path[:2]):
            if known in elsewhere:
                raise InputError(
                    f"{WHERE}: `{'.'.join(known)}` is {elsewhere[known]}. Give it "
                    "there, and not in settings."
                )
        found[path] = value
    return found


def _taxonomy_keys(taxonomy: Any) -> dict[KeyPath, Any]:
    if taxonomy is None:
        return {}
    if isinstance(taxonomy, Taxonomy | pd.DataFrame | Mapping):
        return {("taxonomy", "in_memory"): True}
    if isinstance(taxonomy, str | Path):
        return {("taxonomy", "file"): str(taxonomy)}
    if isinstance(taxonomy, list | tuple | range) or np.ndim(taxonomy) == 1:
        return {("taxonomy", "digits"): list(taxonomy)}
    expected = "a Taxonomy, a DataFrame, the path of a file, or [1, 2]"
    raise _wrong("taxonomy", expected, taxonomy)


def _checked(config: Config) -> Config:
    if config.distribution.strategy == "multi_worker":
        raise InputError(
            f"{WHERE}: `distribution.strategy: multi_worker` needs several processes. "
            "Train with python -m han.train, or set it to mirrored."
        )
    if config.store:
        raise InputError(
            f"{WHERE}: `store` is for python -m han.train. Leave it out, and add the "
            "run folder with python -m han.store add."
        )
    return config


def parameters_of(config: Config) -> dict[str, Any]:
    """Parameters of the estimator that trains an experiment.

    The files of its rows and its run folder are left out: `fit` is given the rows.
    """
    least = {TRAIN: "-", KEYS["fields"]: {"-": {}}, LABELS: ["-"]}
    plain, usual = config.to_dict(), read_settings(least, WHERE).to_dict()
    found = {}
    for name, path in KEYS.items():
        section = plain
        for key in path[:-1]:
            section = section[key]
        found[name] = section.pop(path[-1])
    for role in (*ROLES, "in_memory"):
        plain["data"].pop(role)
    found |= {"run_folder": None, "settings": _changed(plain, usual)}
    return found


def _changed(plain: dict[str, Any], usual: dict[str, Any]) -> dict[str, Any]:
    """Keys that have not their usual value, with a dot after the section."""
    found: dict[str, Any] = {}
    for section, keys in plain.items():
        if not isinstance(keys, dict):
            found |= {section: keys} if keys != usual[section] else {}
            continue
        for key, value in keys.items():
            before = usual[section][key]
            if isinstance(before, dict) and isinstance(value, dict) and key == "split":
                value = {name: v for name, v in value.items() if v != before[name]}
                before = {}
            if value != before:
                found[f"{section}.{key}"] = value
    return found
