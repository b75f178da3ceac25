"""Numbers of a run that are NaN, infinite or impossible: refused, never coded with."""

import logging

import numpy as np
import pytest
from support.edited_runs import edit_arrays, edit_json, edit_network, with_first
from support.experiments import write_experiment
from support.small_networks import TREE, classifier, save_baseline, save_run

import han
from han.data.side_features import Numbers, SideFeatures
from han.decisions.calibration import Calibration
from han.errors import InputError
from han.runs.manifest import run_fingerprint, write_manifest
from han.text.text_encoder import TextEncoder
from han.text.topics import Topics

NUMBERS = [np.nan, np.inf, -np.inf]


@pytest.fixture
def run(tmp_path):
    return save_run(write_experiment(tmp_path))


def refused(run, name, match=""):
    write_manifest(run)  # the changed file is now that of the run
    with pytest.raises(InputError, match=rf"{name}.*{match}"):
        han.load(run).predict(["pan dulce"])


@pytest.mark.parametrize("value", NUMBERS)
@pytest.mark.parametrize(
    "place",
    [
        "word_embedding/vars/0",
        "word_encoder/recurrent/backward_layer/cell/vars/1",
        "sentence_attention/vars/2",
        "tree_softmax/vars/1",
    ],
)
def test_weights_of_a_network(run, place, value):
    def change(tree):
        weights = tree[f"layers/{place}"]
        weights[...] = with_first(value)(weights[...])

    edit_network(run / "model.keras", change)
    layer = place.partition("/")[0]
    refused(run, r"model\.keras", f"The layer {layer} holds NaN or infinity")


@pytest.mark.parametrize("value", NUMBERS)
@pytest.mark.parametrize("name", ["idf", "slopes_0_data", "offsets_0"])
def test_arrays_of_a_baseline(tmp_path, name, value):
    run = save_baseline(write_experiment(tmp_path))
    edit_arrays(run / "baseline.npz", **{name: with_first(value)})
    refused(run, r"baseline\.npz", f"The array {name} holds NaN or infinity")


@pytest.mark.parametrize("temperature", ["NaN", "Infinity", "0.0", "-1.0"])
def test_temperature_of_a_baseline(tmp_path, temperature):
    run = save_baseline(write_experiment(tmp_path))

    def change(form):
        return np.array(
            str(form).replace('"temperature": 1.0', f'"temperature": {temperature}')
        )

    edit_arrays(run / "baseline.npz", form=change)
    refused(run, r"baseline\.npz is damaged")


@pytest.mark.parametrize(
    ("name", "value"),
    [("slopes_0_indices", 99), ("slopes_0_indices", -1), ("classes_0", 99),
     ("leaves", 6), ("slopes_0_indptr", 5)],
)  # fmt: skip
def test_places_outside_of_a_baseline(tmp_path, name, value):
    """Compiled loops would read and write there."""
    run = save_baseline(write_experiment(tmp_path))
    edit_arrays(run / "baseline.npz", **{name: with_first(value)})
    refused(run, r"baseline\.npz is damaged")


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0, -1.0, 1e9])
def test_temperatures_of_the_tree(run, value):
    temperatures = np.ones(TREE.num_nodes + 1)
    records = np.zeros(TREE.num_nodes + 1, int)
    made = Calibration(TREE, np.ones(TREE.num_levels), temperatures, records)
    made.save(run / "calibration.json")
    write_manifest(run)
    assert han.load(run).calibration is not None
    edit_json(
        run / "calibration.json",
        lambda form: form["level_temperatures"].__setitem__(0, value),
    )
    refused(run, r"calibration\.json is damaged")


