"""The report of one evaluation: keys, intervals, table; docstring examples."""

import json
import subprocess
import sys
from copy import deepcopy
from pathlib import Path

import numpy as np
import pytest
from support.coded_records import coded_records

import han.metrics
from han.code_list.taxonomy import Taxonomy
from han.evaluation.coded_scores import scores
from han.metrics import evaluation, evaluation_table
from han.metrics.bootstrap import (
    percentile_interval,
    ratio_intervals,
    resample_counts,
)

TREE = Taxonomy.from_paths([(a, b) for a in "pqrs" for b in "123"])
KEYS = [
    "rows",
    "effective_rows",
    "skipped",
    "weighted",
    "level_rows",
    "leaf_rows",
    "headline",
    "level_accuracy",
    "level_macro_f1",
    "level_weighted_f1",
    "leaf_accuracy",
    "leaf_macro_f1",
    "hierarchical",
    "lca_f1",
    "tree_distance",
    "h_loss",
    "hierarchical_to_truth",
    "lca_f1_to_truth",
    "tree_distance_to_truth",
    "h_loss_to_truth",
    "top_k_accuracy",
    "intervals",
]
# What `metrics.json` holds and the table leaves out, on purpose.
NOT_PRINTED = {
    "calibration",
    "level_calibration_error",
    "documents_per_second",
    "selective.threshold",
    "selective.aurc",
    "selective.excess_aurc",
}
INTERVALS = {
    "leaf_accuracy",
    "level_accuracy.1",
    "level_accuracy.2",
    "hierarchical.f1",
    "hierarchical.precision",
    "hierarchical.recall",
    "lca_f1",
    "tree_distance",
    "hierarchical_to_truth.f1",
    "hierarchical_to_truth.precision",
    "hierarchical_to_truth.recall",
    "lca_f1_to_truth",
    "tree_distance_to_truth",
    "top_k_accuracy.5",
}


def data(documents, seed=0, share_right=0.7):
    """True nodes with some unlabelled and partial, predictions with abstentions."""
    generator = np.random.default_rng(seed)
    true = generator.choice(TREE.leaves, documents)
    right = generator.random(documents) < share_right
    predicted = np.where(right, true, generator.integers(-1, TREE.num_nodes, documents))
    true = np.where(generator.random(documents) < 0.1, TREE.paths[true, 0], true)
    true = np.where(generator.random(documents) < 0.05, -1, true)
    return true, predicted, {5: generator.random(documents) < 0.9}


def score_named(result, name):
    first, _, second = name.partition(".")
    return result[first][second] if second else result[first]


def test_keys_are_the_contract_and_values_are_json():
    true, predicted, hits = data(300)
    result = evaluation(true, predicted, TREE, top_k=hits, resamples=50)
    assert list(result) == KEYS
    assert set(result["intervals"]) == INTERVALS
    assert list(result["hierarchical"]) == [
        "precision",
        "recall",
        "f1",
        "average",
        "include_root",
    ]
    assert result["rows"] + result["skipped"] == 300
    assert json.loads(json.dumps(result, allow_nan=False)) == result


def test_undefined_scores_become_none():
    result = evaluation([0], [0], TREE, top_k={5: np.array([False])}, resamples=10)
    assert result["leaf_accuracy"] is None
    assert result["level_accuracy"] == {"1": 1.0, "2": None}
    assert result["top_k_accuracy"] == {"5": None}
    assert result["intervals"]["leaf_accuracy"] is None
    json.dumps(result, allow_nan=False)


def test_nothing_to_score():
    for true in ([], [-1]):
        result = evaluation(true, true, TREE)
        assert (result["rows"], result["intervals"]) == (0, {})
        assert "lca_f1" in evaluation_table({"test": result})
    options = {"zero_division": float("nan"), "resamples": 10}
    result = evaluation([2], [-1], TREE, **options)
    assert result["hierarchical"]["precision"] is None
    assert result["intervals"]["hierarchical.precision"] is None
    # One document, and it is wrong: nearly everything is possible.
    assert result["intervals"]["hierarchical.recall"] == [0.0, 0.975]


