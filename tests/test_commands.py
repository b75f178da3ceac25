"""The commands as a user types them: train, check, evaluate, predict."""

import json

import numpy as np
import pandas as pd
import pytest
import yaml
from conftest import ROOT, write_experiment

import han
from han import evaluate, predict, train
from han.errors import InputError


def baseline(folder, **sections):
    return write_experiment(folder, model="{kind: tfidf_svm}", **sections)


@pytest.fixture
def trained(tmp_path, capsys):
    """A finished run of the baseline, quick to make."""
    assert train.main([str(baseline(tmp_path))]) == 0
    capsys.readouterr()
    return tmp_path / "run"


def test_check_reports_and_trains_nothing(tmp_path, capsys):
    assert train.main([str(baseline(tmp_path)), "--check"]) == 0
    out = capsys.readouterr().out
    assert "72 rows" in out and "level 2: 4 classes" in out
    assert not (tmp_path / "run").exists()


def test_run_folder_is_complete(trained):
    names = {file.name for file in trained.iterdir()}
    assert names == {
        "config.yaml",
        "taxonomy.json",
        "text.json",
        "model.joblib",
        "metrics.json",
        "environment.json",
        "data_report.txt",
    }
    metrics = json.loads((trained / "metrics.json").read_text())
    assert set(metrics) == {"validation", "test"}
    keys = {
        "rows",
        "level_accuracy",
        "leaf_accuracy",
        "leaf_macro_f1",
        "hierarchical",
        "lca_f1",
        "tree_distance",
        "top_k_accuracy",
        "intervals",
        "documents_per_second",
    }
    assert keys <= set(metrics["test"])
    config = yaml.safe_load((trained / "config.yaml").read_text())
    assert config["training"]["early_stopping_patience"] == 4


def test_finished_run_is_left_alone(trained, capsys):
    before = (trained / "metrics.json").read_bytes()
    assert train.main([str(trained.parent / "experiment.yaml")]) == 0
    assert "this run is finished" in capsys.readouterr().out
    assert (trained / "metrics.json").read_bytes() == before


def test_finished_run_with_other_settings_is_refused(trained):
    file = str(trained.parent / "experiment.yaml")
    with pytest.raises(InputError, match=r"other settings here: seed.*--overwrite"):
        train.main([file, "seed=3"])
    assert train.main([file, "seed=3", "--overwrite"]) == 0


def test_changed_data_is_refused(trained):
    data = trained.parent / "data.csv"
    data.write_text(data.read_text() + "x,pan,1,11\n")
    with pytest.raises(InputError, match="the data has changed since this run began"):
        train.main([str(trained.parent / "experiment.yaml")])


def test_folder_with_other_files_is_not_touched(tmp_path):
    file = baseline(tmp_path)
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "thesis.txt").write_text("years of work")
    with pytest.raises(InputError, match="holds other files, not a run"):
        train.main([str(file), "--overwrite"])
    assert (tmp_path / "run" / "thesis.txt").read_text() == "years of work"


def test_predict_keeps_rows_order_and_keys(trained, tmp_path):
    source = tmp_path / "new.csv"
    source.write_text(
        "id,text,extra\n007,queso de vaca,a\n008,,b\n009,  ,c\n010,xyzzy,d\n"
        "011,martillo de acero,e\n",
        encoding="utf-8",
    )
    target = tmp_path / "coded.csv"
    assert predict.main([str(trained), str(source), "-o", str(target)]) == 0
    table = pd.read_csv(target, dtype=str, keep_default_na=False)
    assert table["id"].tolist() == ["007", "008", "009", "010", "011"]
    assert table["flag"].tolist() == ["", "blank", "blank", "unknown_words", ""]
    assert table["code"].tolist()[1:3] == ["", ""]
    assert table["code"][0] == "12" and table["code"][4] == "21"
    assert table["level"].tolist() == ["2", "0", "0", "2", "2"]
    numbers = table.iloc[[0, 3, 4]]
    assert (numbers["p_level_2"] == numbers["probability"]).all()
    assert (numbers["top_1_code"] == numbers["code"]).all()
    top = numbers.filter(like="_probability").astype(float).to_numpy()
    assert (np.diff(top, axis=1) <= 0).all()
    assert top.sum(axis=1) == pytest.approx(1, abs=1e-4)  # four leaves, all listed


