"""Parameters and arguments that cannot be used, and what is kept for the next try."""

import logging
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import VotingClassifier
from sklearn.model_selection import cross_val_predict
from support.experiments import write_experiment
from support.linear_estimator import coded_table, linear_estimator

from han import train
from han.errors import InputError
from han.runs.run_folder import RunFolder

TABLE = coded_table()
TEXTS = TABLE["text"].tolist()
CODES = TABLE["level_2"].tolist()
X = TABLE[["text"]]


def majority(**parameters):
    return linear_estimator(kind="majority", **parameters)


@pytest.fixture(scope="module")
def fitted():
    return majority().fit(TEXTS, CODES)


@pytest.mark.parametrize(
    "name, value",
    [
        ("fields", "text"),
        ("fields", iter(["text"])),
        ("fields", {"text": 5}),
        ("fields", [5]),
        ("taxonomy", 5),
        ("random_state", "seed"),
        ("random_state", 1.5),
        ("random_state", np.random.default_rng(1)),
        ("run_folder", 5),
        ("run_folder", ""),
    ],
)
def test_a_wrong_parameter_is_named(name, value):
    with pytest.raises(InputError, match=f"`{name}` must be"):
        majority(**{name: value}).fit(X, CODES)


@pytest.mark.parametrize("settings", [[("text.min_count", 1)], "text.min_count=1", 5])
def test_settings_are_a_dict(settings):
    own = majority().set_params(settings=settings)
    with pytest.raises(InputError, match="`settings` must be a dict"):
        own.fit(X, CODES)


@pytest.mark.parametrize("fields", [pd.Index(["text"]), np.array(["text"]), ("text",)])
def test_names_of_fields_may_be_any_list(fields):
    own = majority(fields=fields).fit(X.assign(more="pan"), CODES)
    assert list(own.config_.data.fields) == ["text"]


@pytest.mark.parametrize(
    "weights",
    [2.0, (1 for _ in TEXTS), np.ones((len(TEXTS), 1)), ["a"] * 72, [[1], [1, 2]] * 36],
)
def test_weights_are_a_column(weights):
    with pytest.raises(InputError, match="sample_weight: Expected a list"):
        majority().fit(TEXTS, CODES, weights)


@pytest.mark.parametrize("weights", [2.0, ["a"] * len(TEXTS)])
def test_weights_of_a_score_are_a_column(weights, fitted):
    with pytest.raises(InputError, match="sample_weight: Expected a list"):
        fitted.score(TEXTS, CODES, weights)


@pytest.mark.parametrize("y, message", [(None, "y is None"), (5, "Received: int")])
def test_a_score_needs_codes(y, message, fitted):
    for own in (fitted, majority().fit(TEXTS, TABLE[["level_1", "level_2"]])):
        with pytest.raises(InputError, match=message):
            own.score(TEXTS, y)


@pytest.mark.parametrize("top_k", ["three", -1, 0, 1.5, True])
def test_top_k_is_a_number_of_codes(top_k, fitted):
    with pytest.raises(InputError, match="`top_k`: Expected a whole number of 1"):
        fitted.predict_table(TEXTS[:2], top_k=top_k)


@pytest.mark.parametrize("folder", [5, "", None])
def test_save_takes_a_path(folder, fitted):
    with pytest.raises(InputError, match="save: Expected the path of a folder"):
        fitted.save(folder)


def test_a_save_that_fails_leaves_nothing_in_the_way(fitted, tmp_path, monkeypatch):
    write = Path.write_bytes

    def full(self, content):
        if self.name == "taxonomy.json":
            raise OSError(28, "No space left on device")
        return write(self, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(InputError, match=r"No space left.* Give another folder"):
        fitted.save(tmp_path / "new" / "run")
    assert not list((tmp_path / "new").iterdir())
    monkeypatch.setattr(Path, "write_bytes", write)
    fitted.save(tmp_path / "new" / "run")
    assert RunFolder(tmp_path / "new" / "run").is_finished
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be written"):
        fitted.save(tmp_path / "file" / "run")


def test_a_run_stays_if_no_other_can_be_trained_in_its_place(tmp_path):
    folder = tmp_path / "run"
    linear_estimator(run_folder=folder).fit(TEXTS, CODES)
    other = linear_estimator(run_folder=folder, overwrite=True)
    with pytest.raises(InputError, match="at least two full codes"):
        other.fit(TEXTS, ["11"] * len(TEXTS))
    assert RunFolder(folder).is_finished
    other.fit(TEXTS, CODES)


def test_the_command_keeps_the_run_as_well(tmp_path):
    file = write_experiment(tmp_path)
    train.main([str(file), "model.kind=majority"])
    data = pd.read_csv(tmp_path / "data.csv", dtype=str)
    data.assign(level_1="1", level_2="11").to_csv(tmp_path / "data.csv", index=False)
    with pytest.raises(InputError, match="at least two full codes"):
        train.main([str(file), "model.kind=tfidf_linear", "--overwrite"])
    run = RunFolder(tmp_path / "run")
    assert run.is_finished and run.config().model.kind == "majority"


def test_codes_that_scikit_learn_has_numbered_are_known_as_such():
    with pytest.raises(InputError, match="scikit-learn has numbered them"):
        cross_val_predict(majority(), TEXTS, CODES, cv=2, method="predict_proba")
    with pytest.raises(InputError, match="scikit-learn has numbered them"):
        VotingClassifier([("one", majority())]).fit(X, CODES)


def test_a_fit_is_quiet_and_says_what_it_left_out(caplog):
    code = (
        "import han\n"
        "texts = [f'{what} {n}' for n in range(20) for what in ('pan', 'queso')]\n"
        "coder = han.HierarchicalTextClassifier(kind='tfidf_linear')\n"
        "coder.fit(texts, ['11', '12'] * 20)\n"
        "print(coder.is_calibrated_)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("False\n", "")
    with caplog.at_level(logging.WARNING, "han"):  # who has a log, has its warnings
        linear_estimator().fit(TEXTS, CODES)
    assert "from Python with `calibration_fraction`" in caplog.text


def test_fits_in_several_threads_leave_the_process_as_it_was():
    log = logging.getLogger("han")
    before = dict(os.environ), log.level, log.handlers[:]
    kinds = ["majority", "tfidf_linear"] * 2
    with ThreadPoolExecutor(4) as threads:
        fits = threads.map(lambda k: linear_estimator(kind=k).fit(TEXTS, CODES), kinds)
        assert [own.config_.model.kind for own in fits] == kinds
    assert (dict(os.environ), log.level, log.handlers[:]) == before
