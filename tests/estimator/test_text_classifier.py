"""Training from Python: what is given, what is answered, what is kept."""

import pickle
import tempfile

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer
from support.experiments import write_experiment
from support.linear_estimator import coded_table, linear_estimator

import han
from han import evaluate, predict, train
from han.config import read_config
from han.errors import InputError
from han.estimator import fitted_run
from han.runs.run_folder import RunFolder

TABLE = coded_table()
TEXTS = TABLE["text"].tolist()
CODES = TABLE["level_2"].tolist()
LEVELS = TABLE[["level_1", "level_2"]]
TREE = han.Taxonomy.from_paths([("1", "11"), ("1", "12"), ("2", "21"), ("2", "22")])


@pytest.fixture(scope="module")
def fitted():
    return linear_estimator(test_fraction=0.2).fit(TABLE[["text"]], LEVELS)


def test_codes_probabilities_and_table_agree(fitted):
    codes, chances = fitted.predict(TEXTS), fitted.predict_proba(TEXTS)
    assert fitted.classes_.tolist() == ["11", "12", "21", "22"]
    assert codes.tolist() == fitted.classes_[chances.argmax(axis=1)].tolist()
    np.testing.assert_allclose(chances.sum(axis=1), 1, atol=1e-6)
    table = fitted.predict_table(TABLE[["text"]].set_axis(range(5, len(TABLE) + 5)))
    assert table["code"].tolist() == codes.tolist() and table.index[0] == 5
    np.testing.assert_allclose(table["probability"], chances.max(axis=1), atol=1e-6)
    levels = fitted.predict_levels(TEXTS)
    assert levels[:, 1].tolist() == codes.tolist()
    assert levels[:, 0].tolist() == [code[0] for code in codes]
    assert (codes == CODES).mean() > 0.9


def test_what_a_fit_leaves_behind(fitted):
    assert fitted.taxonomy_ == TREE
    assert isinstance(fitted.classifier_, han.Classifier)
    assert set(fitted.metrics_) == {"validation", "test"}
    assert fitted.history_.empty and "Data" in fitted.data_report_
    assert (fitted.n_features_in_, list(fitted.feature_names_in_)) == (1, ["text"])


def test_a_text_without_a_word_has_no_code(fitted):
    assert fitted.predict(["", "pan dulce"]).tolist() == ["", "11"]
    assert fitted.predict_levels(pd.Series([None])).tolist() == [["", ""]]


@pytest.mark.parametrize(
    "X",
    [TEXTS, np.array(TEXTS), np.array(TEXTS, object)[:, None], TABLE["text"]],
    ids=["list", "array", "column", "series"],
)
def test_texts_in_any_form_are_the_same(X, fitted):
    own = linear_estimator(test_fraction=0.2).fit(X, LEVELS.to_numpy())
    np.testing.assert_array_equal(own.predict_proba(X), fitted.predict_proba(TEXTS))


def test_codes_alone_need_a_list_a_rule_or_have_one_level(tmp_path, fitted):
    file = tmp_path / "list.csv"
    lines = ["code,parent", "1,", "2,", "11,1", "12,1", "21,2", "22,2"]
    file.write_text("\n".join(lines), encoding="utf-8")
    for taxonomy in (TREE, file, str(file), [1, 2]):
        own = linear_estimator(taxonomy=taxonomy).fit(TEXTS, CODES)
        assert own.taxonomy_ == TREE
        assert own.score(TEXTS, CODES) > 0.9
    flat = linear_estimator().fit(TEXTS, pd.Series(CODES, name="isic"))
    assert flat.taxonomy_.num_levels == 1
    assert flat.config_.data.label_columns == ("isic",)


def test_partial_codes_teach_their_level():
    levels = LEVELS.assign(level_2=LEVELS["level_2"].where(TABLE.index % 6 > 0))
    own = linear_estimator().fit(TEXTS, levels)
    assert own.taxonomy_ == TREE
    codes = np.where(TABLE.index % 6 > 0, TABLE["level_2"], TABLE["level_1"])
    assert linear_estimator(taxonomy=TREE).fit(TEXTS, codes).score(TEXTS, codes) > 0.9