def test_rows_of_a_level_and_weights_are_said():
    true, predicted, _ = data(200)
    result = evaluation(true, predicted, TREE, resamples=0)
    assert result["weighted"] is False
    depths = TREE.levels[true[true != -1]]
    assert result["level_rows"] == {"1": len(depths), "2": int((depths == 2).sum())}
    weights = np.linspace(0.5, 2, 200)
    result = evaluation(true, predicted, TREE, resamples=0, sample_weight=weights)
    assert result["weighted"] is True
    assert "every score is weighted (test)" in evaluation_table({"test": result})


def test_table_reads_results_of_an_older_version():
    result = evaluation([0, 1], [0, 1], TREE, resamples=0)
    for name in ("level_rows", "leaf_rows", "weighted", "headline"):
        del result[name]
    assert "records: test 2" in evaluation_table({"test": result})


def test_intervals_cover_their_score_and_shrink():
    widths = []
    for documents in (200, 20_000):
        true, predicted, hits = data(documents)
        result = evaluation(true, predicted, TREE, top_k=hits, resamples=200)
        for name, (low, high) in result["intervals"].items():
            assert low < score_named(result, name) < high, name
        widths.append({k: high - low for k, (low, high) in result["intervals"].items()})
    for name in INTERVALS:
        assert widths[0][name] / widths[1][name] == pytest.approx(10, rel=0.5), name


def test_intervals_have_their_level():
    """Of 200 samples about 95% of the intervals hold the true share."""
    held = 0
    for seed in range(200):
        right = np.random.default_rng(seed).random(400) < 0.7
        ones = np.ones(400)
        low, high = ratio_intervals({"share": (right, ones)}, 200, seed)["share"]
        held += low <= 0.7 <= high
    assert 0.89 <= held / 200 <= 0.99


def test_intervals_equal_scores_of_resampled_documents():
    """The sums times counts give what repeating documents gives."""
    true, predicted, hits = data(60)
    kept = true != -1
    true, predicted, hits = true[kept], predicted[kept], {5: hits[5][kept]}
    weights = np.random.default_rng(5).random(len(true))
    options = {"sample_weight": weights, "seed": 4}
    result = evaluation(true, predicted, TREE, top_k=hits, resamples=20, **options)
    repeated = []
    for counts in np.vstack(list(resample_counts(len(true), 20, seed=4))):
        rows = np.repeat(np.arange(len(true)), counts.astype(int))
        repeated.append(
            evaluation(
                true[rows],
                predicted[rows],
                TREE,
                top_k={5: hits[5][rows]},
                sample_weight=weights[rows],
                resamples=0,
            )
        )
    for name in INTERVALS:
        values = np.array([score_named(one, name) for one in repeated])
        assert result["intervals"][name] == pytest.approx(percentile_interval(values))


def test_seed_fixes_intervals_whatever_the_chunk(monkeypatch):
    true, predicted, hits = data(100)
    options = {"top_k": hits, "resamples": 30}
    first = evaluation(true, predicted, TREE, **options)
    monkeypatch.setattr("han.metrics.bootstrap.CHUNK", 250)
    second = evaluation(true, predicted, TREE, **options)
    third = evaluation(true, predicted, TREE, seed=1, **options)
    for name, interval in first["intervals"].items():
        assert second["intervals"][name] == pytest.approx(interval)
    assert third["intervals"] != first["intervals"]


