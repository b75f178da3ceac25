"""The code list of an experiment, and the true node of each of its records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from han.code_lists import label_nodes, label_paths, read_code_list
from han.codes import check_decimals, check_digit_widths, check_zeros
from han.config import Config
from han.data.records import Records
from han.errors import InputError
from han.taxonomy import IntArray, Taxonomy

Paths = Mapping[str, Sequence[tuple[str, ...]]]


def read_labels(
    config: Config, tables: Mapping[str, Records]
) -> tuple[Taxonomy, dict[str, IntArray]]:
    """The code list, and the true nodes of each table.

    Args:
        config: The experiment.
        tables: Records of each file, by role.

    Raises:
        InputError: For a bad code list, labels that are not in it, or codes that have
            lost leading zeros as far as that shows; see `han.codes`.
    """
    if not config.taxonomy.file and config.taxonomy.check_width:
        for table in tables.values():
            check_decimals(table.labels, table.source)
    digits = config.taxonomy.digits
    paths = {
        role: label_paths(table.labels, digits=digits, where=table.source)
        for role, table in tables.items()
    }
    tree = _read_list(config) if config.taxonomy.file else _learn_tree(config, paths)
    if digits and config.taxonomy.check_width:
        codes = np.concatenate([table.labels[:, 0] for table in tables.values()])
        check_digit_widths(codes.tolist(), digits, config.data.train)
    by_code = bool(config.taxonomy.file) and len(config.data.label_columns) == 1
    return tree, {
        role: label_nodes(paths[role], tree, by_code=by_code, where=table.source)
        for role, table in tables.items()
    }


def _read_list(config: Config) -> Taxonomy:
    return read_code_list(
        Path(str(config.taxonomy.file)),
        encoding=config.taxonomy.encoding,
        check_width=config.taxonomy.check_width,
    )


def _learn_tree(config: Config, paths: Paths) -> Taxonomy:
    """The tree of all codes in the data."""
    seen = [path for role_paths in paths.values() for path in role_paths if path]
    if not seen:
        raise InputError(f"{config.data.train}: no row has a code. Nothing to learn.")
    tree = Taxonomy.from_paths(seen)
    if config.taxonomy.check_width and not config.taxonomy.digits:
        one_column = len(config.data.label_columns) == 1
        check_zeros(tree, f"{config.data.train}, label columns", one_column=one_column)
    return tree