def test_score_is_hierarchical_f1(fitted):
    wrong_below = ["12" if code == "11" else "11" for code in CODES[:3]]
    found = fitted.predict_levels(TEXTS[:3])
    assert fitted.score(TEXTS[:3], found) == 1
    truth = [["1", code] for code in wrong_below]
    assert fitted.score(TEXTS[:3], truth) == pytest.approx(0.5)
    weights = [1, 0, 0]
    mixed = [found[0].tolist(), *truth[1:]]
    assert fitted.score(TEXTS[:3], mixed, weights) == 1
    # A code that training never saw: its known part counts.
    assert fitted.score(TEXTS[:1], [["1", "19"]]) == pytest.approx(0.5)
    listed = linear_estimator(taxonomy=TREE).fit(TEXTS, CODES)
    with pytest.raises(InputError, match="not in the code list"):
        listed.score(TEXTS[:1], ["19"])


def test_a_leaf_that_stands_under_two_parents_is_named_by_its_path():
    levels = LEVELS.assign(level_2=LEVELS["level_2"].str[1])
    own = linear_estimator().fit(TEXTS, levels)
    assert own.classes_.tolist() == ["1 > 1", "1 > 2", "2 > 1", "2 > 2"]
    assert own.predict(["queso de vaca"]).tolist() == ["1 > 2"]
    assert own.score(TEXTS, levels) > 0.9


def test_validation_rows_of_its_own_take_no_share():
    own = linear_estimator().fit(TEXTS, CODES, X_val=TEXTS[:12], y_val=CODES[:12])
    assert own.metrics_["validation"]["rows"] == 12
    assert own.config_.data.in_memory == ("train", "validation")
    with pytest.raises(InputError, match="y: HierarchicalTextClassifier requires y"):
        linear_estimator().fit(TEXTS, CODES, X_val=TEXTS[:12])


def test_weights_count():
    heavy = np.where(np.array(CODES) == "11", 50.0, 0.01)
    plain = linear_estimator().fit(TEXTS, CODES).predict_proba(["acero de pan"])
    own = linear_estimator().fit(TEXTS, CODES, sample_weight=heavy)
    assert own.predict_proba(["acero de pan"])[0, 0] > plain[0, 0]
    assert own.config_.data.weight_column == "sample_weight"