def test_table_is_complete_and_says_its_convention():
    true, predicted, hits = data(400)
    results = {
        "validation": evaluation(true, predicted, TREE, top_k=hits, resamples=50),
        "test": evaluation(true, predicted, TREE, resamples=0),
    }
    stored = json.loads(json.dumps({**results, "time": {"wall_seconds": 9.0}}))
    lines = evaluation_table(stored).splitlines()
    assert lines[0].split() == ["score", "validation", "test"]
    row = next(line for line in lines if line.startswith("hierarchical.f1"))
    low, high = results["validation"]["intervals"]["hierarchical.f1"]
    value = results["validation"]["hierarchical"]["f1"]
    assert f"{value:.3f} [{low:.3f}, {high:.3f}]" in row
    top_5 = next(line for line in lines if line.startswith("top_5_accuracy"))
    low, high = results["validation"]["intervals"]["top_k_accuracy.5"]
    assert f"[{low:.3f}, {high:.3f}]" in top_5
    assert top_5.split()[-1] == "-"  # the test split came without it
    footer = "\n".join(lines[-8:])
    skipped = int((true == -1).sum())
    assert f"test {400 - skipped} ({skipped} left out" in footer
    assert "micro average, root out" in footer
    reached = results["test"]["level_rows"]
    rows, full = results["test"]["rows"], results["test"]["leaf_rows"]
    deep = reached["2"]
    parts = [f"{n} ({100 * n / rows:.1f}%)" for n in (deep, full)]
    assert f"test {rows} / {parts[0]}, full codes {parts[1]}" in footer
    assert f"as {rows - full} of {rows} true codes are partial" in footer
    starred = [line.split()[0] for line in lines if " *" in line and line[0] != "*"]
    assert starred == ["hierarchical_to_truth.f1"]
    assert "lower is better: tree_distance, h_loss" in footer
    assert "weights: all 1" in footer
    assert "95% bootstrap interval; what was drawn together" in footer


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"top_k": {5: np.ones(3, bool)}}, r"`top_k\[5\]`: Expected True or False"),
        ({"top_k": {5: np.ones(2)}}, "Received float64"),
        ({"resamples": -1}, "Expected 0 or more. Received -1"),
    ],
)
def test_mistakes_are_explained(options, message):
    with pytest.raises(ValueError, match=message):
        evaluation([0, 1], [0, 1], TREE, **options)


def test_every_public_function_has_an_example():
    for name in han.metrics.__all__:
        thing = getattr(han.metrics, name)
        if callable(thing) and not isinstance(thing, type):
            assert ">>>" in thing.__doc__, name


def test_import_needs_no_tensorflow():
    code = "import sys, han.metrics; print({'tensorflow', 'keras'} & {*sys.modules})"
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(han.metrics.__file__).parents[2],
    )
    assert run.stdout.strip() == "set()"


def test_every_score_is_printed_or_listed_here():
    """A new score must not stand in metrics.json alone because it was forgotten."""
    result = scores(coded_records(calibrated=True))
    printed = evaluation_table({"test": result})
    names = [key for key in result if not isinstance(result[key], dict)]
    names += [
        key if is_level(inner) else f"{key}.{inner}"
        for key, found in result.items()
        if isinstance(found, dict) and key != "calibration"
        for inner in found
    ]
    left_out = {
        name
        for name in [*dict.fromkeys(names), "calibration"]
        if evaluation_table({"test": changed(result, name)}) == printed
    }
    assert left_out == NOT_PRINTED


def is_level(name):
    return name.isdigit() or name in {"leaf", "path"}


def changed(result, name):
    """The same scores with other numbers under a name."""
    key, _, inner = name.partition(".")
    other = deepcopy(result)
    if inner and key != "intervals":
        other[key][inner] = moved(other[key][inner])
    elif inner:
        low, high = other[key][inner]
        other[key][inner] = [low - 1, high + 1]
    else:
        other[key] = moved(other[key])
    return other


def moved(value):
    if isinstance(value, dict):
        return {key: moved(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [moved(inner) for inner in value]
    if isinstance(value, bool) or value is None:
        return not value
    return f"other {value}" if isinstance(value, str) else value + 1
