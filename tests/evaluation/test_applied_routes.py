"""Routes of an evaluation are those that `han.predict` writes, and say for whom."""

import math
from dataclasses import replace

import pandas as pd
import pytest
from support.experiments import write_experiment
from support.routed_runs import apply, thresholds
from support.runs import copied_run

from han import evaluate, predict, train
from han.decisions.repeat_limit import RepeatLimit
from han.evaluation.applied_routes import applied_routes, unit_columns, usable_router
from han.evaluation.coded_scores import code_records
from han.experiment.labelled_rows import read_examples
from han.experiment.row_sources import find_source
from han.runs.loading import load_classifier
from han.runs.manifest import write_manifest
from han.runs.promised_population import Population
from han.runs.run_files import SEEN_TEXTS_FILE
from han.runs.run_folder import RunFolder

NEVER = math.inf
TEXTS = 3 * ["Pan blanco"] + 2 * ["pan dulce de trigo uno"] + ["", "ns", "clavo"]
HOMES = ["a", "b", "a", "b", "", " a ", "c", ""]
CALIBRATION = Population("text", 1234, 1000)
RARE = replace(thresholds(0.0, 0.0), most_rows=1)
OFTEN = replace(thresholds(0.0, NEVER), least_rows=2, most_rows=2)
POLICIES = {
    "older": {},
    "limit": {"limit": RepeatLimit(2, len(TEXTS))},
    "bands": {
        "limit": RepeatLimit(2, len(TEXTS)),
        "thresholds": replace(RARE, repeated=(OFTEN,)),
    },
    "seen": {
        "limit": RepeatLimit(1, len(TEXTS)),
        "seen_thresholds": thresholds(0.0, NEVER),
    },
    "households": {"limit": RepeatLimit(2, len(TEXTS), "home")},
}


@pytest.fixture(scope="module")
def repeated_run(tmp_path_factory):
    """A run whose texts stand two or three times in its data."""
    folder = tmp_path_factory.mktemp("repeated")
    file = write_experiment(folder, repeat=20, model="{kind: tfidf_svm}")
    assert train.main([str(file)]) == 0
    return folder / "run"


@pytest.fixture
def run(repeated_run, tmp_path):
    return copied_run(repeated_run, tmp_path)


def labelled(file, **columns):
    table = {"id": range(len(TEXTS)), "text": TEXTS, "home": HOMES, **columns}
    pd.DataFrame({**table, "level_1": "1", "level_2": "11"}).to_csv(file, index=False)
    return file


def routes_here(run, data=None, split=None):
    folder = RunFolder(run)
    config, classifier = folder.config(), load_classifier(run)
    source, router = find_source(folder, config, data, split), usable_router(classifier)
    also = unit_columns(router, config, source)
    examples, _ = read_examples(config, classifier, source, also=also)
    coded = code_records(classifier, examples)
    return applied_routes(router, examples, coded, classifier.taxonomy), examples


def predicted_routes(run, data):
    target = run.parent / "coded.csv"
    assert predict.main([str(run), str(data), "-o", str(target)]) == 0
    return pd.read_csv(target, dtype=str)["route"].to_numpy()


@pytest.mark.parametrize("name", POLICIES)
def test_routes_of_a_file_are_those_of_predict(run, tmp_path, name, capsys):
    apply(run, **POLICIES[name])
    data = labelled(tmp_path / "new.csv")
    found = routes_here(run, data)[0].routed.routes
    assert found.tolist() == predicted_routes(run, data).tolist()
    assert len(set(found)) > 1
    if name == "households":
        pd.read_csv(data, dtype=str).drop(columns="home").to_csv(data, index=False)
        found = routes_here(run, data)[0].routed.routes
        assert found.tolist() == predicted_routes(run, data).tolist()
        assert evaluate.main([str(run), str(data), "--lang", "en"]) == 0
        said = "no column `home`, so nobody has counted"
        assert capsys.readouterr().err.count(said) == 2  # predict says it, too