def test_columns_of_settings_are_no_fields():
    table = TABLE.assign(size=1.5, household=TABLE.index // 2, more="pan")
    settings = {
        "data": {"side_features": {"size": {"kind": "numeric"}}},
        "data.split.group_by": "household",
    }
    own = linear_estimator(settings=settings)
    X = table[["text", "more", "size", "household"]]
    own.fit(X, LEVELS)
    assert list(own.config_.data.fields) == ["text", "more"]
    assert own.predict(X.drop(columns="household")).shape == (len(X),)
    named = linear_estimator(fields={"what": {"column": "text", "max_words": 5}})
    named.fit(table, LEVELS)
    assert named.config_.data.fields["what"].max_words == 5
    with pytest.raises(InputError, match="there is no column 'text'"):
        named.predict(table[["more"]])


@pytest.mark.parametrize(
    "change, message",
    [
        ({"settings": {"training.epoch": 3}}, "Did you mean `training.epochs`"),
        ({"settings": {"text.min_count": "many"}}, "must be a whole number"),
        ({"settings": {"training": {"epochs": 3}}}, "is the parameter epochs"),
        ({"settings": {"data.train": "x.csv"}}, "is what fit is given as X"),
        ({"settings": {"seed": 3}}, "is the parameter random_state"),
        ({"kind": "forest"}, "`model.kind` must be one of"),
        ({"taxonomy": [2, 1]}, "must grow"),
        ({"settings": {"distribution.strategy": "multi_worker"}}, "several processes"),
    ],
)
def test_wrong_settings_are_said_as_for_a_file(change, message):
    kind = {"kind": "han"} if "settings" in change else {}
    with pytest.raises(InputError, match=message):
        linear_estimator(**kind, **change).fit(TEXTS, CODES)


@pytest.mark.parametrize(
    "X, y, message",
    [
        ("pan", CODES, "Expected a list or Series of texts"),
        (TEXTS, CODES[1:], "X 72, y 71"),
        (TEXTS, [int(code) for code in CODES], "not text: leading zeros may be lost"),
        (np.zeros((72, 2)), CODES, "says no names of its columns"),
        (TABLE, TABLE["level_2"], "is a column of X and the name of codes"),
        ([], [], "there are no rows"),
    ],
)
def test_wrong_data_are_said(X, y, message):
    with pytest.raises(InputError, match=message) as found:
        linear_estimator().fit(X, y)
    assert "martillo" not in str(found.value)


def test_cross_validation_search_and_pipeline():
    scores = cross_val_score(linear_estimator(), TEXTS, CODES, cv=2)
    assert scores.min() > 0.9
    assert cross_val_score(linear_estimator(), TEXTS, LEVELS, cv=2).min() > 0.9
    search = GridSearchCV(
        linear_estimator(), {"kind": ["majority", "tfidf_linear"]}, cv=2, n_jobs=1
    ).fit(TEXTS, CODES)
    assert search.best_params_ == {"kind": "tfidf_linear"}
    upper = FunctionTransformer(lambda X: [text.upper() for text in X])
    pipe = Pipeline([("upper", upper), ("coder", linear_estimator())])
    assert pipe.fit(TEXTS, CODES).score(TEXTS, CODES) > 0.9


def test_copies(fitted, tmp_path):
    assert not hasattr(clone(fitted), "classifier_")
    joblib.dump(fitted, tmp_path / "estimator.joblib")
    for other in (
        pickle.loads(pickle.dumps(fitted)),
        joblib.load(tmp_path / "estimator.joblib"),
    ):
        expected = fitted.predict_proba(TEXTS)
        np.testing.assert_array_equal(other.predict_proba(TEXTS), expected)
    with pytest.raises(NotFittedError):
        clone(fitted).predict(TEXTS)


def test_a_saved_run_is_a_run(fitted, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    fitted.save("run")
    with pytest.raises(InputError, match="something here already"):
        fitted.save("run")
    TABLE.to_csv("new.csv", index=False)
    assert predict.main(["run", "new.csv", "-o", "coded.csv"]) == 0
    coded = pd.read_csv("coded.csv", dtype=str)
    assert coded["code"].tolist() == fitted.predict(TEXTS).tolist()
    assert evaluate.main(["run", "new.csv"]) == 0
    scores = RunFolder(tmp_path / "run").results()["new.csv"]
    score = fitted.score(TEXTS, LEVELS)
    assert scores["hierarchical"]["f1"] == pytest.approx(score)
    with pytest.raises(InputError, match=r"given in memory.* Give labelled records"):
        evaluate.main(["run"])
    with pytest.raises(InputError, match=r"were given in memory, by a Python program"):
        train.main(["run/config.yaml", "logging.run_folder=other"])


def test_nothing_is_left_behind(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    linear_estimator().fit(TEXTS, CODES)
    assert not list(tmp_path.iterdir())

    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(fitted_run, "train_run", stop)
    with pytest.raises(KeyboardInterrupt):
        linear_estimator().fit(TEXTS, CODES)
    assert not list(tmp_path.iterdir())


def test_a_run_folder_is_an_ordinary_run(tmp_path):
    folder = tmp_path / "run"
    own = linear_estimator(run_folder=folder).fit(TEXTS, CODES)
    assert RunFolder(folder).is_finished
    written = (folder / "baseline.npz").stat().st_mtime_ns
    again = linear_estimator(run_folder=folder).fit(TEXTS, CODES)
    assert (folder / "baseline.npz").stat().st_mtime_ns == written
    np.testing.assert_array_equal(again.predict_proba(TEXTS), own.predict_proba(TEXTS))
    with pytest.raises(InputError, match=r"the data has changed.*train in memory"):
        linear_estimator(run_folder=folder).fit(TEXTS[1:], CODES[1:])
    other = linear_estimator(run_folder=folder, random_state=3)
    with pytest.raises(InputError, match=r"other settings here: seed.*overwrite=True"):
        other.fit(TEXTS, CODES)
    other.set_params(overwrite=True).fit(TEXTS, CODES)
    assert RunFolder(folder).config().seed == 3


def test_random_state_is_the_seed():
    drawn = linear_estimator(random_state=np.random.RandomState(1)).fit(TEXTS, CODES)
    again = linear_estimator(random_state=np.random.RandomState(1)).fit(TEXTS, CODES)
    assert drawn.config_.seed == again.config_.seed != 17


def test_an_experiment_file_gives_its_settings(tmp_path):
    file = write_experiment(tmp_path, taxonomy="{check_width: false}")
    own = han.HierarchicalTextClassifier.from_experiment(file, ["training.epochs=2"])
    assert own.epochs == 2 and own.word_units == 4 and own.run_folder is None
    assert own.settings == {
        "data.label_columns": ["level_1", "level_2"],
        "data.key_columns": ["id"],
        "taxonomy.check_width": False,
        "embeddings.dimension": 8,
        "pretrained.encoder": "none",
    }
    own.set_params(kind="tfidf_linear", settings={**own.settings, "model.C": 1.0})
    own.fit(TABLE, LEVELS)
    plain = read_config(file, ["training.epochs=2", "model.kind=tfidf_linear"])
    assert own.config_.data.split == plain.data.split
    assert own.config_.data.key_columns == ("id",)
