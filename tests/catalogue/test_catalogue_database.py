"""A catalogue keeps what it is told, in SQLite and PostgreSQL, whoever else writes."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from han.catalogue.catalogue_database import CATALOGUE, Catalogue, make_catalogue
from han.catalogue.graph import Graph, Link, Step, Thing
from han.catalogue.table_versions import VERSION_TABLE
from han.errors import InputError
from han.reviewing.queue_database import make_queue
from han.tables.database_engine import OpenDatabase

FILE = Thing("file", "f" * 64, "códigos.csv", "/data/códigos.csv", {"licence": "CC"})
RUN = Thing("run", "0" * 64, "demo", "/runs/demo")
USED, MADE = Link(FILE.key, "data.train"), Link(RUN.key, "run", made=True)
TRAIN = Step("train", "1", (USED, MADE), "2026-12-01T10:00:00+00:00", facts={"n": 3})


@pytest.fixture
def catalogue(queue_place):
    return make_catalogue(queue_place)


def test_what_is_told_twice_is_there_once(catalogue, queue_place):
    graph = Graph.of([FILE, RUN], [TRAIN])
    assert catalogue.add(graph) == 3
    assert catalogue.add(graph) == 0
    assert Catalogue(queue_place).graph() == graph


def test_facts_places_and_links_are_added(catalogue):
    catalogue.add(Graph.of([FILE, RUN], [TRAIN]))
    moved = Thing("file", FILE.digest, FILE.name, "/elsewhere", {"date": "2026"})
    other = Thing("model", "2" * 64, "demo")
    more = Step("train", "1", (Link(other.key, "model", made=True),))
    assert catalogue.add(Graph.of([moved, other], [more])) == 1
    found = catalogue.graph()
    assert found.things[FILE.key].facts == {"licence": "CC", "date": "2026"}
    assert found.things[FILE.key].place == "/elsewhere"
    (step,) = found.steps.values()
    assert set(step.links) == {USED, MADE, *more.links} and step.at == TRAIN.at


def test_who_did_it_is_known_of_own_steps_alone(catalogue):
    fetch = Step("fetch", "9", (Link(FILE.key, "out", made=True),))
    catalogue.add(Graph.of([FILE, RUN], [TRAIN, fetch]), "ana@office", ["train"])
    who = {one.kind: one.who for one in catalogue.graph().steps.values()}
    assert who == {"train": "ana@office", "fetch": ""}


def test_the_last_decision_counts_and_all_are_kept(catalogue):
    catalogue.add(Graph.of([RUN], []))
    catalogue.decide(RUN.key, "approved", "Ana", "as good as the last")
    catalogue.decide(RUN.key, "retired", "Ben", "a new code list")
    found = catalogue.decisions()[RUN.key]
    assert [(one.stage, one.who) for one in found] == [
        ("approved", "Ana"),
        ("retired", "Ben"),
    ]


def test_many_write_at_once(catalogue, queue_place):
    def add(number):
        thing = Thing("file", f"{number % 5}", "a")
        return Catalogue(queue_place).add(Graph.of([thing, RUN], []))

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(add, range(20))) == 6
    assert len(catalogue.graph().things) == 6


def test_made_again_it_keeps_what_it_has(catalogue, queue_place):
    catalogue.add(Graph.of([RUN], []))
    assert make_catalogue(queue_place).graph().things == {RUN.key: RUN}


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("9999", r"version 9999, which this han"),
        (None, r"version None, made by an old"),
    ],
)
def test_other_versions_are_refused(catalogue, queue_place, version, expected):
    database = OpenDatabase(queue_place, CATALOGUE)
    table = sa.table(VERSION_TABLE, sa.column("version_num"))
    with database.writing() as connection:
        connection.execute(sa.delete(table))
        if version:
            connection.execute(sa.insert(table), {"version_num": version})
    with pytest.raises(InputError, match=expected):
        Catalogue(queue_place)
    if version:
        with pytest.raises(InputError, match="Install the han that wrote it"):
            make_catalogue(queue_place)


def test_where_there_is_none_it_is_said(queue_place, tmp_path):
    with pytest.raises(InputError, match=r"no catalogue\. Make one"):
        Catalogue(queue_place)
    text = tmp_path / "notes.txt"
    text.write_text("no database, but long enough to be looked at" * 9)
    with pytest.raises(InputError, match="the file is a catalogue"):
        Catalogue(text)
    make_queue(tmp_path / "queue.db", {})
    with pytest.raises(InputError, match="another database"):
        make_catalogue(tmp_path / "queue.db")