@pytest.mark.parametrize("ending", [".tsv", ".csv.gz", ".parquet"])
def test_predict_writes_other_formats(trained, tmp_path, ending):
    target = tmp_path / f"coded{ending}"
    data = str(trained.parent / "data.csv")
    assert predict.main([str(trained), data, "-o", str(target)]) == 0
    if ending == ".parquet":
        table = pd.read_parquet(target)
    else:
        table = pd.read_csv(target, sep="\t" if "tsv" in ending else ",", dtype=str)
    assert len(table) == 72
    assert not [f for f in tmp_path.iterdir() if f.name.startswith(".")]


def test_predict_reads_command_line_and_standard_input(trained, capsys, monkeypatch):
    assert predict.main([str(trained), "--text", "queso de cabra"]) == 0
    assert " 12 " in capsys.readouterr().out
    monkeypatch.setattr("sys.stdin", iter(["clavo de acero\n", "\n"]))
    assert predict.main([str(trained), "-"]) == 0
    out = capsys.readouterr().out
    assert " 22 " in out and "blank" in out


def test_evaluate_takes_the_test_split_by_default(trained, capsys):
    before = json.loads((trained / "metrics.json").read_text())["test"]
    assert evaluate.main([str(trained)]) == 0
    after = json.loads((trained / "metrics.json").read_text())["test"]
    del before["documents_per_second"], after["documents_per_second"]
    assert before == after
    assert "leaf_accuracy" in capsys.readouterr().out


def test_evaluate_other_data_under_its_name(trained, tmp_path):
    other = tmp_path / "wave2.csv"
    other.write_text("id,text,level_1,level_2\n1,queso de vaca,1,12\n2,,1,\n3,pan,,\n")
    assert evaluate.main([str(trained), str(other)]) == 0
    result = json.loads((trained / "metrics.json").read_text())["wave2"]
    assert result["rows"] == 2  # the blank one counts as not coded
    assert result["level_accuracy"]["1"] == 0.5
    with pytest.raises(InputError, match="own training file"):
        evaluate.main([str(trained), str(other), "--split", "test"])


def test_load_codes_texts(trained):
    classifier = han.load(trained)
    table = classifier.predict(["queso de vaca", {"text": "clavo"}], top_k=2)
    assert table["code"].tolist() == ["12", "22"]
    assert table.columns.tolist() == classifier.columns(2)
    with pytest.raises(InputError, match="There is no field title"):
        classifier.predict([{"title": "x"}])


def test_a_folder_without_a_run_is_said(tmp_path):
    with pytest.raises(InputError, match="not a trained run"):
        han.load(tmp_path)


def test_majority_gives_the_commonest_code(tmp_path):
    file = write_experiment(tmp_path, model="{kind: majority}")
    assert train.main([str(file)]) == 0
    table = han.load(tmp_path / "run").predict(["clavo", "queso"])
    assert table["code"].nunique() == 1


def test_svm_beats_majority_on_the_shipped_data(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    results = {}
    for kind in ("majority", "tfidf_svm"):
        run = tmp_path / kind
        demo = "experiments/demo.yaml"
        train.main([demo, f"model.kind={kind}", f"logging.run_folder={run}"])
        results[kind] = json.loads((run / "metrics.json").read_text())["test"]
    assert results["tfidf_svm"]["leaf_accuracy"] > 0.4
    assert results["majority"]["leaf_accuracy"] < 0.05


def test_help_teaches(capsys):
    for door in (train, evaluate, predict):
        with pytest.raises(SystemExit) as left:
            door.main(["--help"])
        assert left.value.code == 0
        assert "examples:" in capsys.readouterr().out
