"""The benchmark of the product: its works, its rivals, and what is made of results."""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.scripts import load_script

from han.errors import InputError
from product import alone, contestants, generated, results, works
from product.contestants import CONTESTANTS, MISSING
from product.costs import Limits, run_process
from product.generated import Shape, generate
from product.growth_plot import line_shapes, milliseconds, write_plot
from product.results import Results, median, ratio
from product.tables import tables
from product.works import Given, Work

ENOUGH = Limits(minutes=2, gigabytes=8)


@pytest.fixture(scope="module")
def script():
    return load_script("benchmark_product")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(works, "SCORED", 60)
    Work.of(Shape(200, 8, 12)).write(tmp_path / "work")
    return tmp_path / "work"


def entry(contestant, number=1, state="done", cpu=2.0, **others):
    """A measurement as `measure` and the script make it."""
    made = {"work": "600x8x12", "title": "few", "contestant": contestant}
    made |= {"records": 600, "codes": 8, "words": 12, "round": number, "state": state}
    made |= {"minutes": 5, "gigabytes": 8, "memory": 1.25}
    if state == "done":
        made |= {"fit": {"cpu": cpu, "wall": cpu / 2}, "leaf": 0.5, "hf": 0.75}
        made["coding"] = {"records": 1000, "cpu": cpu / 4, "wall": 1.0}
    return made | others


def test_equal_shapes_have_equal_records_of_words_of_their_codes():
    shape = Shape(2000, 27, 12)
    made, again = generate(shape, 10), generate(shape, 10)
    assert made.texts == again.texts and (made.nodes == again.nodes).all()
    assert made.texts != generate(shape, 10, seed=2).texts
    assert len(made.texts) == 2010 and np.isin(made.nodes, made.tree.leaves).all()
    words = np.mean([len(text.split()) for text in made.texts])
    assert words == pytest.approx(12, rel=0.1)
    assert max(len(part.split()) for t in made.texts for part in t.split(".")) <= 10


def test_typos_are_as_many_as_asked(monkeypatch):
    known = set(generated.vocabulary())
    made = generate(Shape(1000, 8, 12)).texts
    odd = [w not in known for text in made for w in text.replace(".", "").split()]
    assert 0.01 < np.mean(odd) < generated.TYPOS
    monkeypatch.setattr(generated, "TYPOS", 0.0)
    plain = generate(Shape(1000, 8, 12)).texts
    assert {w for text in plain for w in text.replace(".", "").split()} <= known


def test_contestants_read_what_was_written(folder):
    given = Given.read(folder)
    assert pd.Series(given.roles).value_counts().to_dict() == {
        "train": 160,
        "validation": 20,
        "calibration": 20,
    }
    assert len(given.new["text"]) == 60 and given.scored.all()
    assert given.codes == given.levels[:, 2].tolist()
    right = alone.scores(given, works.deepest(given.truth))
    assert right == {"leaf": 1.0, "hf": 1.0}
    wrong = alone.scores(given, [""] * 60)
    assert wrong == {"leaf": 0.0, "hf": 0.0}


def test_no_scored_record_of_the_demo_is_learnt(tmp_path):
    about = Work.of(None).write(tmp_path)
    given = Given.read(tmp_path)
    learnt, new = (
        list(zip(*columns.values(), strict=True))
        for columns in (given.texts, given.new)
    )
    scored = {text for text, one in zip(new, given.scored, strict=True) if one}
    assert len(scored) > 1000 and not scored & set(learnt)
    assert about["records"] == len(learnt) and len(new) == 13_228
    assert about["codes"] == 934


@pytest.mark.parametrize("name", ["sklearn", "fasttext", "torch"])
def test_rivals_learn(name, folder, tmp_path, monkeypatch):
    pytest.importorskip(CONTESTANTS[name].needs)
    result = tmp_path / "result.json"
    given = [name, str(folder), str(result), "1"]
    monkeypatch.setattr(sys, "argv", ["alone", *given])
    assert alone.main() == 0
    found = json.loads(result.read_text(encoding="utf-8"))
    # One code in eight would be right by chance, the commonest one in four; threads of
    # fastText never learn the same twice.
    assert found["leaf"] > 0.35 and found["hf"] > found["leaf"]
    assert found["coding"]["records"] == 60 and found["fit"]["cpu"] > 0


