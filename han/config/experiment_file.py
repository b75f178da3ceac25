"""Reads an experiment file and its overrides."""

from __future__ import annotations

from pathlib import Path

from han.config.contradictions import check_contradictions
from han.config.experiment_config import Config
from han.config.named_language import with_plain_language
from han.config.yaml_reader import read_overrides, read_section, read_yaml


def read_config(file: Path, overrides: list[str] | None = None) -> Config:
    """Reads an experiment file and `key.sub=value` overrides.

    Args:
        file: The YAML file.
        overrides: Each replaces one key, `training.epochs=3`; a list or a section may
            be written as YAML, `data.label_columns=[level_1, level_2]`.

    Raises:
        InputError: For an unknown or missing key, a wrong type or choice, or keys
            that contradict each other; says which line and what was expected.
    """
    tree = read_overrides(read_yaml(file), overrides or [])
    config: Config = read_section(Config, with_plain_language(tree))
    check_contradictions(file, config)
    return config
