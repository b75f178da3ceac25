"""The commands as a user types them: train, check, evaluate, predict."""

import io
import json
import os
import shutil
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import yaml
from support.experiments import ROOT, write_experiment
from support.runs import baseline, copied_run

import han
from han import evaluate, predict, train
from han.commands import evaluate_command
from han.errors import InputError
from han.prediction import workers
from han.runs.manifest import write_manifest


def give_input(monkeypatch, content):
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(content)))


def results(run):
    return json.loads((run / "metrics.json").read_text())


@pytest.fixture
def trained(baseline_run, tmp_path):
    """A finished run of the baseline that a test may change."""
    return copied_run(baseline_run, tmp_path)


def test_check_reports_and_trains_nothing(tmp_path, capsys):
    assert train.main([str(baseline(tmp_path)), "--check"]) == 0
    out = capsys.readouterr().out
    assert "72 rows" in out and "level 2: 4 codes" in out
    assert not (tmp_path / "run").exists()


def test_run_folder_is_complete(trained):
    names = {file.name for file in trained.iterdir()}
    assert names == {
        "config.yaml",
        "taxonomy.json",
        "text.json",
        "baseline.npz",
        "metrics.json",
        "environment.json",
        "manifest.json",
        "data_report.txt",
        "training_counts.json",
        "seen_texts.npz",
    }
    metrics = json.loads((trained / "metrics.json").read_text())
    assert set(metrics) == {"validation", "test", "time"}
    assert metrics["time"]["parts"] == 1 and metrics["time"]["peak_memory_gb"] > 0
    stages = {"reading", "tokenising", "baseline", "validation", "calibration"}
    assert stages | {"evaluation", "saving"} <= set(metrics["time"]["stages"])
    keys = {
        "rows",
        "level_accuracy",
        "leaf_accuracy",
        "leaf_macro_f1",
        "hierarchical",
        "lca_f1",
        "tree_distance",
        "top_k_accuracy",
        "calibration",
        "level_calibration_error",
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


def test_a_finished_run_says_how_long_it_took(trained, capsys):
    command = [str(trained.parent / "experiment.yaml"), "--timings"]
    assert train.main([*command, "--lang", "es"]) == 0
    out = capsys.readouterr().out
    assert "esta corrida está terminada" in out and "lectura " in out
    metrics = results(trained)
    total = f"{metrics.pop('time')['wall_seconds']:.2f}"
    assert total in next(line for line in out.splitlines() if line[:5] == "total")
    (trained / "metrics.json").write_text(json.dumps(metrics))
    assert train.main(command) == 0  # as an older version has left it
    assert "does not say how long its stages took" in capsys.readouterr().out


def test_a_check_says_how_long_reading_took(tmp_path, capsys):
    command = [str(baseline(tmp_path)), "--check"]
    assert train.main([*command, "--timings"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("reading ") for line in lines)
    assert not any(line.startswith("steps ") for line in lines)


def test_results_of_a_file_called_time_do_not_replace_the_time(trained, capsys):
    (trained.parent / "time").write_text("id,text,level_1,level_2\n1,pan,1,11\n")
    before = results(trained)["time"]
    command = [str(trained), str(trained.parent / "time"), "--no-report"]
    assert evaluate.main(command) == 0
    after = results(trained)
    assert after["time"] == before
    assert set(after) == {"validation", "test", "time", command[1]}


def test_finished_run_with_other_settings_is_refused(trained):
    file = str(trained.parent / "experiment.yaml")
    with pytest.raises(InputError, match=r"other settings here: seed.*--overwrite"):
        train.main([file, "seed=3"])
    assert train.main([file, "seed=3", "--overwrite"]) == 0


@pytest.mark.parametrize(
    ("change", "says"),
    [({"refit_of": None}, "this run is finished"), ({"of_old": 1}, "training.of_old")],
)
def test_a_run_of_an_older_version_is_known(trained, capsys, change, says):
    """A key that is new has its default; one that is gone is another setting."""
    file = trained / "config.yaml"
    config = yaml.safe_load(file.read_text())
    for key, value in change.items():
        if config["training"].pop(key, "gone") == "gone":
            config["training"][key] = value
    file.write_text(yaml.safe_dump(config, sort_keys=False))
    command = [str(trained.parent / "experiment.yaml")]
    if says.startswith("training"):
        with pytest.raises(InputError, match=f"other settings here: {says}"):
            train.main(command)
    else:
        assert train.main(command) == 0
        assert says in capsys.readouterr().out


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
    assert table["level"].tolist() == ["2", "", "", "2", "2"]
    numbers = table.iloc[[0, 3, 4]]
    assert (numbers["p_level_2"] == numbers["probability"]).all()
    assert (numbers["top_1_code"] == numbers["code"]).all()
    top = numbers.filter(like="_probability").astype(float).to_numpy()
    assert (np.diff(top, axis=1) <= 0).all()
    assert top.sum(axis=1) == pytest.approx(1, abs=1e-4)  # four leaves, all listed


@pytest.mark.parametrize("ending", [".tsv", ".csv.gz", ".parquet", ".TSV.GZ", ".CSV"])
def test_predict_writes_other_formats(trained, tmp_path, ending):
    target = tmp_path / f"coded{ending}"
    data = str(trained.parent / "data.csv")
    assert predict.main([str(trained), data, "-o", str(target)]) == 0
    if ending == ".parquet":
        table = pd.read_parquet(target)
        assert str(table["level"].dtype) == "Int64"
    else:
        table = pd.read_csv(target, sep="\t" if "tsv" in ending.lower() else ",")
    assert len(table) == 72
    assert not [f for f in tmp_path.iterdir() if f.name.startswith(".")]


def test_predict_reads_command_line_and_standard_input(trained, capsys, monkeypatch):
    assert predict.main([str(trained), "--text", "queso de cabra"]) == 0
    assert " 12 " in capsys.readouterr().out
    give_input(monkeypatch, b"clavo de acero\r\n\n")
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


HEADER = "id,text,level_1,level_2\n"


def test_evaluate_other_data_under_its_name(trained, tmp_path, capsys):
    other = tmp_path / "wave2.csv"
    other.write_text(HEADER + "1,queso de vaca,1,12\n2,,1,\n3,pan,,\n")
    assert evaluate.main([str(trained), str(other)]) == 0
    result = results(trained)["wave2.csv"]
    assert result["rows"] == 2  # the blank one counts as not coded
    assert result["skipped"] == 1 and result["level_rows"] == {"1": 2, "2": 1}
    assert result["level_accuracy"]["1"] == 0.5
    assert "wave2.csv 2 (1 left out" in capsys.readouterr().out
    with pytest.raises(InputError, match="own training file"):
        evaluate.main([str(trained), str(other), "--split", "test"])


def test_results_of_other_files_replace_no_other(trained, tmp_path):
    before = results(trained)
    names = ["test", "test.csv", "a/wave2.csv", "b/wave2.csv"]
    for name in names:
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(HEADER + f"1,queso de vaca de {name},1,12\n")
        for _ in range(2):  # the second time it replaces its own
            assert evaluate.main([str(trained), str(file)]) == 0
    after = results(trained)
    assert {k: after[k] for k in before} == before
    new = [str(tmp_path / "test"), "test.csv", "wave2.csv", str(tmp_path / names[3])]
    assert list(after) == [*before, *new]


def own_files(folder, roles=("validation", "test")):
    """A finished run with files of its own for roles."""
    data = f"train: {folder}/data.csv"
    for k, role in enumerate(roles):
        rows = [f"{i},queso de vaca {role},1,12\n" for i in range(7 + k)]
        (folder / f"{role}.csv").write_text(HEADER + "".join(rows))
        data += f", {role}: {folder}/{role}.csv"
    data += ", fields: {text: {}}, label_columns: [level_1, level_2]"
    experiment = baseline(folder, data=f"{{{data}, key_columns: [id]}}")
    assert train.main([str(experiment)]) == 0
    return folder / "run"


def test_files_of_their_own_are_used(tmp_path):
    run = own_files(tmp_path)
    before = results(run)
    assert (before["validation"]["rows"], before["test"]["rows"]) == (7, 8)
    for arguments, role in [
        ([], "test"),
        (["--split", "test"], "test"),
        (["--split", "validation"], "validation"),
        ([str(tmp_path / "test.csv")], "test"),
        ([str(tmp_path / "test.csv"), "--split", "all"], "test"),
        ([str(tmp_path / "validation.csv"), "--split", "validation"], "validation"),
    ]:
        (run / "metrics.json").unlink()
        assert evaluate.main([str(run), *arguments]) == 0
        after = results(run)
        assert list(after) == [role], arguments
        assert after[role]["intervals"] == before[role]["intervals"]


def test_training_file_beside_files_of_their_own(tmp_path):
    run = own_files(tmp_path)
    data = str(tmp_path / "data.csv")
    assert evaluate.main([str(run), "--split", "all"]) == 0
    assert evaluate.main([str(run), data, "--split", "calibration"]) == 0
    assert results(run)["all"]["rows"] == 72
    assert 0 < results(run)["calibration"]["rows"] < 72
    with pytest.raises(InputError, match=r"has no split test.*Leave DATA out"):
        evaluate.main([str(run), data])
    with pytest.raises(InputError, match="--split train cannot be taken from this"):
        evaluate.main([str(run), str(tmp_path / "test.csv"), "--split", "train"])


def test_a_copy_of_the_training_file_is_split_the_same(trained, tmp_path):
    shutil.copy(tmp_path / "data.csv", tmp_path / "copy.csv")
    (tmp_path / "data.csv").unlink()
    before = results(trained)
    assert evaluate.main([str(trained), str(tmp_path / "copy.csv")]) == 0
    after = results(trained)
    assert list(after) == list(before)
    assert after["test"]["intervals"] == before["test"]["intervals"]
    with pytest.raises(InputError, match="start at the folder where it was trained"):
        evaluate.main([str(trained)])


def test_changed_data_of_a_run_has_no_split(trained, tmp_path):
    data = tmp_path / "data.csv"
    data.write_text(data.read_text() + "x,pan,1,11\n")
    with pytest.raises(InputError, match=r"has changed since.*give this one as DATA"):
        evaluate.main([str(trained)])
    with pytest.raises(InputError, match="as it was then"):
        evaluate.main([str(trained), str(data), "--split", "test"])
    assert evaluate.main([str(trained), str(data)]) == 0
    assert results(trained)["data.csv"]["rows"] == 73


def test_a_split_without_records_is_explained(trained):
    with pytest.raises(InputError, match=r"set nothing aside for it.*another --split"):
        evaluate.main([str(trained), "--split", "calibration"])


def test_evaluate_reads_other_encodings(trained, tmp_path):
    other = tmp_path / "old.csv"
    text = HEADER + "1,queso de vaca añejo,1,12\n"
    other.write_text(text, encoding="latin-1")
    with pytest.raises(InputError, match="not utf-8 text"):
        evaluate.main([str(trained), str(other)])
    assert evaluate.main([str(trained), str(other), "--encoding", "latin-1"]) == 0
    assert results(trained)["old.csv"]["rows"] == 1
    with pytest.raises(InputError, match="--encoding goes with DATA"):
        evaluate.main([str(trained), "--encoding", "latin-1"])


def test_predict_reads_other_encodings(trained, tmp_path, capsys, monkeypatch):
    source = tmp_path / "new.csv"
    source.write_text("id,text\nñ,queso añejo\n", encoding="latin-1")
    assert predict.main([str(trained), str(source), "--encoding", "latin-1"]) == 0
    assert "ñ" in capsys.readouterr().out
    secret = "clavo\nsecreto añejo\n".encode("latin-1")
    give_input(monkeypatch, secret)
    with pytest.raises(InputError, match=r"input, line 2: not utf-8.*latin-1") as error:
        predict.main([str(trained), "-"])
    assert "secreto" not in str(error.value)
    give_input(monkeypatch, secret)
    assert predict.main([str(trained), "-", "--encoding", "latin-1"]) == 0
    give_input(monkeypatch, secret)
    with pytest.raises(InputError, match="encoding 'klingon' is not known"):
        predict.main([str(trained), "-", "--encoding", "klingon"])
    give_input(monkeypatch, "queso añejo".encode("utf-16"))
    with pytest.raises(InputError, match=r"Set --encoding utf-16\.$"):
        predict.main([str(trained), "-"])
    give_input(monkeypatch, "queso añejo".encode())
    with pytest.raises(InputError, match=r"Set --encoding utf-8\.$"):
        predict.main([str(trained), "-", "--encoding", "latin-1"])
    give_input(monkeypatch, b"")
    with pytest.raises(InputError, match="Standard input is empty"):
        predict.main([str(trained), "-"])


def test_standard_input_may_begin_with_a_mark(trained, capsys, monkeypatch):
    give_input(monkeypatch, "clavo\n".encode("utf-8-sig"))
    assert predict.main([str(trained), "-"]) == 0
    assert "unknown" not in capsys.readouterr().out


def test_text_goes_to_the_field_that_is_named(tmp_path, capsys):
    fields = "{title: {column: id}, text: {}}"
    data = f"{{train: {tmp_path}/data.csv, fields: {fields}, label_columns: [level_1]}}"
    assert train.main([str(baseline(tmp_path, data=data))]) == 0
    run = str(tmp_path / "run")
    capsys.readouterr()
    assert predict.main([run, "--text", "clavo", "--field", "text"]) == 0
    assert "unknown_words" not in capsys.readouterr().out
    with pytest.raises(InputError, match=r"no such field\. This run has: title, text"):
        predict.main([run, "--text", "clavo", "--field", "txt"])
    with pytest.raises(InputError, match="--field goes with --text"):
        predict.main([run, str(tmp_path / "data.csv"), "--field", "text"])


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("run", "this is a folder"),
        ("none/x.csv", "there is no folder"),
        ("x.parquet.gz", "expected a name ending in .csv"),
        ("x.csv.bak", "expected a name ending in .csv"),
        ("data.csv", "this is the input"),
        ("locked/x.csv", "cannot be written"),
    ],
)
def test_bad_outputs_are_found_before_coding(
    trained, tmp_path, monkeypatch, output, said
):
    def touch(file, *_, **__):
        raise PermissionError(13, "Permission denied")

    (tmp_path / "locked").mkdir()
    monkeypatch.setattr("pathlib.Path.touch", touch)
    monkeypatch.setattr(workers, "load_classifier", None)
    arguments = [str(trained), str(tmp_path / "data.csv"), "-o"]
    with pytest.raises(InputError, match=said):
        predict.main([*arguments, str(tmp_path / output)])