@pytest.mark.slow
def test_han_learns_and_codes_in_processes_of_its_own(folder):
    found = contestants.measure("tfidf_linear", folder, 1, ENOUGH)
    assert found["state"] == "done" and found["leaf"] > 0.45
    assert found["fit"]["cpu"] > 0 and found["coding"]["records"] == 60
    assert 0.05 < found["memory"] < 4


def test_who_is_not_installed_is_said_to_be(folder, monkeypatch):
    lacking = contestants.Contestant("one", "no_such_package")
    monkeypatch.setitem(CONTESTANTS, "torch", lacking)
    assert contestants.measure("torch", folder, 1, ENOUGH) == {"state": MISSING}


def test_a_process_is_measured_and_ended_where_it_takes_too_much():
    work = "import time; x = bytearray(200_000_000); time.sleep(1)"
    done = run_process(["-c", work], ENOUGH)
    assert done.state == "done" and done.cpu > 0 and done.memory > 0.2
    long = run_process(["-c", "import time; time.sleep(100)"], Limits(0.005, 8))
    assert long.state == "time"
    grow = "x = []\nwhile True: x.append(bytearray(1_000_000))"
    assert run_process(["-c", grow], Limits(2, 0.5)).state == "memory"
    failed = run_process(["-c", "raise SystemExit('no')"], ENOUGH)
    assert (failed.state, failed.said) == ("failed", "no")


def test_what_is_known_is_not_measured_again(tmp_path):
    found = Results.open(tmp_path / "r.json")
    found.add(entry("han"))
    found.add(entry("torch", state="time"))
    found.add(entry("fasttext", state="failed"))
    again = Results.open(tmp_path / "r.json")
    work = "600x8x12"
    assert again.is_known(work, "han", 1, 5) and not again.is_known(work, "han", 2, 5)
    assert again.is_known(work, "torch", 1, 5)
    assert not again.is_known(work, "torch", 1, 6)
    assert not again.is_known(work, "fasttext", 1, 5)
    again.add(entry("torch", state="done"))
    assert len(again.entries) == 3 and again.is_known(work, "torch", 1, 6)


def test_results_of_another_machine_or_of_something_else(tmp_path, monkeypatch):
    file = tmp_path / "r.json"
    Results.open(file).add(entry("han"))
    monkeypatch.setattr(results, "machine_now", lambda: "another")
    with pytest.raises(InputError, match="another machine"):
        Results.open(file)
    file.write_text("[]", encoding="utf-8")
    with pytest.raises(InputError, match="no file of results"):
        Results.open(file)


def test_ratios_are_of_the_same_round():
    one = [entry("han", n, cpu=cpu) for n, cpu in ((1, 8.0), (2, 4.0), (3, 9.0))]
    other = [entry("sklearn", n, cpu=cpu) for n, cpu in ((1, 2.0), (2, 4.0), (3, 3.0))]
    assert ratio(one, other, "fit.cpu") == 3.0  # of 4, 1 and 3
    assert median(one, "fit.cpu") == 8.0
    assert ratio(one, [], "fit.cpu") is None


def test_tables_name_who_did_not_come_to_the_end():
    found = Results(None, "here")
    found.entries = [
        entry("sklearn"),
        entry("tfidf_linear", cpu=8.0),
        entry("fasttext", state="memory"),
        entry("torch", state=MISSING),
        entry("han", state="time", fit={"cpu": 30.0, "wall": 30.0}),
        entry("han-plain", state="failed"),
        entry("han-distilled", cpu=20.0),
    ]
    lines = list(tables(found))
    rows = {
        line.split(" | ")[0].strip("| "): line.split(" | ")[1:]
        for line in lines
        if line.startswith("|")
    }
    title = {name: one.title for name, one in CONTESTANTS.items()}
    assert rows[title["fasttext"]][0] == "over 8 GB"
    assert rows[title["torch"]][0] == "not installed"
    learnt = ["30", "15", "3.75", "30", "over 5 minutes"]  # but it did not code
    assert rows[title["han"]][:5] == learnt
    assert rows[title["han-plain"]][0] == "failed"
    cells = ["20", "10", "2.50", "10", "200", "0.10", "0.40", "1.2", "0.500 / 0.750 |"]
    assert rows[title["han-distilled"]] == cells
    assert rows[title["sklearn"]][1] == ""


