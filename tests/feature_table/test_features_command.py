"""`han.features`: what is learnt from whom, the same columns for other records."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.experiments import ROOT, ROWS

from han import features
from han.errors import InputError

EXPERIMENT = """
data:
  train: data.csv
  fields: {text: {}, place: {}}
  label_columns: [level_1, level_2]
  key_columns: [id]
  split: {column: role}
text: {min_count: 3}
"""
ROLES = ("train", "train", "validation", "test")
SMALL = ["--words", "8", "--pairs", "4", "--topics", "3", "--dimensions", "5"]
SMALL += ["--components", "4"]


@pytest.fixture
def office(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write("data.csv")
    Path("experiment.yaml").write_text(EXPERIMENT)
    return tmp_path


def write(name, test_text="{text}"):
    lines = ["id,text,place,level_1,level_2,role"]
    for number in range(160):
        text, one, two = ROWS[number % len(ROWS)]
        role = ROLES[number % 4]
        text = f"{text} raro{number}"
        if role == "test":
            text = test_text.format(text=text)
        lines.append(f"{number:04d},{text},plaza {number % 3},{one},{two},{role}")
    Path(name).write_text("\n".join(lines) + "\n", "utf-8")


def made(*arguments, output="f.parquet"):
    assert features.main([*arguments, "-o", output, "--lang", "en"]) == 0
    read = pd.read_parquet if output.endswith("parquet") else pd.read_csv
    return read(output)


def test_a_table_with_all_groups_and_what_they_mean(office, capsys):
    groups = ["statistics", "flags", "tfidf", "bigrams", "lemmas", "topics"]
    groups += ["vectors", "svd"]
    table = made("experiment.yaml", *SMALL, "--groups", *groups)
    assert table["id"].tolist()[:2] == ["0000", "0001"] and len(table) == 160
    assert table["role"].tolist()[:4] == list(ROLES)
    assert table["level_2"].tolist()[:3] == [row[2] for row in ROWS[:3]]
    meanings = pd.read_csv("f.parquet.columns.csv")
    own = [name for name in table if name not in ("id", "role", "level_1", "level_2")]
    assert meanings["column"].tolist() == own
    assert set(meanings["group"]) == set(groups) and meanings["meaning"].notna().all()
    assert "word2vec_embedding_dim5_0" in own and "svd_3" in own
    # Rare words may tell who wrote them: none is a column.
    assert not any("raro" in name for name in own)
    assert (table[own].dtypes == np.float32).all()
    assert "160 rows are in f.parquet" in capsys.readouterr().out


def test_nothing_is_learnt_from_records_that_do_not_train(office):
    before = made("experiment.yaml", *SMALL)
    write("data.csv", test_text="otra cosa distinta {text} otra cosa")
    after = made("experiment.yaml", *SMALL)
    is_test = before["role"] == "test"
    pd.testing.assert_frame_equal(before[~is_test], after[~is_test])
    assert not before[is_test].equals(after[is_test])


def test_what_was_learnt_gives_other_records_the_same_columns(office):
    table = made("experiment.yaml", *SMALL, "--save", "fitted")
    call = [sys.executable, "-m", "han.features", "--fitted", "fitted", "data.csv"]
    call += ["-o", str(office / "n.parquet")]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(call, capture_output=True, text=True, env=env)
    assert done.returncode == 0, done.stderr
    again = pd.read_parquet("n.parquet")
    own = [name for name in again if name != "id"]
    assert list(table.columns) == ["id", "role", "level_1", "level_2", *own]
    pd.testing.assert_frame_equal(again[own], table[own])
    assert not any(path.suffix == ".pkl" for path in Path("fitted").iterdir())


def test_the_same_command_gives_the_same_file(office):
    for name in ("a.parquet", "b.parquet"):
        made("experiment.yaml", *SMALL, output=name)
    assert Path("a.parquet").read_bytes() == Path("b.parquet").read_bytes()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["experiment.yaml", "-o", "f.txt"], "expected a name ending in"),
        (["experiment.yaml", "-o", "f.csv", "--words", "0"], "expected 1 or more"),
        (
            ["experiment.yaml", "-o", "f.csv", "--encoding", "utf-8"],
            "goes with --fitted",
        ),
        (["data.csv", "-o", "f.csv", "--fitted", "none"], "no features were saved"),
        (
            ["data.csv", "-o", "f.csv", "--fitted", "x", "--seed", "1"],
            "nothing is learnt",
        ),
    ],
)
def test_mistakes_are_said(office, given, expected):
    with pytest.raises(InputError, match=expected):
        features.main(given)
    assert not Path("f.csv").exists()


def test_damaged_features_are_said(office):
    made("experiment.yaml", *SMALL, "--save", "fitted")
    Path("fitted/features.npz").write_bytes(b"damaged")
    with pytest.raises(InputError, match="these features are damaged"):
        features.main(["--fitted", "fitted", "data.csv", "-o", "n.csv"])
