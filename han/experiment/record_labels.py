"""The code list of an experiment, and the nodes that its records are coded to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from han.code_list.code_checks import check_decimals, check_digit_widths, check_zeros
from han.code_list.taxonomy import IntArray, Taxonomy
from han.code_list.taxonomy_sources import label_nodes, label_paths, read_code_list
from han.config import Config
from han.data.records import Records
from han.errors import InputError
from han.tables.locations import data_location

Paths = Mapping[str, Sequence[Sequence[tuple[str, ...]]]]


def read_labels(
    config: Config, tables: Mapping[str, Records], taxonomy: Taxonomy | None = None
) -> tuple[Taxonomy, dict[str, IntArray]]:
    """The code list, and the nodes that coders gave the records of each table.

    Args:
        config: The experiment.
        tables: Records of each file or table, by role; `train` is one of them.
        taxonomy: The code list, if it was given in memory.

    Returns:
        The code list, and by role the node ids, a column for each coder, `(n, C)`; -1
        where a coder gave none.

    Raises:
        InputError: For a bad code list, labels that are not in it, or codes that have
            lost leading zeros as far as that shows; see `han.code_list.code_checks`.
    """
    where = tables["train"].source
    if not config.taxonomy.is_given and config.taxonomy.check_width:
        for table in tables.values():
            check_decimals(table.labels, table.source)
    paths = {role: coder_paths(config, table) for role, table in tables.items()}
    if taxonomy is None:
        is_file = bool(config.taxonomy.file)
        tree = _read_list(config) if is_file else _learn_tree(config, paths, where)
    else:
        tree = taxonomy
    digits = config.taxonomy.digits
    if digits and config.taxonomy.check_width:
        codes = np.concatenate([table.labels.ravel() for table in tables.values()])
        check_digit_widths(codes.tolist(), digits, where)
    return tree, {
        role: coder_nodes(config, paths[role], tree, table.source)
        for role, table in tables.items()
    }


def coder_paths(config: Config, table: Records) -> list[list[tuple[str, ...]]]:
    """For each coder the code path of each record, empty where there is none."""
    width = len(config.data.label_columns)
    digits = config.taxonomy.digits
    return [
        label_paths(
            table.labels[:, first : first + width], digits=digits, where=table.source
        )
        for first in range(0, table.labels.shape[1], width)
    ]


def coder_nodes(
    config: Config,
    paths: Sequence[Sequence[tuple[str, ...]]],
    tree: Taxonomy,
    where: str,
) -> IntArray:
    """Node ids of what `coder_paths` gave, `(n, C)`; -1 where there is none."""
    by_code = config.taxonomy.is_given and len(config.data.label_columns) == 1
    found = [label_nodes(p, tree, by_code=by_code, where=where) for p in paths]
    return np.stack(found, axis=1)


def _read_list(config: Config) -> Taxonomy:
    return read_code_list(
        data_location(str(config.taxonomy.file)),
        encoding=config.taxonomy.encoding,
        check_width=config.taxonomy.check_width,
    )


def _learn_tree(config: Config, paths: Paths, where: str) -> Taxonomy:
    """The tree of all codes in the data."""
    coders = [coder for role_paths in paths.values() for coder in role_paths]
    seen = [path for coder in coders for path in coder if path]
    if not seen:
        raise InputError(f"{where}: no row has a code. Nothing to learn.")
    tree = Taxonomy.from_paths(seen)
    if config.taxonomy.check_width and not config.taxonomy.digits:
        one_column = len(config.data.label_columns) == 1
        check_zeros(tree, f"{where}, label columns", one_column=one_column)
    return tree