def test_the_plot_has_a_line_for_each_size(tmp_path):
    found = Results(None, "here")
    shapes = [(600, 8, 12), (6000, 8, 12), (600, 64, 12), (600, 8, 50)]
    for shape in shapes:
        sizes = dict(zip(("records", "codes", "words"), shape, strict=True))
        work = {"work": "x".join(map(str, shape)), **sizes}
        found.entries += [entry(name, **work) for name in ("sklearn", "han")]
    found.entries.append(entry("han", work="demo"))
    assert line_shapes(found, 0) == [shapes[0], shapes[1]]
    assert line_shapes(found, 2) == [shapes[0], shapes[3]]
    assert milliseconds(found, shapes[1], "han", "fit") == pytest.approx(2 / 6)
    assert milliseconds(found, shapes[1], "torch", "fit") is None
    for name in ("one.svg", "again.svg", "one.png"):
        write_plot(found, tmp_path / name)
    one, again = (tmp_path / name for name in ("one.svg", "again.svg"))
    assert one.read_bytes() == again.read_bytes()
    text = one.read_text(encoding="utf-8")
    assert "records (8 codes, 12 words)" in text
    assert CONTESTANTS["sklearn"].title in text
    assert CONTESTANTS["fasttext"].title not in text  # it was not measured


def test_the_script_goes_on_where_it_was_stopped(script, tmp_path, monkeypatch, capsys):
    asked = []

    def measure(name, folder, number, limits):
        assert (Path(folder) / works.RECORDS_FILE).exists()
        asked.append((name, number, limits.minutes))
        if len(asked) == 2:
            raise KeyboardInterrupt
        return {k: v for k, v in entry(name).items() if k in ("state", *MEASURED)}

    monkeypatch.setattr(works, "SCORED", 10)
    monkeypatch.setattr(script, "measure", measure)
    file = tmp_path / "r.json"
    words = "--records 50 --codes 8 --rounds 2 --only sklearn,han --limit 3 -o"
    monkeypatch.setattr(
        sys, "argv", ["benchmark_product.py", *words.split(), str(file)]
    )
    with pytest.raises(KeyboardInterrupt):
        script.main()
    assert script.main() == 0
    turns = [(name, number) for name, number, _ in asked]
    first, *rest = [("sklearn", 1), ("han", 1), ("sklearn", 2), ("han", 2)]
    assert turns == [first, rest[0], *rest] and asked[0][2] == 3
    out = capsys.readouterr().out
    assert "### 50 records, 8 codes, 15 words" in out and "medians of 2 rounds" in out
    shown = ["--show", "-o", str(file), "--plot", str(tmp_path / "p.svg")]
    monkeypatch.setattr(sys, "argv", ["benchmark_product.py", *shown])
    assert script.main() == 0 and len(asked) == 5
    assert (tmp_path / "p.svg").exists()
    assert capsys.readouterr().out == out


MEASURED = ("memory", "fit", "coding", "leaf", "hf")


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("", "Nothing to do"),
        ("--records 0", "--records must be above 0"),
        ("--records 50 --only svm", "--only does not know svm"),
        ("--speed --coded-records", "two runs"),
        ("--speed --demo", "stand alone"),
        ("--show", "--show needs -o"),
        ("--demo --plot one.pdf", "must be .svg or .png"),
    ],
)
def test_mistakes(script, monkeypatch, words, wrong):
    monkeypatch.setattr(sys, "argv", ["benchmark_product.py", *words.split()])
    with pytest.raises(InputError, match=wrong):
        script.main()
