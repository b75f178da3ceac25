"""The code list of an experiment, and the nodes that its records are coded to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from han.code_list.code_checks import (
    check_decimals,
    check_digit_widths,
    check_look_alikes,
    check_zeros,
)
from han.code_list.code_list_files import read_code_list
from han.code_list.damaged_labels import check_damage, damage_findings
from han.code_list.label_patterns import check_order, list_notes, pattern_notes
from han.code_list.list_form import ROLES, ListForm
from han.code_list.taxonomy import IntArray, Taxonomy
from han.code_list.taxonomy_sources import label_nodes, label_paths
from han.config import Config
from han.data.records import Records
from han.errors import InputError, listing
from han.languages.remarks import Remark
from han.runs.set_runs import SEPARATOR, check_separator
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
    if _is_checked(config):
        for table in tables.values():
            check_decimals(table.labels, table.source)
            check_damage(table.labels, table.source, table.label_names)
            for labels in _coder_labels(config, table):
                check_order(labels, table.source)
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
    _check_separator(config, tree)
    _check_no_code(config, tree)
    return tree, {
        role: coder_nodes(config, paths[role], tree, table.source)
        for role, table in tables.items()
    }


def _check_separator(config: Config, tree: Taxonomy) -> None:
    """Raises InputError if codes hold what shall stand between the codes of a cell."""
    mark = config.data.label_sets
    if config.model.gives_sets:
        named = "`data.label_sets`" if mark else "the file of han.predict"
        check_separator(mark or SEPARATOR, tree, named)
    held = [code for code in tree.codes if mark and mark in code]
    if held:
        raise InputError(
            f"`data.label_sets`: {mark!r} stands between the codes of a cell, but some "
            f"codes have it in them: {listing(held, 5)}. Put another text between them."
        )


def coder_paths(config: Config, table: Records) -> list[list[tuple[str, ...]]]:
    """For each coder the code path of each record, empty where there is none."""
    digits = config.taxonomy.digits
    return [
        label_paths(labels, digits=digits, where=table.source)
        for labels in _coder_labels(config, table)
    ]


def _coder_labels(config: Config, table: Records) -> list[npt.NDArray[np.object_]]:
    """Label cells of each coder."""
    width = len(config.data.label_columns)
    starts = range(0, table.labels.shape[1], width)
    return [table.labels[:, first : first + width] for first in starts]


def _is_checked(config: Config) -> bool:
    """Whether codes are those of the labels, and damaged ones shall be refused."""
    return config.taxonomy.check_width and not config.taxonomy.is_given


def _check_no_code(config: Config, tree: Taxonomy) -> None:
    known = [code for code in config.data.no_code if tree.naming.find(code)]
    if known:
        raise InputError(
            f"`data.no_code`: {listing(map(repr, known))} is a code of the code list. "
            "Name only cells that mean that there is no code."
        )


def label_notes(
    config: Config, table: Records, nodes: IntArray, tree: Taxonomy
) -> list[Remark]:
    """Notes of the data report about labels that are likely to be damaged.

    Args:
        config: The experiment.
        table: The records of a file.
        nodes: Their nodes, `(n,)`; -1 where there is none.
        tree: The code list.
    """
    if config.taxonomy.is_given:
        return list_notes(nodes, tree)
    found = [
        Remark("in_column", {"name": repr(name), "note": finding.remark(column)})
        for name, column in zip(table.label_names, table.labels.T, strict=True)
        for finding in damage_findings(column)
    ]
    for labels in _coder_labels(config, table):
        notes = pattern_notes(labels, tree, digits=config.taxonomy.digits)
        found += [note for note in notes if note not in found]
    return found


def coder_nodes(
    config: Config,
    paths: Sequence[Sequence[tuple[str, ...]]],
    tree: Taxonomy,
    where: str,
) -> IntArray:
    """Node ids of what `coder_paths` gave, `(n, C)`; -1 where there is none."""
    by_code = config.taxonomy.is_given and len(config.data.label_columns) == 1
    if config.data.codes_file:
        where += f", codes in {config.data.codes_file}"
    # All codes of a row, one after the other, so that a mistake names every row.
    given = [path for row in zip(*paths, strict=True) for path in row]
    found = label_nodes(given, tree, by_code=by_code, where=where, in_row=len(paths))
    return found.reshape(-1, len(paths))


def list_form(config: Config) -> ListForm:
    """How the code list of an experiment is made."""
    given, named = config.taxonomy, config.taxonomy.columns.named
    # Those of notes are columns of the file of notes where there is one.
    roles = ROLES if given.notes else named
    return ListForm(
        {role: named[role] for role in roles if role in named},
        given.parent,
        given.levels,
        given.missing_parents,
        given.check_width,
    )


def _read_list(config: Config) -> Taxonomy:
    given, form = config.taxonomy, list_form(config)
    file = data_location(str(given.file))
    return read_code_list(file, encoding=given.encoding, form=form)


def _learn_tree(config: Config, paths: Paths, where: str) -> Taxonomy:
    """The tree of all codes in the data."""
    coders = [coder for role_paths in paths.values() for coder in role_paths]
    seen = [path for coder in coders for path in coder if path]
    if not seen:
        raise InputError(f"{where}: no row has a code. Nothing to learn.")
    tree = Taxonomy.from_paths(seen)
    if config.taxonomy.check_width and config.taxonomy.digits:
        check_look_alikes(tree, where)
    elif config.taxonomy.check_width:
        one_column = len(config.data.label_columns) == 1
        check_zeros(tree, f"{where}, label columns", one_column=one_column)
    return tree
