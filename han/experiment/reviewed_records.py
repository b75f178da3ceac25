"""Decisions of clerks that train beside `data.train`, and never judge."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import numpy as np
from rapidfuzz import fuzz, process

from han.code_list.taxonomy import ROOT, Taxonomy
from han.config import Config
from han.config.data_config import ROLES
from han.data.records import Records, read_records
from han.errors import InputError, count_of, listing
from han.experiment.row_roles import Roles, roles_of
from han.languages.number_format import Language
from han.languages.words import DATA_REPORT, Words
from han.stages.lookup_tables import read_lookup_table
from han.tables.file_kinds import kind_of
from han.tables.locations import DataFile, DataLocation, data_location
from han.tables.reading import Columns
from han.text.cleaning import fold_accents

DECIDED = "decided"  # the view of a queue, as `han.reviewing.decided_view` names it
WORK = "work"  # the part that was not drawn at random
SHOWN = 5  # codes in a message
ALIKE = 60  # of 100: letters that a title in other words has in common
JUDGES, HELD_OUT = "judges", "held out"  # roles of records that do not train


def reviewed_files(config: Config) -> list[DataFile]:
    """Where the decisions of `data.reviewed` stand.

    Raises:
        InputError: If an address is wrong; see `data_location`.
    """
    return [_decided(data_location(name)) for name in config.data.reviewed]


def _decided(place: DataFile) -> DataFile:
    """A queue as its view; a file that `han.review lessons` wrote as it is."""
    if isinstance(place, DataLocation):
        named = place.table or place.query or not place.is_database
        return place if named else replace(place, table=DECIDED)
    if place.is_file():
        with place.open("rb") as stream:
            kind = kind_of(stream.read(1 << 12))
        if kind and kind.name == "a database":
            return DataLocation(f"sqlite:///{place}", DECIDED)
    return place


def _is_queue(file: DataFile) -> bool:
    return isinstance(file, DataLocation) and file.table == DECIDED


def reviewed_tables(config: Config) -> dict[str, Records]:
    """The decisions of each place of `data.reviewed`, by its name.

    A decision weighs as one record, where the experiment has a weight column with the
    mean weight of its rows: an answer that stands a thousand times is learnt once, and
    better looked up. Side features are not known of it.

    Raises:
        InputError: If a place cannot be read, or has other text fields or levels.
    """
    return {str(file): _read(config, file) for file in reviewed_files(config)}


def _read(config: Config, file: DataFile) -> Records:
    data, levels = config.data, len(config.data.label_columns)
    several = [f"level_{level + 1}" for level in range(levels)]
    columns = Columns(
        fields={name: name for name in data.fields},
        labels=several if levels > 1 else ["code"],
        weight="row_weight" if data.weight_column else None,
        others={"part": "part"} if _is_queue(file) else {},
        asked_by=dict.fromkeys(["part", "code", *several], "data.reviewed"),
    )
    records = read_records(file, columns, encoding=data.encoding)
    unknown = np.full(len(records), "", dtype=object)
    return replace(
        records,
        sides=dict.fromkeys(data.side_features, unknown),
        label_names=data.label_columns,
    )


def check_code_lists(config: Config, tree: Taxonomy) -> None:
    """Refuses decisions that were made with codes that mean something else.

    Codes that both lists have must have the same parent and title, where both tell. A
    title may be worded otherwise if it is still most like that of its own code: where
    it is more like another's, codes have moved.

    Args:
        config: The experiment.
        tree: Its code list.

    Raises:
        InputError: If a queue's code list says something else of a code.
    """
    for file in reviewed_files(config):
        if not isinstance(file, DataLocation) or not _is_queue(file):
            continue
        if changed := _changed_codes(replace(file, table="codes"), tree):
            raise InputError(
                f"{file}: {count_of(len(changed), 'code')} of the queue's code list "
                f"with another title or parent in the experiment's, as "
                f"{listing(changed, SHOWN)}. Decisions were made with the queue's: "
                "train with its code list, or make a new queue. Where the meaning is "
                "the same, train with the records.csv of python -m han.review lessons."
            )


def _changed_codes(place: DataLocation, tree: Taxonomy) -> list[str]:
    columns, meaning = ["node", "code", "title"], _Titles(tree)
    cells = read_lookup_table(
        place, "code list of a queue", columns, optional=["parent"], codes=["code"]
    ).cells
    codes = dict(zip(cells["node"], cells["code"], strict=True))
    parents = [codes.get(node, "") for node in cells["parent"]]
    known: dict[str, dict[str, str]] = {}
    for node, code in enumerate(tree.codes):
        above = tree.parents[node]
        parent = "" if above == ROOT else tree.codes[above]
        known.setdefault(code, {})[parent] = tree.titles[node]
    return [
        code
        for code, parent, title in zip(
            cells["code"], parents, cells["title"], strict=True
        )
        if code in known and not meaning.same(code, title, known[code].get(parent))
    ]


class _Titles:
    """The titles of a code list, to find the one that another list means."""

    def __init__(self, tree: Taxonomy) -> None:
        self._every = [_plain(title) for title in tree.titles]

    def same(self, code: str, title: str, other: str | None) -> bool:
        """Whether a title means what the list has as `other`; None: it has no such."""
        if other is None:  # it stands elsewhere
            return False
        one, two = _plain(title), _plain(other)
        # A code without a title has itself for one.
        if one == two or {one, two} & {"", _plain(code)}:
            return True
        like = fuzz.token_sort_ratio(one, two, score_cutoff=ALIKE)
        best = process.extractOne(
            one, self._every, scorer=fuzz.token_sort_ratio, score_cutoff=ALIKE
        )
        return best is not None and like >= best[1]


def _plain(title: str) -> str:
    return " ".join(fold_accents(title.casefold()).split())


def record_roles(
    config: Config, tables: Mapping[str, Records], tree: Taxonomy
) -> dict[str, Roles]:
    """Role of each record of an experiment, by the names of the tables.

    A decision trains, unless it was drawn to judge or would tell: answers drawn at
    random measure what is coded, and what has trained cannot; a text of a record that
    does not train is left out.

    Args:
        config: The experiment.
        tables: Its records by role, and the decisions of clerks by their place.
        tree: The code list, which must be that of the decisions.

    Raises:
        InputError: As `roles_of` and `check_code_lists`.
    """
    check_code_lists(config, tree)
    own = {name: table for name, table in tables.items() if name in ROLES}
    roles = {name: roles_of(config, name, table) for name, table in own.items()}
    held_out = {
        key
        for name, table in own.items()
        for key, role in zip(table.text_keys, roles[name], strict=True)
        if role != "train"
    }
    for name in tables.keys() - own.keys():
        roles[name] = _reviewed_roles(tables[name], held_out)
    return roles


def _reviewed_roles(records: Records, held_out: Collection[str]) -> Roles:
    known = np.array([key in held_out for key in records.text_keys], bool)
    parts = records.others.get("part")
    is_work = np.ones(len(records), bool) if parts is None else parts == WORK
    return np.where(known, HELD_OUT, np.where(is_work, "train", JUDGES)).astype(object)


def reviewed_line(source: str, roles: Roles, language: Language) -> str:
    """What becomes of the decisions of one place, for the data report."""
    counts = {
        "train": int((roles == "train").sum()),
        "judges": int((roles == JUDGES).sum()),
        "held_out": int((roles == HELD_OUT).sum()),
    }
    return Words(DATA_REPORT, language).say("reviewed", source=source, **counts)
