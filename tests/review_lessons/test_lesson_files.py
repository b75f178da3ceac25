"""What a queue teaches stands in three files, and what judges does not train."""

import io
import stat

import pandas as pd
import pytest
import sqlalchemy as sa
from support.decided_answers import add_people, decide, decide_all
from support.example_queue import NODES, STRATA, make_example_queue, true_nodes

from han.errors import InputError
from han.review import main
from han.reviewing.queue_database import QueueDatabase
from han.reviewing.queue_tables import answers, codes, texts

TEXT = {"oficio": str, "detalle": str, "code": str, "level_1": str, "level_3": str}


@pytest.fixture
def queue(queue_place):
    queue = make_example_queue(queue_place, answers=40)
    add_people(queue)
    return queue


def review(*given):
    return main([*map(str, given)])


def written(folder, name):
    return pd.read_csv(folder / name, dtype=TEXT, keep_default_na=False)


def answers_of(queue):
    with queue.reading() as connection:
        rows = connection.execute(sa.select(answers)).mappings().all()
    return pd.DataFrame(rows).set_index("id")


def test_work_trains_and_what_was_drawn_judges(queue, tmp_path, capsys):
    decide_all(queue, true_nodes(queue))
    assert review("lessons", queue.place, "-o", tmp_path / "l", "--lang", "en") == 0
    said = capsys.readouterr().out
    given, folder = answers_of(queue), tmp_path / "l"
    records = written(folder, "records.csv")
    work = given[given["part"] == "work"]
    assert sorted(records["answer"]) == sorted(work.index)
    assert f"{len(work)} records that train" in said
    assert "--sample-weight design_weight --strata stratum" in said
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "records.csv").stat().st_mode) == 0o600
    sample = written(folder, "calibration.csv")
    drawn = given[given["part"] != "work"]
    assert len(sample) == len(drawn)
    # All are done: an answer stands for its rows over its probability to be drawn.
    weights = drawn["rows"] / drawn["inclusion"]
    assert sorted(sample["design_weight"]) == pytest.approx(sorted(weights))
    assert set(records["oficio"]) >= {"vendo tacos"} or len(records) > 20


def test_what_is_not_done_leaves_its_weight_to_what_is(queue, tmp_path, capsys):
    given, truth = answers_of(queue), true_nodes(queue)
    drawn = given[given["stratum"] == "model:3"]
    through = drawn["batch"].iloc[0]
    half = drawn[drawn["batch"] != through].index[0]  # its batch is half done
    for answer in [*given[given["batch"] == through].index, half]:
        for seat in range(1, given.loc[answer, "seats"] + 1):
            decide(queue, int(answer), seat, truth[answer])
    review("lessons", queue.place, "-o", tmp_path, "--lang", "es")
    done = drawn[drawn["batch"] == through]
    said = capsys.readouterr().out
    assert f"Estrato model:3: decididas {len(done)} de 5 en lotes terminados" in said
    sample = written(tmp_path, "calibration.csv")
    found = sample[sample["stratum"] == "model:3"]["design_weight"]
    assert sorted(found) == pytest.approx(
        sorted(done["rows"] * STRATA["model:3"][3] / len(done))
    )
    judging = given[(given["batch"] == through) & (given["part"] != "work")]
    assert f"se toma por cierto: {(judging['seats'] == 1).sum()}. " in said


def test_a_dictionary_counts_people_and_disputes(queue, tmp_path):
    leaf, other = NODES["511"], NODES["722"]
    given = answers_of(queue)
    ids = given[given["part"] == "work"].index[:5].tolist()
    with queue.writing() as connection:
        for answer in ids[:4]:
            text = sa.update(texts).where(texts.c.answer == answer, texts.c.place == 0)
            connection.execute(
                text.values(text="Hago MOLE" if answer % 2 else "hago mole")
            )
        two = sa.update(answers).where(answers.c.id.in_(ids))
        connection.execute(two.values(seats=2))
    for answer, pair in zip(ids, [(leaf, leaf)] * 3 + [(leaf, other)] * 2, strict=True):
        decide(queue, answer, 1, pair[0])
        decide(queue, answer, 2, pair[1])
    decide(queue, ids[4], 3, other)
    review("lessons", queue.place, "-o", tmp_path, "--all")
    found = written(tmp_path, "dictionary.csv")
    mole = found[found["oficio"].str.lower() == "hago mole"]
    assert mole[["code", "support", "purity"]].to_numpy().tolist() == [
        ["511", 2, 0.6667],
        ["722", 1, 0.3333],
    ]
    settled = found[found["oficio"].str.lower() != "hago mole"]
    assert settled[["code", "support", "purity"]].to_numpy().tolist() == [["722", 2, 1]]
    assert not (tmp_path / "calibration.csv").exists()


def test_a_code_under_two_parents_is_no_entry(queue, tmp_path, capsys):
    decide_all(queue, true_nodes(queue))
    with queue.writing() as connection:
        again = sa.update(codes).where(codes.c.node == NODES["722"])
        connection.execute(again.values(code="511"))
    review("lessons", queue.place, "-o", tmp_path, "--all", "--lang", "en")
    assert "has bare codes: 4 texts" in capsys.readouterr().out
    found = written(tmp_path, "dictionary.csv")
    assert len(found) and not (found["code"] == "511").any()


def test_one_alone_may_be_left_out(queue, tmp_path):
    decide_all(queue, true_nodes(queue))
    review("lessons", queue.place, "-o", tmp_path, "--only", "agreed")
    records = written(tmp_path, "records.csv")
    assert set(records["state"]) == {"agreed"} and len(records)


def test_what_cannot_be_is_said(queue, tmp_path):
    with pytest.raises(InputError, match="no answer has a code"):
        review("lessons", queue.place, "-o", tmp_path)
    with pytest.raises(InputError, match=r"--field x.*oficio"):
        review("lessons", queue.place, "-o", tmp_path, "--field", "x")
    with pytest.raises(InputError, match="COLUMN=CELL"):
        review("forget", queue.place, "--key", "folio")


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_queue_forgets_by_command(queue, tmp_path, capsys, monkeypatch):
    decide_all(queue, true_nodes(queue))
    assert review("forget", queue.place, "--key", "folio=00001", "--lang", "en") == 0
    assert "forgotten: 1 row, the texts of" in capsys.readouterr().out
    with pytest.raises(InputError, match="give --yes"):  # nobody is at a terminal
        review("forget", queue.place, "--all")
    for typed in ("", "n"):
        monkeypatch.setattr("sys.stdin", Terminal(typed + "\n"))
        with pytest.raises(InputError, match="Nothing was forgotten"):
            review("forget", queue.place, "--all")
    monkeypatch.setattr("sys.stdin", Terminal("sí\n"))
    assert review("forget", queue.place, "--all", "--lang", "es") == 0
    assert "Los códigos y los conteos se quedan" in capsys.readouterr().out
    with QueueDatabase(queue.place).reading() as connection:
        assert not connection.execute(sa.select(texts)).all()
    with pytest.raises(InputError, match="forgotten"):
        review("lessons", queue.place, "-o", tmp_path)
