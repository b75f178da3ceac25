"""Mixing runs: the weights, the folder, what is refused."""

import json
import shutil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.experiments import write_experiment

from han import combine, compare, evaluate, explain, plan, predict, train
from han.errors import InputError
from han.metrics import coherence_error
from han.network.mixture import MixedEncoder, MixedTexts, Mixture, best_weights
from han.runs.loading import load_classifier
from han.runs.manifest import write_manifest
from han.text.cleaning import Cleaner
from han.text.splitting import Splitter
from han.text.text_encoder import FieldLimits, TextEncoder
from han.text.vocabulary import Vocabulary


def encoder(vocabulary, **fields):
    limits = {name: FieldLimits(*limit) for name, limit in fields.items()}
    return TextEncoder(limits, Splitter(), Cleaner(), Vocabulary(vocabulary))


def trained(folder, name, model, **sections):
    """A finished run `folder/name`; runs of one folder read the same data."""
    more = {"logging": f"{{run_folder: {folder}/{name}, tensorboard: false}}"}
    experiment = write_experiment(folder, model=f"{{{model}}}", **more, **sections)
    assert train.main([str(experiment)]) == 0
    return folder / name


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Two runs of different kind and text, and their mixture; nothing writes there."""
    folder = tmp_path_factory.mktemp("combine")
    one = trained(folder, "svm", "kind: tfidf_svm")
    two = trained(folder, "linear", "kind: tfidf_linear", text="{min_count: 6}")
    assert combine.main([str(one), str(two), "-o", str(folder / "both")]) == 0
    return folder


# Weights


@given(st.lists(st.floats(0.01, 1), min_size=2, max_size=4), st.integers(0, 99))
def test_no_other_weights_have_a_lower_loss(shares, seed):
    random = np.random.default_rng(seed)
    likelihood = random.uniform(0.01, 1, (30, len(shares)))
    sample_weight = random.uniform(0, 2, 30)

    def loss(weights):
        return -sample_weight @ np.log(likelihood @ weights)

    best = best_weights(np.log(likelihood), sample_weight)
    assert best.sum() == pytest.approx(1) and (best >= 0).all()
    assert loss(best) <= loss(np.array(shares) / sum(shares)) + 0.02


def test_weights_of_records_choose_the_model():
    logs = np.log([[0.9, 0.1], [0.1, 0.9]])
    assert best_weights(logs, np.array([1.0, 0.0])).tolist() == [1.0, 0.0]
    np.testing.assert_allclose(best_weights(logs, np.ones(2)), 0.5)


def test_an_impossible_code_does_not_break_the_weights():
    logs = np.array([[-800.0, -900.0], [-1.0, -2.0]])
    assert best_weights(logs, np.ones(2)).tolist() == [1.0, 0.0]


@pytest.mark.parametrize("weights", [[0.5, 0.4], [1.5, -0.5], [1.0], []])
def test_weights_must_be_shares(weights):
    with pytest.raises(ValueError, match="of sum 1"):
        Mixture([None, None], weights)


# Texts


def test_each_encoder_sees_its_own_fields_and_limits():
    first = encoder(["pan"], a=(2, 1))
    second = encoder(["dulce"], a=(9, 9), b=(3, 3))
    both = MixedEncoder([first, second])
    assert both.fields == {"a": FieldLimits(9, 9), "b": FieldLimits(3, 3)}
    texts = both.encode({"a": ["uno pan tres", "", ""], "b": ["", "dulce", ""]})
    assert isinstance(texts, MixedTexts) and len(texts) == 3
    assert [view.document_words.tolist() for view in texts.views] == [
        [2, 0, 0],
        [3, 1, 0],
    ]
    assert texts.document_words.tolist() == [3, 1, 0]
    assert texts.known_words.tolist() == [1, 1, 0]
    assert texts.cut.tolist() == [True, False, False]
    taken = texts.take([1])
    assert isinstance(taken, MixedTexts) and taken.document_words.tolist() == [1]


def test_a_missing_field_is_blank():
    both = MixedEncoder([encoder([], a=(2, 1)), encoder([], b=(2, 1))])
    assert both.encode({"b": ["uno", "dos"]}).document_words.tolist() == [1, 1]


def test_a_mixture_wants_mixed_texts():
    with pytest.raises(TypeError, match="MixedEncoder"):
        Mixture([None], [1.0]).log_probabilities(encoder([], a=(2, 1)).encode({}))


# The folder


def test_the_mixture_is_the_weighted_mean(made):
    texts = ["pan blanco", "martillo y clavo", "queso qeso", "", "zzz"]
    both = load_classifier(made / "both")
    shares = json.loads((made / "both" / "mixture.json").read_text())["members"]
    expected = sum(
        share["weight"]
        * np.exp(run.model.log_probabilities(run.encode(texts)).astype(np.float64))
        for share in shares
        for run in [load_classifier(share["run"])]
    )
    found = np.exp(both.model.log_probabilities(both.encode(texts)))
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert coherence_error(found, both.taxonomy).max_sum_gap < 1e-5
    assert sum(share["weight"] for share in shares) == pytest.approx(1)


def test_the_folder_is_a_run_without_its_members(made, tmp_path, capsys):
    """Moved away from the runs that it was made of."""
    shutil.copytree(made / "both", tmp_path / "moved")
    assert evaluate.main([str(tmp_path / "moved")]) == 0
    results = json.loads((tmp_path / "moved" / "metrics.json").read_text())
    assert set(results) == {"validation", "test"}
    output = tmp_path / "coded.csv"
    source = made / "data.csv"
    command = [str(tmp_path / "moved"), str(source), "-o", str(output)]
    assert predict.main(command) == 0
    assert len(output.read_text().splitlines()) == len(source.read_text().splitlines())
    assert (
        load_classifier(tmp_path / "moved").predict(["pan blanco de caja"])["code"][0]
        == "11"
    )


def test_mixtures_can_be_mixed(made, tmp_path):
    third = trained(made, "majority", "kind: majority")
    command = [str(made / "both"), str(third), "-o", str(tmp_path / "all")]
    assert combine.main(command) == 0
    classifier = load_classifier(tmp_path / "all")
    assert classifier.predict(["queso de vaca"])["code"][0] == "12"
    shares = json.loads((tmp_path / "all/mixture.json").read_text())["members"]
    singles = [load_classifier(share["run"]) for share in shares]
    logs = [
        m.log_probabilities(m.encode(["queso de vaca"]), calibrated=False)
        for m in (*singles, classifier)
    ]
    parts = [s["weight"] * np.exp(one) for s, one in zip(shares, logs, strict=False)]
    np.testing.assert_allclose(np.exp(logs[-1]), sum(parts), atol=1e-6)


def test_a_mixture_of_mixtures_is_a_run_like_others(made, tmp_path):
    third, nested = trained(made, "majority", "kind: majority"), tmp_path / "all"
    assert combine.main([str(made / "both"), str(third), "-o", str(nested)]) == 0
    page, data = tmp_path / "page.html", made / "data.csv"
    assert explain.main([str(nested), str(data), "-o", str(page)]) == 0
    assert page.is_file()
    assert evaluate.main([str(nested)]) == 0
    assert compare.main([str(nested), str(made / "svm")]) == 0


@pytest.mark.parametrize("name", ["nul", "a.", " "])
def test_a_folder_whose_name_no_experiment_may_have(made, tmp_path, name):
    runs = [str(made / "svm"), str(made / "linear")]
    assert combine.main([*runs, "-o", str(tmp_path / name)]) == 0
    assert predict.main([str(tmp_path / name), "--text", "queso"]) == 0


def test_the_folder_of_the_terminal_is_refused(made, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="Give a new folder"):
        combine.main([str(made / "svm"), str(made / "linear"), "-o", "."])


def test_records_that_trained_a_member_are_known(made, tmp_path, capsys):
    other = tmp_path / "other.csv"
    rows = (made / "data.csv").read_text(encoding="utf-8")
    other.write_text(rows.replace("bolillo", "telera"), encoding="utf-8")
    runs = [str(made / "svm"), str(made / "linear")]
    both, data = tmp_path / "both", str(made / "data.csv")
    assert combine.main([*runs, "-o", str(both), "--data", str(other)]) == 0
    assert evaluate.main([str(both), data, "--no-report", "--lang", "en"]) == 0
    counts = json.loads((made / "svm/training_counts.json").read_text())["records"]
    said = f"was trained on {sum(counts)} records of it"
    assert said in capsys.readouterr().err
    assert evaluate.main([str(both), str(other), "--split", "all", "--no-report"]) == 0
    assert "was trained on" not in capsys.readouterr().err
    goal = "--target", "leaf=0.5", "--calibration", data
    with pytest.raises(InputError, match="was trained with this file"):
        plan.main([str(both), data, *goal])


def test_what_is_printed(made, tmp_path, capsys):
    output = tmp_path / "new" / "both"
    runs = [str(made / "svm"), str(made / "linear")]
    assert combine.main([*runs, "-o", str(output)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == "validation weight log loss leaf accuracy hF".split()
    assert [line.split()[0] for line in lines[1:4]] == [*runs, "mixture"]
    losses = [float(line.split()[-3]) for line in lines[1:4]]
    assert losses[2] <= min(losses[:2])
    results = json.loads((made / "svm" / "metrics.json").read_text())["validation"]
    assert float(lines[1].split()[-1]) == round(results["hierarchical"]["f1"], 3)


def test_a_run_that_adds_nothing_is_left_out(made, tmp_path, capsys):
    none = trained(made, "commonest", "kind: majority")
    output = tmp_path / "both"
    assert combine.main([str(none), str(made / "linear"), "-o", str(output)]) == 0
    assert capsys.readouterr().out.splitlines()[-7].split()[1] == "0.000"
    members = json.loads((output / "mixture.json").read_text())["members"]
    assert members == [{"run": str(made / "linear"), "weight": 1.0}]
    assert [folder.name for folder in (output / "members").iterdir()] == ["1"]


def test_other_data_needs_labelled_records(made, tmp_path):
    other = trained(tmp_path, "run", "kind: tfidf_linear", seed="3")
    runs = [str(made / "svm"), str(other), "-o", str(tmp_path / "both")]
    with pytest.raises(InputError, match=r"another split \(.*seed.*--data"):
        combine.main(runs)
    assert not (tmp_path / "both").exists()
    labelled = tmp_path / "labelled.csv"
    shutil.copy(tmp_path / "data.csv", labelled)
    assert combine.main([*runs, "--data", str(labelled)]) == 0
    results = json.loads((tmp_path / "both" / "metrics.json").read_text())
    assert list(results) == ["labelled.csv"] and results["labelled.csv"]["rows"] == 72
    # A test record of one run may have trained the other: none is set aside.
    with pytest.raises(InputError, match="nothing aside"):
        evaluate.main([str(tmp_path / "both")])
    with labelled.open("a") as file:
        file.write("x,pan de caja,1,11\n")
    assert evaluate.main([str(tmp_path / "both"), str(labelled)]) == 0


def test_other_code_lists_are_refused(made, tmp_path):
    write_experiment(tmp_path)
    text = (tmp_path / "data.csv").read_text().replace(",2,22", ",2,29")
    experiment = write_experiment(tmp_path, model="{kind: majority}")
    (tmp_path / "data.csv").write_text(text)
    assert train.main([str(experiment)]) == 0
    with pytest.raises(InputError, match=r"different code lists \(.*22, 29\)"):
        combine.main([str(made / "svm"), str(tmp_path / "run"), "-o", "never"])


@pytest.mark.parametrize("names", [["svm"], ["svm", "svm"]])
def test_one_run_is_not_enough(made, tmp_path, names):
    runs = [str(made / name) for name in names]
    with pytest.raises(InputError, match="at least two runs"):
        combine.main([*runs, "-o", str(tmp_path / "both")])


def test_nothing_is_overwritten(made):
    before = (made / "svm" / "config.yaml").read_bytes()
    runs = [str(made / "svm"), str(made / "linear")]
    with pytest.raises(InputError, match="something here already"):
        combine.main([*runs, "-o", str(made / "svm")])
    assert (made / "svm" / "config.yaml").read_bytes() == before


def test_a_folder_that_cannot_be_written_leaves_nothing(made, tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copytree", full)
    runs = [str(made / "svm"), str(made / "linear")]
    with pytest.raises(InputError, match="No space left"):
        combine.main([*runs, "-o", str(tmp_path / "both")])
    assert not list(tmp_path.iterdir())


def test_a_damaged_mixture_is_said(made, tmp_path):
    shutil.copytree(made / "both", tmp_path / "run")
    (tmp_path / "run" / "mixture.json").write_text('{"members": [{"weight": 2}]}')
    write_manifest(tmp_path / "run")
    with pytest.raises(InputError, match=r"mixture\.json is damaged"):
        load_classifier(tmp_path / "run")


def test_training_anew_in_the_folder_leaves_no_mixture(made, tmp_path):
    shutil.copytree(made / "both", tmp_path / "run")
    more = {"logging": f"{{run_folder: {tmp_path}/run}}", "model": "{kind: majority}"}
    experiment = write_experiment(tmp_path, **more)
    assert train.main([str(experiment), "--overwrite"]) == 0
    assert not (tmp_path / "run" / "members").exists()
    assert type(load_classifier(tmp_path / "run").model).__name__ == "Majority"


@pytest.mark.tensorflow
def test_a_network_and_a_baseline(made, tmp_path):
    network = trained(made, "han", "word_units: 4, sentence_units: 4")
    runs = [str(network), str(made / "linear"), "-o", str(tmp_path / "both")]
    assert combine.main(runs) == 0
    assert evaluate.main([str(tmp_path / "both")]) == 0
