"""The code list as a queue holds it: titles, further titles, notes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from han.code_list.code_list_files import read_code_list
from han.code_list.list_columns import NOTES
from han.code_list.taxonomy import ROOT, Taxonomy
from han.config import Config
from han.data.code_list_notes import note_rows
from han.errors import InputError
from han.experiment.record_labels import list_form
from han.stages.lookup_tables import code_nodes, read_lookup_table
from han.tables.locations import data_location

Notes = list[tuple[int, dict[str, str]]]


def code_rows(
    tree: Taxonomy, notes: Notes, titles: Sequence[tuple[int, str]]
) -> list[dict[str, Any]]:
    """Rows of the table `codes`.

    Args:
        tree: The code list.
        notes: Cells `description`, `includes`, `excludes`, by node; those of several
            rows are joined.
        titles: Further titles: a node and a text.
    """
    found: list[dict[str, Any]] = [
        {
            "node": node,
            "code": tree.codes[node],
            "parent": None if tree.parents[node] == ROOT else int(tree.parents[node]),
            "level": int(tree.levels[node]),
            "title": tree.titles[node],
            "titles": [],
            **dict.fromkeys(NOTES, ""),
        }
        for node in range(tree.num_nodes)
    ]
    for node, row in notes:
        for name in NOTES:
            cells = [found[node][name], row.get(name, "").strip()]
            found[node][name] = "\n".join(filter(None, cells))
    for node, title in titles:
        known = (found[node]["title"], *found[node]["titles"])
        if title.strip() and title.strip() not in known:
            found[node]["titles"].append(title.strip())
    return found


def read_notes_of(config: Config, tree: Taxonomy, file: str | None) -> Notes | None:
    """Notes of the code list: of a file, else of the files of the experiment.

    A run folder has no notes: they are read where they were when the run was trained.

    Args:
        config: The experiment of the run.
        tree: Its code list.
        file: The file that the user names.

    Returns:
        None if the files of the experiment are not there any more, or do not fit.

    Raises:
        InputError: If the user's own file has a fault.
    """
    given = config.taxonomy
    if file is not None:
        return note_rows(data_location(file), tree, given.encoding, given.columns.named)
    try:
        if given.notes:
            named = data_location(given.notes)
            return note_rows(named, tree, given.encoding, given.columns.named)
        return _notes_of_list(config, tree)
    except (InputError, OSError):
        return None


def _notes_of_list(config: Config, tree: Taxonomy) -> Notes | None:
    given = config.taxonomy
    if not given.file:
        return []
    place, form = data_location(given.file), list_form(config)
    listed = read_code_list(place, encoding=given.encoding, form=form)
    nodes = tree.nodes_of_code
    return [(nodes[code][0], row) for code, row in listed.notes if code in nodes]


def read_titles_of(
    file: str | Path | None, tree: Taxonomy, encoding: str = "utf-8"
) -> list[tuple[int, str]]:
    """Further titles: an index with the columns `text` and `code`.

    Raises:
        InputError: For a file that cannot be read, or a code that is not in the list.
    """
    if file is None:
        return []
    table = read_lookup_table(
        data_location(str(file)),
        "index",
        ["text", "code"],
        codes=["code"],
        encoding=encoding,
    )
    nodes = code_nodes(table, "code", tree).tolist()
    pairs = zip(nodes, table.cells["text"], strict=True)
    return [(node, text) for node, text in pairs if node != ROOT]