def test_flags_are_said_in_words(trained, tmp_path, capsys):
    source = tmp_path / "new.csv"
    source.write_text("id,text\n1,queso\n2,\n3,xyzzy\n4,  \n")
    target = str(tmp_path / "x.csv")
    assert predict.main([str(trained), str(source), "-o", target]) == 0
    out = capsys.readouterr().out
    assert "4 records coded" in out
    assert "2 blank (no code), 1 with unknown words only" in out


DAMAGED = ["baseline.npz", "text.json", "taxonomy.json", "environment.json"]


@pytest.mark.parametrize("name", DAMAGED)
@pytest.mark.parametrize("content", ["cut", "[]", ""])
def test_a_damaged_run_is_said(trained, name, content):
    file = trained / name
    half = file.read_bytes()[: file.stat().st_size // 2]
    file.write_bytes(half if content == "cut" else content.encode())
    with pytest.raises(InputError, match=rf"run/{name} is damaged.*Copy .*again"):
        predict.main([str(trained), "--text", "queso"])


def test_damaged_metrics_are_found_before_coding(trained, monkeypatch):
    (trained / "metrics.json").write_text('{"test": ')
    monkeypatch.setattr(evaluate_command, "load_classifier", None)
    with pytest.raises(InputError, match=r"metrics.json is damaged"):
        evaluate.main([str(trained)])


@pytest.mark.tensorflow
def test_a_damaged_network_is_said(trained):
    (trained / "baseline.npz").unlink()
    (trained / "model.keras").write_bytes(b"PK no archive")
    write_manifest(trained)
    with pytest.raises(InputError, match=r"model.keras is damaged"):
        han.load(trained)


def test_an_unfinished_run_says_so(trained, capsys):
    environment = json.loads((trained / "environment.json").read_text())
    assert environment["finished"] is True
    environment["finished"] = environment["manifest"] = False
    (trained / "environment.json").write_text(json.dumps(environment))
    (trained / "history.csv").write_text("epoch,loss\n1,0.5\n2,0.4\n")
    for command, more in ((predict, ["--text", "queso"]), (evaluate, [])):
        assert command.main([str(trained), *more]) == 0
        err = capsys.readouterr().err
        assert "the run is not finished (trained to epoch 2 so far)" in err
    wave2 = trained.parent / "wave2.csv"
    wave2.write_text(HEADER + "1,queso de vaca,1,12\n")
    assert evaluate.main([str(trained), str(wave2)]) == 0
    # Neither result makes the run finished, and the end replaces them.
    assert train.main([str(trained.parent / "experiment.yaml")]) == 0
    assert set(results(trained)) == {"validation", "test", "time"}
    capsys.readouterr()
    assert predict.main([str(trained), "--text", "queso"]) == 0
    assert "not finished" not in capsys.readouterr().err


def test_stopping_in_the_first_epoch_promises_no_model(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("han.training.fit.fit", lambda *_: False)
    assert train.main([str(baseline(tmp_path))]) == 130
    out = capsys.readouterr().out
    assert "there is no model yet" in out and "best weights" not in out


@pytest.mark.parametrize("where", ["data.csv", "data.csv/run"])
def test_a_run_folder_that_cannot_be_is_said(tmp_path, where):
    file = str(baseline(tmp_path))
    with pytest.raises(InputError, match=r"cannot be the run folder.*run_folder"):
        train.main([file, f"logging.run_folder={tmp_path}/{where}"])


def test_a_folder_without_a_run_is_not_evaluated(tmp_path):
    for command, more in ((predict, ["--text", "x"]), (evaluate, [])):
        with pytest.raises(InputError, match=r"run, config\.yaml is missing"):
            command.main([str(tmp_path), *more])
        with pytest.raises(InputError, match="not a trained run, there is no such"):
            command.main([str(tmp_path / "x"), *more])


def test_a_wrong_flag_is_said_like_any_other_mistake():
    with pytest.raises(InputError, match=r"required: experiment\. See .* --help\.$"):
        train.main([])  # overrides are optional
    with pytest.raises(InputError, match="unrecognized arguments: --fast"):
        train.main(["x.yaml", "--fast"])


@pytest.mark.tensorflow
def test_a_notebook_sees_no_notes_of_tensorflow(tmp_path):
    (tmp_path / "model.keras").write_bytes(b"no archive")
    code = (
        "from pathlib import Path; from han.runs.loading import load_model\n"
        f"try: load_model(Path(r'{tmp_path}'), 'tensorflow', None, None)\n"
        "except ValueError as error: print(error)"
    )
    names = ("TF_ENABLE_ONEDNN_OPTS", "TF_CPP_MIN_LOG_LEVEL")
    clean = {k: v for k, v in os.environ.items() if k not in names}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=clean
    )
    assert "model.keras is damaged" in done.stdout
    assert "oneDNN" not in done.stderr


def test_load_codes_texts(trained):
    classifier = han.load(trained)
    table = classifier.predict(["queso de vaca", {"text": "clavo"}], top_k=2)
    assert table["code"].tolist() == ["12", "22"]
    assert table.columns.tolist() == classifier.columns(2).names
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


@pytest.mark.slow
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
    for command in (train, evaluate, predict):
        with pytest.raises(SystemExit) as left:
            command.main(["--help"])
        assert left.value.code == 0
        assert "examples:" in capsys.readouterr().out


def test_equal_texts_are_computed_once(trained):
    classifier = han.load(trained)
    seen = []
    compute = classifier.model.log_probabilities

    def spy(texts):
        seen.append(len(texts))
        return compute(texts)

    classifier.model.log_probabilities = spy
    texts = ["queso", "clavo", "queso", "", "clavo", ""]
    table = classifier.predict(texts)
    assert seen == [3]
    alone = pd.concat([classifier.predict([t]) for t in texts], ignore_index=True)
    pd.testing.assert_frame_equal(table, alone)


def test_documents_are_decoded_in_parts(trained, monkeypatch):
    classifier = han.load(trained)
    texts = [f"queso {i % 500} clavo" for i in range(600)]
    whole = classifier.predict(texts)
    parts = []
    log_probabilities = classifier.log_probabilities
    monkeypatch.setattr("han.runs.classifier.MAX_CODED_PROBABILITIES", 1)
    monkeypatch.setattr(
        classifier,
        "log_probabilities",
        lambda texts: parts.append(len(texts)) or log_probabilities(texts),
    )
    pd.testing.assert_frame_equal(classifier.predict(texts), whole)
    assert parts == [256, 244]


def test_no_documents_give_no_rows(trained):
    classifier = han.load(trained)
    table = classifier.predict([])
    assert len(table) == 0 and table.columns.tolist() == classifier.columns().names


def test_a_bare_text_is_refused_and_a_missing_one_is_blank(trained):
    classifier = han.load(trained)
    with pytest.raises(InputError, match="Give a list of texts"):
        classifier.predict("queso")
    table = classifier.predict(pd.Series(["queso", None]))
    assert table["flag"].tolist() == ["", "blank"]


def test_encoding_of_the_command_line_is_not_a_choice(trained):
    with pytest.raises(InputError, match="--encoding goes with INPUT"):
        predict.main([str(trained), "--text", "x", "--encoding", "latin-1"])


def test_overwrite_leaves_other_peoples_files_and_begins_anew(trained):
    (trained / "coded.csv").write_text("mine")
    (trained / ".123.model.keras").write_text("left by a kill")
    file = str(trained.parent / "experiment.yaml")
    assert train.main([file, "--overwrite"]) == 0
    assert (trained / "coded.csv").read_text() == "mine"
    assert not (trained / ".123.model.keras").exists()


def test_a_kill_at_the_very_beginning_does_not_block_the_folder(tmp_path):
    file = baseline(tmp_path)
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "environment.json").write_text("{}")
    (tmp_path / "run" / ".42.config.yaml").write_text("na")
    assert train.main([str(file)]) == 0


def test_fields_in_another_order_are_other_settings(tmp_path):
    file = baseline(tmp_path)
    assert train.main([str(file), "data.fields={text: {}, id: {}}"]) == 0
    with pytest.raises(InputError, match=r"data.fields \(order\)"):
        train.main([str(file), "data.fields={id: {}, text: {}}"])


def test_a_role_has_one_source(tmp_path):
    file = baseline(tmp_path)
    data = tmp_path / "data.csv"
    lines = data.read_text().splitlines()
    roles = ["part", *(["train", "validation", "test"] * 24)]
    rows = [f"{line},{role}" for line, role in zip(lines, roles, strict=True)]
    data.write_text("\n".join(rows))
    settings = ["data.split={column: part}", f"data.test={data}"]
    with pytest.raises(InputError, match=r"to test, which has rows of its own"):
        train.main([str(file), *settings])


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("embeddings.file=nowhere.vec", "no such file"),
        ("seed=4294967296", "`seed` must be at most 4294967295"),
    ],
)
def test_check_sees_it_all(tmp_path, setting, said):
    with pytest.raises(InputError, match=said):
        train.main([str(baseline(tmp_path)), "--check", setting])
