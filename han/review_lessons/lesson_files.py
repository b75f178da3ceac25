"""Writes what a queue teaches into a folder that its owner alone can read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from han.catalogue.graph import Thing
from han.catalogue.queue_records import queue_thing
from han.config import Config
from han.errors import InputError, listing
from han.review_lessons.lesson_tables import (
    LessonColumns,
    calibration_table,
    dictionary_table,
    judging_answers,
    run_cells,
    training_table,
)
from han.reviewing.decided_view import make_decided_view
from han.reviewing.lesson_queries import (
    StratumWork,
    batches_through,
    code_votes,
    decided_table,
    random_work,
    repeated_codes,
)
from han.reviewing.queue_database import QueueDatabase
from han.tables.file_access import make_folder
from han.tables.provenance import provenance_file, write_provenance
from han.tables.whole_files import ADVICE, whole_file

RECORDS, DICTIONARY, CALIBRATION = "records.csv", "dictionary.csv", "calibration.csv"


@dataclass(frozen=True)
class LessonChoice:
    """What is taken from a queue.

    Attributes:
        only_sure: Whether decisions of one person alone do not train.
        with_random: Whether answers that were drawn at random train, too; then they
            judge nothing any more.
        field: Text field of the dictionary; the first if None.
    """

    only_sure: bool = False
    with_random: bool = False
    field: str | None = None


@dataclass(frozen=True)
class Lessons:
    """What was written.

    Attributes:
        records: Number of training records.
        entries: Texts and codes of the dictionary.
        sample: Records of the sample; None if there is none.
        work: What was done of the sample, by stratum.
        field: Text field of the dictionary.
        alone: Records of the sample that one person alone decided.
        repeated: Texts with a code that stands under several parents, which a
            dictionary cannot name; they are not in it.
    """

    records: int
    entries: int
    sample: int | None
    work: Sequence[StratumWork]
    field: str
    alone: int
    repeated: int


def run_columns(
    config: Config | None, fields: Sequence[str], levels: int
) -> LessonColumns:
    """What a run calls the columns of its records.

    Args:
        config: The run's; None: as the queue calls them.
        fields: Text fields of the queue.
        levels: Levels of its code list.

    Raises:
        InputError: If the run has other fields or levels.
    """
    if config is None:
        labels = [f"level_{level}" for level in range(1, levels + 1)]
        return LessonColumns({name: name for name in fields}, labels)
    data, where = config.data, config.run_folder
    if set(data.fields) != set(fields):
        raise InputError(
            f"{where}: the run has the text fields {listing(data.fields)}, and the "
            f"queue has {listing(fields)}. Give the run that the queue was made with."
        )
    if len(data.label_columns) not in (1, levels):
        raise InputError(
            f"{where}: the run has {len(data.label_columns)} label columns, and the "
            f"queue's code list has {levels} levels. Give the run that the queue was "
            "made with."
        )
    named = {name: field.column or name for name, field in data.fields.items()}
    return LessonColumns(named, data.label_columns)


def write_lessons(
    queue: QueueDatabase, folder: Path, choice: LessonChoice, config: Config | None
) -> Lessons:
    """Writes `records.csv`, `dictionary.csv`, and `calibration.csv`.

    Args:
        queue: The queue.
        folder: Where; files of these names are replaced.
        choice: What is taken.
        config: That of the run that reads the sample; None: columns keep their names.

    Raises:
        InputError: If nothing is decided, there is no such field, or no way to write.
    """
    fields = list(queue.settings["fields"])
    field = choice.field or fields[0]
    if field not in fields:
        raise InputError(
            f"--field {field}: the queue has the text fields {listing(fields)}. Name "
            "one of these."
        )
    read = _read(queue, field)
    decided, votes = read.decided, read.votes
    levels = sum(name.startswith("level_") for name in decided.columns)
    columns = run_columns(config, fields, levels)
    random = choice.with_random
    tables = {
        RECORDS: training_table(
            decided, only_sure=choice.only_sure, with_random=random
        ),
        DICTIONARY: dictionary_table(votes, field, with_random=random),
    }
    records = tables[RECORDS]
    named = run_cells(records, fields, columns)  # so that data.train reads it, too
    new = {name: cells for name, cells in named.items() if name not in records}
    tables[RECORDS] = records.assign(**new)
    repeated = tables[DICTIONARY]["code"].isin(read.repeated)
    tables[DICTIONARY] = tables[DICTIONARY][~repeated]
    judging = judging_answers(decided, read.through)
    if not random:
        tables[CALIBRATION] = calibration_table(judging, read.work, fields, columns)
    _write(folder, tables, queue_thing(queue))
    return Lessons(
        records=len(tables[RECORDS]),
        entries=len(tables[DICTIONARY]),
        sample=None if random else len(judging),
        work=read.work,
        field=field,
        alone=int((judging["state"] == "single").sum()),
        repeated=int(repeated.sum()),
    )


@dataclass(frozen=True)
class _QueueRead:
    """What the files are made of, read at one moment."""

    decided: pd.DataFrame
    votes: pd.DataFrame
    work: list[StratumWork]
    through: set[int]
    repeated: set[str]


def _read(queue: QueueDatabase, field: str) -> _QueueRead:
    with queue.writing() as connection:
        make_decided_view(connection)  # queues that were filled by a program
    with queue.reading() as connection:
        found = _QueueRead(
            decided_table(connection),
            code_votes(connection, field),
            random_work(connection),
            batches_through(connection),
            repeated_codes(connection),
        )
    if not len(found.decided):
        raise InputError(
            f"{queue.place}: no answer has a code that stands, or all texts were "
            "forgotten. Have clerks code some first: python -m han.review serve."
        )
    return found


def _write(folder: Path, tables: dict[str, pd.DataFrame], queue: Thing) -> None:
    make_folder(folder, "made for the lessons", ADVICE)
    made_of = {"kind": queue.kind, "file": queue.name, "sha256": queue.digest}
    for name in (RECORDS, DICTIONARY, CALIBRATION):
        if name not in tables:  # one of an earlier choice would not go with the others
            (folder / name).unlink(missing_ok=True)
            provenance_file(folder / name).unlink(missing_ok=True)
            continue
        with whole_file(folder / name) as temporary:
            tables[name].to_csv(temporary, index=False)
        write_provenance(
            folder / name, "review", [made_of], {"rows": len(tables[name])}
        )
