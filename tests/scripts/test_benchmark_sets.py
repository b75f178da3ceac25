"""Sets with several codes, and with two questions, that benchmarks make and score."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import yaml
from support.scripts import load_script

from accuracy.sets import LabelledSet
from code_sets import questions, tables
from code_sets.pairs import PairedSet, paired
from han.config import read_config
from han.errors import InputError

CODES = ["a1", "a2", "b1", "oos"]


@pytest.fixture
def rows():
    """Texts that say their split and code: `train 7 a2`."""
    splits = ["train"] * 40 + ["validation", "calibration", "test"] * 20
    codes = [CODES[n % len(CODES)] for n in range(len(splits))]
    texts = [f"{s} {n} {c}" for n, (s, c) in enumerate(zip(splits, codes, strict=True))]
    levels = {"level_1": [code[0] for code in codes], "level_2": codes}
    return pd.DataFrame({"text": texts, **levels, "split": splits})


def test_texts_are_joined_within_their_split_and_both_codes_are_true(rows):
    found = paired(rows)
    assert found.equals(paired(rows)) and set(found["split"]) == set(rows["split"])
    texts = found["text"].str.findall(r"(\w+) (\d+) (\w+)\.")
    for pair, row in zip(texts, found.to_dict("records"), strict=True):
        assert [code for *_, code in pair] == [row["level_2"], row["second_level_2"]]
        assert {split for split, *_ in pair} == {row["split"]}
        assert row["second_level_1"] == row["second_level_2"][0]
    used = [number for pair in texts for _, number, _ in pair]
    assert len(used) == len(set(used)) and "oos" not in set(found["level_2"])
    assert (found["level_2"] != found["second_level_2"]).all()


def test_fewer_training_pairs_leave_the_other_splits_whole(rows):
    whole, few = paired(rows), paired(rows, 5)
    assert 0 < (few["split"] == "train").sum() <= 5
    rest = [
        one[one["split"] != "train"]["split"].value_counts() for one in (whole, few)
    ]
    assert rest[0].equals(rest[1])


def test_the_experiment_of_pairs_reads_both_codes(rows, tmp_path, monkeypatch):
    (tmp_path / "few").mkdir()
    rows.to_parquet(tmp_path / "few/few.parquet")
    monkeypatch.chdir(tmp_path)
    data = PairedSet(LabelledSet(tmp_path / "few"), 5)
    data.write()
    config = read_config(data.experiment_file, [])
    assert config.data.more_codes == (("second_level_1", "second_level_2"),)
    assert config.model.gives_sets and config.data.train == str(data.table)


def test_points_are_of_paired_records_and_means_of_seeds():
    def run(name, *scores):
        levels = {"1": {"average_precision": 0.5}, "2": {"average_precision": 0.25}}
        test = {"rows": 2, "subset_accuracy": 0.5, "levels": levels}
        test["hierarchical"] = {"micro": {"f1": 0.75}}
        results = {"test": test, "time": {"cpu_seconds": 10.0}}
        data = SimpleNamespace(name="few")
        return SimpleNamespace(data=data, results=results, f_scores=np.array(scores))

    models = {"baseline": [run("baseline", 0.5, 0.25)]}
    models["han"] = [run("han", 1.0, 0.5), run("han", 0.5, 0.5)]
    table = tables.score_table([models]).splitlines()
    assert table[3].startswith("| few | han | 2 | 2 | 0.625 [0.500, 0.750] | 0.750 |")
    assert table[3].endswith("| 0.500 / 0.250 | 10 |")
    won = tables.points_table([models]).splitlines()
    assert won[2:] == ["| few | han | +25.0 [+25.0, +25.0] | - |"]


def test_the_process_of_a_line_is_a_rule_over_its_last_words(monkeypatch):
    monkeypatch.setattr(questions, "RARE", 2)
    said = [
        "soya, cultivo",
        "maíz, cultivo",
        "pan, venta por mayor",
        "sal, venta",
        "ajo",
    ]
    frame = pd.DataFrame({"text": said, "split": ["train"] * 3 + ["train", "test"]})
    found = questions.with_process(frame)
    first, second = found["process_1"].tolist(), found["process_2"].tolist()
    assert first == ["cultivo", "cultivo", "venta", "venta", "otro"]
    assert second[:3] == ["cultivo: cultivo"] * 2 + ["venta: otro"]
    few = questions.with_process(frame, 2)
    assert few["split"].tolist() == ["train", "train", "test"]


def test_a_census_has_two_questions_that_often_have_one_answer():
    found = questions.census(140)
    same = (found["spanish_2"] == found["english_2"]).mean()
    assert len(found) == 200 and 0.45 < same < 0.85
    assert found.equals(questions.census(140))


def test_what_is_no_set_of_two_questions_is_said(tmp_path, monkeypatch):
    with pytest.raises(InputError, match="expected census"):
        questions.two_questions("survey", 0)
    monkeypatch.setattr(questions, "ROOT", tmp_path)
    file = questions.two_questions("census", 70)
    config = read_config(file, [])
    assert list(config.tasks) == ["spanish", "english"]
    assert yaml.safe_load(file.read_text("utf-8"))["name"] == "census_tasks_70"


def test_cost_of_one_run_beside_the_sum_of_all():
    script = load_script("benchmark_tasks")
    seconds = {"together": {"train": 6.0, "code": 5.0}}
    seconds |= {name: {"train": 5.0, "code": 5.0} for name in ("spanish", "english")}
    assert script._costs(seconds) == [
        ["training", "6", "10", "0.60"],
        ["coding", "5", "10", "0.50"],
    ]
