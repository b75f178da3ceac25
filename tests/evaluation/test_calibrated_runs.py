"""Runs that are calibrated: what training writes, and what everything else uses."""

import json
import shutil

import numpy as np
import pytest
from support.experiments import write_experiment

from han import combine, evaluate, predict, train
from han.config import read_config
from han.decisions import Calibration, calibration_part, majority_node
from han.errors import InputError
from han.experiment.corpus import read_corpus
from han.experiment.labelled_rows import read_examples
from han.experiment.row_sources import find_source
from han.metrics import coherence_error
from han.runs.loading import MixedClassifier, load_classifier
from han.runs.manifest import write_manifest
from han.runs.run_folder import RunFolder

TEXTS = ["pan blanco", "martillo y clavo", "queso qeso", "", "zzz"]


def experiment(folder, name="run", model="kind: tfidf_svm", share=0.4):
    return write_experiment(
        folder,
        repeat=30,
        model=f"{{{model}}}",
        data=(
            f"{{train: {folder}/data.csv, fields: {{text: {{}}}}, "
            "label_columns: [level_1, level_2], key_columns: [id], "
            f"split: {{validation: 0.2, calibration: {share}, test: 0.2}}}}"
        ),
        logging=f"{{run_folder: {folder}/{name}, tensorboard: false}}",
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Two calibrated runs and their mixture; nothing writes there."""
    folder = tmp_path_factory.mktemp("calibrated")
    assert train.main([str(experiment(folder, "linear", "kind: tfidf_linear"))]) == 0
    assert train.main([str(experiment(folder, "run"))]) == 0
    runs = [str(folder / "run"), str(folder / "linear")]
    assert combine.main([*runs, "-o", str(folder / "both")]) == 0
    return folder


def results(run):
    return json.loads((run / "metrics.json").read_text())


@pytest.mark.parametrize("name", ["run", "linear", "both"])
def test_a_run_is_calibrated_and_uses_it_everywhere(made, name):
    classifier = load_classifier(made / name)
    texts = classifier.encode(TEXTS)
    own = classifier.log_probabilities(texts, calibrated=False)
    used = classifier.log_probabilities(texts)
    np.testing.assert_array_equal(own, classifier.model.log_probabilities(texts))
    np.testing.assert_allclose(used, classifier.calibration.apply(own), atol=1e-6)
    assert np.abs(used - own).max() > 1e-3
    assert coherence_error(np.exp(used), classifier.taxonomy).max_sum_gap < 1e-5
    table = classifier.predict(TEXTS)
    best = np.exp(used[:, classifier.taxonomy.leaves].max(axis=1))
    filled = [0, 1, 2, 4]
    np.testing.assert_allclose(table["probability"][filled], best[filled], atol=1e-6)
    decoding = classifier.decode(texts)
    np.testing.assert_allclose(decoding.probabilities[filled], best[filled], atol=1e-6)


@pytest.mark.parametrize("name", ["run", "linear", "both"])
def test_metrics_say_before_and_after(made, name, capsys):
    found = results(made / name)
    found.pop("time", None)  # a mixture has none
    for result in found.values():
        calibration = result["calibration"]
        assert list(calibration) == ["before", "after"]
        for levels in calibration.values():
            assert list(levels) == ["1", "2"]
            for scores in levels.values():
                assert set(scores) == {
                    *("rows", "ece", "brier", "log_loss", "intervals")
                }
        before, after = calibration["before"], calibration["after"]
        errors = {level: scores["ece"] for level, scores in after.items()}
        assert result["level_calibration_error"] == errors
        assert before["2"]["log_loss"] != after["2"]["log_loss"]
    assert evaluate.main([str(made / name)]) == 0
    out = capsys.readouterr().out
    assert "test before  1" in out and "test after   2" in out


def test_it_was_fitted_on_the_part_that_is_for_it(made):
    """On the records that `read_examples` finds later, in the same parts."""
    run = RunFolder(made / "run")
    config, classifier = run.config(), load_classifier(run.folder)
    source = find_source(run, config, None, "calibration")
    later, _ = read_examples(config, classifier, source)
    corpus = read_corpus(config)
    first = corpus.examples["calibration"]
    assert list(first.unit_keys) == list(later.unit_keys)
    assert corpus.examples["train"].unit_keys == ()
    rows = np.flatnonzero(~calibration_part(later.unit_keys, config.seed))
    assert 20 <= len(rows) < len(later) / 2
    logs = classifier.log_probabilities(later.texts.take(rows), calibrated=False)
    again = Calibration.fit(
        [(logs, later.nodes[rows], later.weights[rows])], classifier.taxonomy
    )
    np.testing.assert_allclose(
        again.temperatures, classifier.calibration.temperatures, rtol=1e-4
    )
    assert again.records[-1] == len(rows)


def test_a_mixture_mixes_what_models_say_themselves(made):
    runs = [load_classifier(made / name) for name in ("run", "linear")]
    both = MixedClassifier(runs, [0.25, 0.75])
    assert [member.calibration is None for member in both.members] == [False, False]
    mixed = both.log_probabilities(both.encode(TEXTS), calibrated=False)
    expected = sum(
        weight * np.exp(m.log_probabilities(m.encode(TEXTS), calibrated=False))
        for m, weight in zip(both.members, both.model.weights, strict=True)
    )
    np.testing.assert_allclose(np.exp(mixed), expected, atol=1e-5)


def test_a_mixture_with_weights_from_other_data_is_not_calibrated(
    made, tmp_path, caplog
):
    runs = [str(made / "run"), str(made / "linear")]
    data = str(made / "data.csv")
    target = str(tmp_path / "other")
    assert combine.main([*runs, "-o", target, "--data", data]) == 0
    assert not (tmp_path / "other" / "calibration.json").exists()
    assert "not calibrated: 0 calibration records" in caplog.text
    assert results(tmp_path / "other")["data.csv"]["calibration"]["after"] is None


def test_a_rule_of_the_user_gives_the_codes(made):
    classifier = load_classifier(made / "run")
    texts = ["zzz zzz", "pan blanco de caja", ""]
    found = classifier.predict(texts, rule=majority_node)
    logs = classifier.log_probabilities(classifier.encode(texts))
    nodes = majority_node(logs, classifier.taxonomy)
    codes = [classifier.taxonomy.codes[n] if n >= 0 else "" for n in nodes[:2]]
    assert found["code"].tolist() == [*codes, ""]
    assert found["level"].isna().tolist() == [False, False, True] and np.isnan(
        found["probability"][2]
    )
    assert found["probability"][1] == pytest.approx(np.exp(logs[1, nodes[1]]))
    coarse = classifier.predict(
        texts, rule=lambda logs, tree: np.zeros(len(logs), np.int32)
    )
    assert coarse["code"].tolist() == ["1", "1", ""]
    assert coarse["level"].fillna(0).tolist() == [1, 1, 0]
    assert coarse["p_level_2"].isna().all() and not coarse["p_level_1"][:2].isna().any()
    nothing = classifier.predict(
        texts, rule=lambda logs, tree: np.full(len(logs), -1, np.int32)
    )
    assert nothing["code"].tolist() == ["", "", ""] and nothing["margin"].isna().all()


def test_without_calibration_records_everything_works(tmp_path, caplog, capsys):
    assert train.main([str(experiment(tmp_path, share=0.0))]) == 0
    run = tmp_path / "run"
    assert "not calibrated: 0 calibration records" in caplog.text
    assert "data.split.calibration" in caplog.text
    assert not (run / "calibration.json").exists()
    assert results(run)["test"]["calibration"]["after"] is None
    assert "test before" in (out := capsys.readouterr().out) and "test after" not in out
    classifier = load_classifier(run)
    texts = classifier.encode(TEXTS)
    np.testing.assert_array_equal(
        classifier.log_probabilities(texts),
        classifier.log_probabilities(texts, calibrated=False),
    )


def test_too_few_records_are_none(tmp_path, caplog):
    assert train.main([str(experiment(tmp_path, share=0.05))]) == 0
    assert "at least 20 are needed" in caplog.text
    assert not (tmp_path / "run" / "calibration.json").exists()


def test_the_majority_has_nothing_to_calibrate(tmp_path, caplog):
    assert train.main([str(experiment(tmp_path, model="kind: majority"))]) == 0
    assert not (tmp_path / "run" / "calibration.json").exists()
    assert "not calibrated" not in caplog.text


def test_a_damaged_file_is_one_clear_error(made, tmp_path):
    shutil.copytree(made / "run", tmp_path / "run")
    file = tmp_path / "run" / "calibration.json"
    content = file.read_text()
    for damaged in (
        "{",
        "[]",
        "{}",
        content.replace('"1"', '"7"', 1).replace(
            '"level_temperatures": [', '"level_temperatures": [1,'
        ),
    ):
        file.write_text(damaged)
        write_manifest(tmp_path / "run")
        with pytest.raises(InputError, match=r"calibration.json is damaged.*again"):
            load_classifier(tmp_path / "run")
    file.unlink()  # a run without calibration records
    write_manifest(tmp_path / "run")
    assert load_classifier(tmp_path / "run").calibration is None
    output = tmp_path / "codes.csv"
    assert (
        predict.main([str(tmp_path / "run"), str(made / "data.csv"), "-o", str(output)])
        == 0
    )


def test_a_run_taken_up_again_has_the_same_calibration(made, tmp_path):
    shutil.copytree(made, tmp_path / "again")
    folder = tmp_path / "again"
    file = experiment(folder)
    (folder / "run").rename(folder / "old")
    old = (folder / "old" / "calibration.json").read_bytes()
    assert train.main([str(file)]) == 0
    assert (folder / "run" / "calibration.json").read_bytes() == old
    # Killed after the training: the same command finishes.
    run = RunFolder(folder / "run")
    known = run.read_json("environment.json")
    run.write_json("environment.json", {**known, "finished": False, "manifest": False})
    (run / "calibration.json").write_text("half")
    assert train.main([str(file)]) == 0
    assert (run / "calibration.json").read_bytes() == old and run.is_finished


def test_overwrite_removes_an_older_calibration(made, tmp_path):
    shutil.copytree(made, tmp_path / "again")
    file = experiment(tmp_path / "again", model="kind: majority")
    assert (tmp_path / "again" / "run" / "calibration.json").exists()
    assert train.main([str(file), "--overwrite"]) == 0
    assert not (tmp_path / "again" / "run" / "calibration.json").exists()
    assert read_config(file).model.kind == "majority"