def test_a_frequent_text_with_a_promise_of_its_own(run, tmp_path):
    (pan,) = load_classifier(run).seen_texts.hashes(["pan blanco"])
    apply(run, limit=RepeatLimit(1, len(TEXTS)), own_levels={pan: 1})
    data = labelled(tmp_path / "new.csv")
    found, _ = routes_here(run, data)
    assert found.routed.routes.tolist() == predicted_routes(run, data).tolist()
    assert found.routed.passed.tolist() == [1, 1, 1, 0, 0, 0, 0, 2]
    assert found.frequent == 5 and found.most == 1


def test_a_part_of_the_training_file_is_a_part_of_its_repeats(run):
    """What stands three times in the whole file is frequent in the test part, too."""
    data = pd.read_csv(run.parent / "data.csv")
    apply(run, limit=RepeatLimit(2, len(data)))
    found, examples = routes_here(run)
    expected = predicted_routes(run, run.parent / "data.csv")
    places = examples.origin.places
    assert found.routed.routes.tolist() == expected[places].tolist()
    often = data.groupby("text")["id"].transform("size") > 2
    assert found.frequent == often[places].sum() > 0
    assert (found.routed.routes == "auto").sum() == len(places) - found.frequent


def page(run, *arguments):
    assert evaluate.main([str(run), *arguments]) == 0
    return next(run.glob("report*.html")).read_text(encoding="utf-8")


def test_the_page_says_for_which_records_the_promise_holds(run):
    """Of all records of training, whose texts were seen, nothing is promised."""
    apply(run, populations=[CALIBRATION])
    here = page(run, "--split", "train", "--lang", "en")
    assert "was not seen in training: 1,234 calibration records of 1,000" in here
    rows = RunFolder(run).results()["train"]["rows"]
    assert f"seen in training: {rows}. The same thresholds" in here
    sample = Population("none", 50, 50, "wave.csv", is_sample=True)
    apply(run, populations=[sample])
    here = page(run, "--split", "train", "--lang", "es")
    assert "como los de wave.csv, una muestra aleatoria" in here
    assert "de ellos no se promete nada" not in here


def test_thresholds_of_another_model_give_no_routes(run, caplog):
    apply(run, seen_thresholds=thresholds(0.5, 0.5))
    (run / SEEN_TEXTS_FILE).unlink()
    write_manifest(run)
    assert "With the plan applied" not in page(run, "--lang", "en")
    assert "The page is without routes" in caplog.text


def told(capsys, run, *arguments):
    assert predict.main([str(run), *arguments]) == 0
    said = capsys.readouterr()
    return said.out, said.err


def test_predict_says_for_which_records_the_promise_holds(run, tmp_path, capsys):
    data, out = str(labelled(tmp_path / "new.csv")), str(tmp_path / "coded.csv")
    apply(run, populations=[CALIBRATION])
    english, _ = told(capsys, run, data, "-o", out, "--lang", "en")
    assert "was not seen in training: 1,234 calibration records of 1,000" in english
    assert load_classifier(run).seen_texts.contains(TEXTS).sum() == 2
    assert "with a text that was seen in training: 2. The same thresholds" in english
    spanish, _ = told(capsys, run, data, "-o", out, "--lang", "es")
    assert "cuyo texto no se vio en el entrenamiento" in spanish
    assert "que se vio en el entrenamiento: 2. Los mismos umbrales" in spanish
    table, beside = told(capsys, run, "--text", "clavo", "--lang", "en")
    assert "The promise holds" in beside and "The promise" not in table
    assert "but nothing is promised of them" not in beside


def test_predict_says_nothing_where_nothing_is_promised_or_known(run, capsys):
    for settings in (
        {},
        {"populations": [CALIBRATION], "thresholds": thresholds(NEVER, NEVER)},
    ):
        apply(run, **settings)
        said = told(capsys, run, "--text", "clavo", "--lang", "en")
        assert "promise" not in "".join(said)