@pytest.mark.parametrize("weights", [[np.nan, 1.0], [np.inf, 0.0], [-0.5, 1.5], []])
def test_weights_of_a_mixture(run, weights):
    shares = [{"weight": weight} for weight in weights]
    (run / "mixture.json").write_text("{}")
    edit_json(run / "mixture.json", lambda form: form.update(members=shares))
    refused(run, r"mixture\.json is damaged")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (field, value)
        for field in ("threshold", "confidence", "limit")
        for value in (np.nan, np.inf, -0.2, 1.5)
        if (field, value) != ("limit", 1.5)  # which lists many codes, as may be
    ],
)
def test_thresholds(run, field, value):
    promise = {"target": 0.9, "threshold": 0.5, "rows": 9, "right": 9, "needed": 1}
    form = {
        "thresholds": {"levels": [2], "confidence": 0.9, "group_level": None,
                       "groups": [{"node": -1, "promises": [promise]}]},
        "sets": {"coverage": 0.9, "limit": 0.8, "rows": 9, "score": "lac"},
        "most_listed": 3, "most_leaves": 3, "run": run_fingerprint(run),
    }  # fmt: skip
    file = run / "thresholds.json"
    file.write_text("{}")
    edit_json(file, lambda empty: empty.update(form))
    write_manifest(run)
    assert len(han.load(run).predict(["pan dulce"])) == 1
    places = {
        "threshold": promise,
        "confidence": form["thresholds"],
        "limit": form["sets"],
    }
    places[field][field] = value
    edit_json(file, lambda old: old.update(form))
    refused(run, r"thresholds\.json is damaged")


@pytest.mark.parametrize(
    ("mean", "deviation", "fill"),
    [(np.nan, 1.0, None), (0.0, np.inf, None), (0.0, 0.0, None), (0.0, -1.0, None),
     (0.0, 1.0, np.nan)],
)  # fmt: skip
def test_side_features(run, mean, deviation, fill):
    SideFeatures({"age": Numbers(mean, deviation, fill)}).save(
        run / "side_features.json"
    )
    refused(run, r"side_features\.json")


@pytest.mark.parametrize("name", ["weights", "table", "mean", "deviation"])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_topics(run, name, value):
    num_ids = len(TextEncoder.load(run / "text.json").vocabulary)
    table = np.ones((num_ids, 2), np.float32)
    Topics("lsa", table[:, 0], table, table[0], table[0]).save(run / "topics.npz")
    edit_arrays(run / "topics.npz", **{name: with_first(value)})
    refused(run, r"topics\.npz", f"The array {name} holds")


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda form: form["parents"].__setitem__(2, 99), "has parent position 99"),
        (lambda form: form["parents"].__setitem__(0, 2), "cycle"),
        (lambda form: form["parents"].__setitem__(0, np.nan), "Copy"),
        (lambda form: form["parents"].pop(), "parents"),
        (lambda form: form["codes"].__setitem__(1, "1"), "twice"),
    ],
)
def test_a_broken_code_list_is_named(run, change, match):
    edit_json(run / "taxonomy.json", change)
    refused(run, r"taxonomy\.json is damaged", match)


class Sick:
    """A model whose second record has a number that is none."""

    def __init__(self, value, column):
        self.value, self.column = value, column

    def log_probabilities(self, texts):
        logs = np.log(np.full((len(texts), TREE.num_nodes), 0.5, np.float32))
        logs[1:, self.column] = self.value
        return logs


@pytest.mark.parametrize("column", [[0], [5], list(range(TREE.num_nodes))])
@pytest.mark.parametrize("value", NUMBERS)
def test_no_code_with_a_probability_that_is_none(value, column):
    """What is impossible may be minus infinity; but not everything."""
    healthy = classifier()
    healthy.model = Sick(value, column)
    texts = ["pan", "clavo de acero"]
    if value == -np.inf and len(column) == 1:
        assert healthy.predict(texts).probability.notna().all()
        return
    for calibration in (None, Calibration.fit([], TREE)):
        healthy.calibration = calibration
        with pytest.raises(InputError, match="probabilities of some records"):
            healthy.predict(texts)


def test_a_run_in_order_is_not_refused(run, caplog):
    with caplog.at_level(logging.WARNING):
        assert han.load(run).predict(["pan dulce", ""]).code.tolist()[1] == ""
    assert not caplog.records
