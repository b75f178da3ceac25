"""Settings that a Python program gives, held to the rules of an experiment file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from han.config.contradictions import check_contradictions
from han.config.experiment_config import Config
from han.config.named_language import with_plain_language
from han.config.yaml_reader import put, read_section
from han.config.yaml_tree import Value
from han.errors import InputError

KeyPath = tuple[str, ...]  # of a key: ("training", "epochs")


def read_settings(settings: Mapping[KeyPath, Any], where: str) -> Config:
    """Settings of an experiment from Python values.

    Args:
        settings: Value of each key, by its path.
        where: What the settings come from, for messages.

    Raises:
        InputError: As `read_config`.

    Example:
        >>> given = {("data", "train"): "a.csv", ("data", "fields", "text"): {},
        ...          ("data", "label_columns"): ["code"], ("training", "epochs"): 3}
        >>> read_settings(given, "here").training.epochs
        3
    """
    tree = Value({}, where)
    for path, setting in settings.items():
        tree = put(tree, list(path), _value(setting, where))
    config: Config = read_section(Config, with_plain_language(tree))
    check_contradictions(where, config)
    return config


def key_paths(settings: Mapping[str, Any]) -> dict[KeyPath, Any]:
    """Settings by the path of each key, from dotted keys and sections in any mixture.

    Raises:
        InputError: If a key is given twice.

    Example:
        >>> key_paths({"training.epochs": 3, "model": {"head": "leaf"}})
        {('training', 'epochs'): 3, ('model', 'head'): 'leaf'}
    """
    found: dict[KeyPath, Any] = {}
    for key, setting in settings.items():
        for path, value in _leaves(tuple(str(key).split(".")), setting):
            if path in found:
                raise InputError(f"settings: `{'.'.join(path)}` is given twice.")
            found[path] = value
    return found


def _leaves(path: KeyPath, setting: Any) -> Iterator[tuple[KeyPath, Any]]:
    if not isinstance(setting, Mapping) or not setting:
        yield path, setting
        return
    for name, below in setting.items():  # a name below may have dots: of a field
        yield from _leaves((*path, str(name)), below)


def _value(setting: Any, where: str) -> Value:
    """A Python value as the reader of files would have found it."""
    if hasattr(setting, "item") and not getattr(setting, "shape", ()):
        setting = setting.item()  # a number of NumPy, as a search draws it
    if isinstance(setting, Mapping):
        below = {str(name): _value(each, where) for name, each in setting.items()}
        return Value(below, where)
    if isinstance(setting, list | tuple):
        return Value([_value(each, where) for each in setting], where)
    if setting is None:
        return Value("", where)
    if isinstance(setting, bool):
        return Value(str(setting).lower(), where)
    return Value(str(setting), where, quoted=isinstance(setting, str | Path))
