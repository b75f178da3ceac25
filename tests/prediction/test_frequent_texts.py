"""Texts that stand too often, and those that were seen, when records are coded."""

import math
from dataclasses import replace

import pandas as pd
import pytest
from support.routed_runs import apply, thresholds
from support.runs import copied_run

import han
from han import predict
from han.decisions.repeat_limit import RepeatLimit
from han.errors import InputError
from han.prediction import input_records
from han.runs.manifest import write_manifest
from han.runs.run_files import SEEN_TEXTS_FILE

TEXTS = [
    "Pan blanco",
    "queso",
    "",
    "pan  BLANCO.",
    "ns",
    "clavo",
    "pan blanco",
    "queso",
]
REPEATS = [3, 2, None, 3, None, 1, 3, 2]
NEVER = math.inf
LIMIT = RepeatLimit(1, len(TEXTS))


@pytest.fixture
def run(baseline_run, tmp_path):
    return copied_run(baseline_run, tmp_path)


def numbers(column):
    """Whole numbers of a column, None where they are missing."""
    return [None if pd.isna(value) else int(value) for value in column]


def write_input(file, **columns):
    table = {"id": range(len(TEXTS)), "text": TEXTS, **columns}
    pd.DataFrame(table).to_csv(file, index=False)
    return file


def coded(run, source, target, *more):
    assert predict.main([str(run), str(source), "-o", str(target), *more]) == 0
    return pd.read_csv(target, keep_default_na=False, na_values={"decision": ""})


def test_one_decision_for_all_records_of_a_frequent_text(run):
    apply(run, limit=LIMIT)
    table = han.load(run).predict(TEXTS)
    assert numbers(table["repeats"]) == REPEATS
    assert numbers(table["decision"]) == [1, 2, None, 1, None, None, 1, 2]
    assert table["route"].tolist() == ["review"] * 5 + ["auto"] + ["review"] * 2
    assert (table["code"] == "").tolist() == [True] * 5 + [False] + [True] * 2


def test_a_promise_of_its_own_codes_a_frequent_text(run):
    known = han.load(run).seen_texts
    (pan, queso) = known.hashes(["pan blanco", "queso"])
    apply(run, limit=LIMIT, own_levels={pan: 2, queso: 1})
    table = han.load(run).predict(TEXTS)
    routes = dict(zip(TEXTS, table["route"], strict=True))
    assert (routes["pan  BLANCO."], routes["queso"]) == ("auto", "partial")
    assert numbers(table["decision"]) == [None, 2, None, None, None, None, None, 2]


def test_seen_texts_have_thresholds_of_their_own(run):
    apply(run, seen_thresholds=thresholds(NEVER, NEVER))
    classifier = han.load(run)
    texts = ["pan dulce de trigo uno", "pan nunca visto", "queso fresco de vaca dos"]
    seen = classifier.seen_texts.contains(texts).tolist()
    table = classifier.predict(texts)
    assert set(seen) == {True, False}
    assert (table["route"] == "review").tolist() == seen
    assert "repeats" not in table and "decision" not in table


def test_repeated_texts_have_thresholds_of_their_band(run):
    """In twice the records each text stands twice as often."""
    rare = replace(thresholds(0.0, 0.0), most_rows=1)
    often = replace(thresholds(NEVER, NEVER), least_rows=2, most_rows=2)
    texts = [text for text in TEXTS if text != "pan blanco"]
    limit = RepeatLimit(2, len(texts))
    apply(run, limit=limit, thresholds=replace(rare, repeated=(often,)))
    once, twice = (han.load(run).predict(some) for some in (texts, texts * 2))
    routes = "review review review review review auto review".split()
    assert once["route"].tolist() == routes and once["decision"].isna().all()
    assert twice["route"].tolist() == routes * 2 and twice["decision"].isna().all()


def test_a_rule_asks_for_no_limit(run):
    apply(run, limit=LIMIT)
    rule = han.decisions.majority_node
    assert "repeats" not in han.load(run).predict(TEXTS, rule=rule)


def test_thresholds_without_the_texts_they_ask_for(run):
    apply(run, seen_thresholds=thresholds(0.5, 0.5))
    (run / SEEN_TEXTS_FILE).unlink()
    write_manifest(run)
    with pytest.raises(InputError, match=r"its seen_texts\.npz is missing"):
        han.load(run).predict(["pan"])


@pytest.mark.parametrize("level", [-1, 0, 7])
def test_levels_without_a_target_are_damage(run, level):
    """-1 would hand a frequent text to thresholds that say nothing of it."""
    apply(run, limit=LIMIT, own_levels={"0" * 16: level})
    with pytest.raises(InputError, match=r"thresholds\.json is damaged"):
        han.load(run).predict(["pan"])


def test_a_file_is_counted_as_a_whole(run, tmp_path, monkeypatch, capsys):
    """Blocks change nothing, and the summary says the decisions."""
    apply(run, limit=LIMIT)
    source = write_input(tmp_path / "new.csv")
    whole = coded(run, source, tmp_path / "whole.csv", "--lang", "en")
    assert numbers(whole["decision"]) == [1, 2, None, 1, None, None, 1, 2]
    said = capsys.readouterr().out
    assert "2 records or more each): 5 records; a person answers 5 of" in said
    assert "in 2 decisions" in said
    monkeypatch.setattr(input_records, "MOST_ROWS", 3)
    monkeypatch.setattr(input_records, "LEAST_ROWS", 1)
    parts = coded(run, source, tmp_path / "parts.csv")
    pd.testing.assert_frame_equal(parts, whole)
    texts = [option for text in TEXTS for option in ("--text", text)]
    out = tmp_path / "texts.csv"
    assert predict.main([str(run), *texts, "-o", str(out), "--lang", "es"]) == 0
    assert "5 registros; una persona responde 5" in capsys.readouterr().out
    assert pd.read_csv(out)["decision"].equals(whole["decision"])


def test_units_of_a_column(run, tmp_path, capsys):
    """Records of a frequent household are left to a person, each with its own text."""
    apply(run, limit=RepeatLimit(2, len(TEXTS), "home"))
    homes = ["a", "b", "a", "b", "", " a ", "c", ""]
    source = write_input(tmp_path / "new.csv", home=homes)
    table = coded(run, source, tmp_path / "coded.csv", "--lang", "en")
    assert table["repeats"].tolist() == ["3", "2", "3", "2", "", "3", "1", ""]
    assert table["decision"].isna().all()
    expected = "review auto review auto review review auto auto".split()
    assert table["route"].tolist() == expected
    assert "more than 2 records have the same `home`: 3 records." in (
        capsys.readouterr().out
    )


def test_a_missing_column_of_units_is_said(run, tmp_path, capsys):
    apply(run, limit=RepeatLimit(2, len(TEXTS), "home"))
    source = write_input(tmp_path / "new.csv")
    table = coded(run, source, tmp_path / "coded.csv", "--lang", "en")
    said = capsys.readouterr().err
    assert "the input has no column `home`" in said and "assumes: 2 at most" in said
    assert (table["repeats"] == "").all() and (table["route"] == "auto").sum() == 6
