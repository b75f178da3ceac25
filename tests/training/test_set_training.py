"""A run whose records have several codes, from its file to a fresh process."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from support.experiments import ROOT, ROWS, write_experiment

import han
from han import code, combine, evaluate, explain, predict, sweep, train
from han.code_sets import SetCalibration, level_thresholds
from han.config import read_config
from han.decisions.calibration_split import calibration_part
from han.errors import InputError
from han.evaluation.set_results import evaluate_sets
from han.experiment.corpus import read_corpus
from han.runs.manifest import write_manifest

pytestmark = pytest.mark.tensorflow

TITLES = "code,parent,title\n1,,Alimentos\n11,1,Panes\n12,1,Quesos\n2,,\n21,2,\n22,2,\n"
TEXTS = ["pan dulce y clavo de acero", "queso fresco", "martillo", ""]
OTHER = f"""
import sys, numpy as np, han
folder, engine, out = sys.argv[1:]
model = han.load(folder, engine)
np.save(out, model.log_probabilities(model.encode({TEXTS!r})))
"""


def write(folder):
    """Pairs of texts with the codes of both, in one cell."""
    generator = np.random.default_rng(2)
    rows = []
    for number in range(240):
        one, two = generator.choice(len(ROWS), 2, replace=False)
        alone = number % 3 == 0
        chosen = [ROWS[one]] if alone else [ROWS[one], ROWS[two]]
        codes = dict.fromkeys(row[1] if number % 10 == 0 else row[2] for row in chosen)
        text = " y ".join(row[0] for row in chosen)
        rows.append((number, f"{text} número {number}", "|".join(codes)))
    table = pd.DataFrame(rows, columns=["id", "text", "code"])
    table.to_csv(folder / "sets.csv", index=False)
    (folder / "list.csv").write_text(TITLES, encoding="utf-8")
    return write_experiment(
        folder,
        data=f"{{train: {folder}/sets.csv, fields: {{text: {{}}}}, "
        'label_columns: [code], label_sets: "|", key_columns: [id], '
        "split: {validation: 0.15, calibration: 0.35, test: 0.1}}",
        taxonomy=f"{{file: {folder}/list.csv}}",
        model="{word_units: 4, sentence_units: 4, bag_units: 8}",
        training="{epochs: 5, batch_size: 16, learning_rate: 0.02, "
        "early_stopping_patience: 1, logit_adjustment: 0.3}",
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sets")
    assert train.main([str(write(folder)), "model.head=multi_path"]) == 0
    return folder / "run"


def test_it_learns_and_says_how_well(run):
    results = json.loads((run / "metrics.json").read_text(encoding="utf-8"))
    for role in ("validation", "test"):
        assert results[role]["hierarchical"]["instance"]["f1"] > 0.6
        assert 0 <= results[role]["subset_accuracy"] <= 1
    best = pd.read_csv(run / "history.csv")["val_hierarchical_f1"].max()
    corpus, classifier = read_corpus(read_config(run / "config.yaml")), han.load(run)
    validation = corpus.examples["validation"]
    classifier.set_rule = None  # as in training: uncalibrated, and at one half
    found = evaluate_sets(classifier, validation)["hierarchical"]["instance"]["f1"]
    assert found == pytest.approx(best, abs=1e-5)  # of the best epoch
    counts = json.loads((run / "training_counts.json").read_text(encoding="utf-8"))
    assert sum(counts["records"]) > 130  # every code of a set


def test_its_rule_is_that_of_calibration_and_validation_records(run):
    classifier, config = han.load(run), read_config(run / "config.yaml")
    corpus = read_corpus(config)
    rule, tree = classifier.set_rule, classifier.taxonomy
    given, validation = (corpus.examples[r] for r in ("calibration", "validation"))
    rows = np.flatnonzero(
        (given.texts.document_words > 0)
        & ~calibration_part(given.unit_keys, config.seed)
    )
    own = classifier.log_probabilities(given.texts.take(rows), calibrated=False)
    wanted = SetCalibration.fit([(own, given.sets[rows], given.weights[rows])], tree)
    np.testing.assert_allclose(rule.calibration.slopes, wanted.slopes, rtol=1e-3)
    assert (rule.calibration.slopes != 1).any()
    logs = classifier.log_probabilities(validation.texts)
    own = classifier.log_probabilities(validation.texts, calibrated=False)
    np.testing.assert_allclose(logs, wanted.apply(own), atol=1e-3)
    block = logs, validation.sets, validation.weights
    np.testing.assert_allclose(
        rule.thresholds, level_thresholds([block], tree), atol=1e-6
    )
    assert "set_rule.json" in (run / "manifest.json").read_text(encoding="utf-8")


def test_evaluate_scores_sets(run, capsys):
    before = json.loads((run / "metrics.json").read_text(encoding="utf-8"))
    assert evaluate.main([str(run)]) == 0
    assert "hierarchical.instance.f1" in capsys.readouterr().out
    results = json.loads((run / "metrics.json").read_text(encoding="utf-8"))
    assert results["test"] == before["test"]  # the same records, the same rule
    data = run.parent / "new.csv"
    pd.read_csv(run.parent / "sets.csv").head(30).to_csv(data, index=False)
    assert evaluate.main([str(run), str(data), "--cluster", "id"]) == 0
    assert (run / "report.html").is_file() and (run / "report-new.csv.html").is_file()
    found = json.loads((run / "metrics.json").read_text(encoding="utf-8"))["new.csv"]
    assert (found["rows"], found["cluster"], found["file"]) == (30, "id", str(data))


def test_codes_of_a_table_are_read_again_and_a_refit_keeps_thresholds(tmp_path, capsys):
    experiment = write(tmp_path)
    table = pd.read_csv(tmp_path / "sets.csv", dtype=str)
    codes = table.assign(code=table["code"].str.split("|")).explode("code")
    codes[["id", "code"]].to_csv(tmp_path / "codes.csv", index=False)
    table[["id", "text"]].to_csv(tmp_path / "sets.csv", index=False)
    given = [
        *("model.kind=tfidf_linear", "model.head=multi_path"),
        *("data.label_sets=null", f"data.codes_file={tmp_path}/codes.csv"),
    ]
    assert train.main([str(experiment), *given]) == 0
    said = capsys.readouterr().out
    assert all(
        n in said for n in ("hierarchical.micro.f1", "levels.2.f1", "han.predict")
    )
    run, again = tmp_path / "run", tmp_path / "again"
    before = json.loads((run / "metrics.json").read_text(encoding="utf-8"))["test"]
    assert before["hierarchical"]["instance"]["f1"] > 0.8
    assert evaluate.main([str(run)]) == 0
    results = json.loads((run / "metrics.json").read_text(encoding="utf-8"))
    assert results["test"] == before
    refit = [f"training.refit_of={run}", f"logging.run_folder={again}"]
    assert train.main([str(experiment), *given, *refit]) == 0
    one, two = (han.load(folder).set_rule for folder in (run, again))
    np.testing.assert_array_equal(one.thresholds, two.thresholds)
    assert (one.calibration.slopes != two.calibration.slopes).any()
    with (tmp_path / "codes.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    with pytest.raises(InputError, match=r"codes\.csv: the file has changed"):
        evaluate.main([str(run)])


def test_a_damaged_rule_is_refused(run, tmp_path):
    other = shutil.copytree(run, tmp_path / "other")
    rule = han.load(run).set_rule
    replace(rule, calibration=None).save(other / "set_rule.json")
    with pytest.raises(InputError, match=r"set_rule\.json"):
        han.load(other)
    write_manifest(other)  # changed on purpose
    assert han.load(other).set_rule.calibration is None
    (other / "set_rule.json").write_text('{"nodes": 3, "thresholds": [0.5]}')
    write_manifest(other)
    with pytest.raises(InputError, match=r"set_rule\.json is damaged"):
        han.load(other)


def test_a_fresh_process_gives_the_same_numbers_in_all_forms(run, tmp_path):
    found = []
    for engine in ("numpy", "tensorflow"):
        out = tmp_path / f"{engine}.npy"
        command = [sys.executable, "-c", OTHER, str(run), engine, str(out)]
        subprocess.run(command, check=True, cwd=ROOT)
        found.append(np.load(out))
    classifier = han.load(run)
    here = classifier.log_probabilities(classifier.encode(TEXTS))
    for there in found:
        np.testing.assert_allclose(there, here, atol=1e-5)
    assert np.isfinite(here).all()
    parents = classifier.taxonomy.parents
    below = np.flatnonzero(parents >= 0)
    assert (here[:, below] <= here[:, parents[below]] + 1e-6).all()


def test_every_engine_predicts_the_same_sets(run, tmp_path):
    found, data = [], str(run.parent / "sets.csv")
    for engine in ("numpy", "tensorflow"):
        out = tmp_path / f"{engine}.parquet"
        given = [str(run), data, "-o", str(out), "--engine", engine]
        assert predict.main(given) == 0
        found.append(pd.read_parquet(out).drop(columns="probabilities"))
    pd.testing.assert_frame_equal(*found, atol=1e-5, rtol=1e-4)
    true = pd.read_csv(data, dtype=str)["code"].str.split("|").map(set)
    assert (found[0]["codes"].str.split("|").map(set) == true).mean() > 0.4


def test_what_does_not_work_with_sets_says_so(run, tmp_path):
    data = str(run.parent / "sets.csv")
    (tmp_path / "job.yaml").write_text(
        f"name: j\ninput: {{files: [{data}], keys: [id]}}\n"
        f"tasks: {{t: {{run: {run}, fields: {{text: text}}, stages: [model]}}}}\n"
        f"output: {{file: {tmp_path}/out.csv, folder: {tmp_path}/job}}\n"
    )
    (tmp_path / "sweep.yaml").write_text(
        f"experiment: {run.parent}/experiment.yaml\n"
        "overrides: [model.head=multi_path]\nspace: {training.epochs: [1, 2]}\n"
    )
    other = shutil.copytree(run, tmp_path / "other")
    asked = [
        (explain, [str(run), data, "-o", str(tmp_path / "o.html")]),
        (combine, [str(run), str(other), "-o", str(tmp_path / "m")]),
        (code, [str(tmp_path / "job.yaml")]),
        (sweep, [str(tmp_path / "sweep.yaml")]),
    ]
    for command, given in asked:
        with pytest.raises(InputError, match="does not work with sets yet"):
            command.main(given)
    with pytest.raises(InputError, match="does not work with sets yet"):
        han.load(run).attend(["pan"])
    estimator = han.HierarchicalTextClassifier(head="multi_path", taxonomy=[1, 2])
    with pytest.raises(InputError, match="does not work with sets yet"):
        estimator.fit(["pan", "queso"] * 10, ["11", "12"] * 10)
