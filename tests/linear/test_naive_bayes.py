"""Complement naive Bayes beside the planes, against scikit-learn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.naive_bayes import ComplementNB

from han.code_list.taxonomy import Taxonomy
from han.linear.cross_fitting import FOLDS, cross_fit
from han.linear.linear_model import LinearModel
from han.linear.naive_bayes import SMOOTHING, ComplementBayes
from han.linear.part_factors import most_probable
from han.text.cleaning import Cleaner
from han.text.splitting import Splitter
from han.text.text_encoder import FieldLimits, TextEncoder
from han.text.vocabulary import Vocabulary

TREE = Taxonomy(
    ["1", "2", "3", "11", "12", "21", "31", "32"], [-1, -1, -1, 0, 0, 1, 2, 2]
)


def problem(seed=0, rows=200, columns=25):
    generator = np.random.default_rng(seed)
    nodes = generator.choice([3, 4, 5, 6, 7], rows).astype(np.int32)
    values = generator.random((rows, columns)) * (
        generator.random((rows, columns)) < 0.3
    )
    return sparse.csr_array(values.astype(np.float32)), nodes


def centred(scores):
    return scores - scores.mean(axis=1, keepdims=True)


def among(scores, nodes):
    return centred(scores[:, nodes])


@pytest.mark.parametrize("width", [25, 12])
@given(st.integers(0, 50))
@settings(deadline=None, max_examples=10)
def test_scores_are_those_of_scikit_learn_in_each_split(width, seed):
    features, nodes = problem(seed)
    weights = np.random.default_rng(seed).integers(1, 4, len(nodes)).astype(float)
    bayes = ComplementBayes.fit(features, nodes, weights, TREE, width)
    found = bayes.scores(features)
    for children in ([0, 1, 2], [3, 4], [6, 7]):
        level = 0 if children[0] == 0 else 1
        truth = TREE.paths[nodes, level]
        rows = np.flatnonzero(np.isin(truth, children))
        # Scikit-learn smooths sums of the weights as they are; ours have mean 1.
        theirs = ComplementNB(alpha=SMOOTHING * weights.mean())
        theirs.fit(features[rows][:, :width], truth[rows], weights[rows])
        expected = theirs._joint_log_likelihood(features[:, :width])
        assert np.allclose(among(found, children), centred(expected), atol=2e-3)


def test_a_node_without_siblings_and_one_without_records_have_no_say():
    features, nodes = problem()
    rows = np.flatnonzero(nodes != 7)
    bayes = ComplementBayes.fit(
        features[rows], nodes[rows], np.ones(len(rows)), TREE, 25
    )
    assert not np.isin([5, 7], bayes.nodes).any()
    assert (bayes.scores(features)[:, 5] == 0).all()
    assert (bayes.scores(features)[:, 7] == 0).all()


def test_without_a_shared_word_it_says_nothing():
    features, nodes = problem()
    bayes = ComplementBayes.fit(features, nodes, np.ones(len(nodes)), TREE, 0)
    assert not bayes.scores(features).any()


def test_partial_codes_count_as_far_as_they_go():
    features, nodes = problem()
    short = np.where(nodes < 5, 0, nodes).astype(np.int32)
    whole, partial = (
        ComplementBayes.fit(features, n, np.ones(len(n)), TREE, 25)
        for n in (nodes, short)
    )
    assert np.array_equal(
        whole.scores(features)[:, :3], partial.scores(features)[:, :3]
    )
    assert (partial.scores(features)[:, 3:5] == 0).all()


def test_scores_of_each_node_are_multiplied():
    features, nodes = problem()
    bayes = ComplementBayes.fit(features, nodes, np.ones(len(nodes)), TREE, 25)
    factors = np.linspace(0, 2, TREE.num_nodes)
    found = bayes.times(factors).scores(features)
    assert np.allclose(found, bayes.scores(features) * factors, atol=1e-4)


def encoder():
    limits = {"text": FieldLimits(60, 5)}
    words = [f"w{i}" for i in range(300)]
    return TextEncoder(limits, Splitter("whole"), Cleaner(), Vocabulary(words))


def documents(rows=600, seed=1):
    """Long texts of common words, and a rare one that two others of the code have."""
    generator = np.random.default_rng(seed)
    nodes = generator.choice([3, 4, 5, 6, 7], rows).astype(np.int32)
    letters = generator.choice(list("abcdefghijklm"), (TREE.num_nodes, rows, 7))
    met = np.zeros(TREE.num_nodes, int)
    texts = []
    for node in nodes:
        common = (f"w{i}" for i in generator.integers(0, 40, 60))
        texts.append(" ".join([*common, "".join(letters[node, met[node] // 3])]))
        met[node] += 1
    return encoder().encode({"text": texts}), nodes


@pytest.fixture(autouse=True)
def one_cost(monkeypatch):
    """Made-up texts are best told apart at costs that leave Bayes nothing to add."""
    monkeypatch.setattr("han.linear.plane_trials.COSTS", (1.0, 1.0, 1.0))


def fitted():
    texts, nodes = documents()
    words = encoder().vocabulary.words
    return texts, nodes, cross_fit(texts, nodes, np.ones(len(nodes)), TREE, words)


def test_it_joins_the_planes_where_it_puts_more_records_right(monkeypatch):
    texts, nodes, both = fitted()
    assert both.model.evidence.bayes is not None
    assert all(fold.bayes is not None for fold in both.folds)
    monkeypatch.setattr("han.linear.cross_fitting.GAIN", 1.0)
    alone = fitted()[2]
    assert alone.model.evidence.bayes is None
    rows = np.arange(len(nodes))
    right = [
        (most_probable(3 * f.margins(texts, rows), TREE) == nodes).mean()
        for f in (alone, both)
    ]
    assert right[1] > right[0] + 0.005
    planes = both.model.evidence.planes
    assert np.array_equal(planes.weights, alone.model.evidence.planes.weights)


def test_margins_of_training_records_are_from_folds_without_them():
    texts, nodes, both = fitted()
    rows = np.arange(len(nodes))
    features = both.model.matrix(texts)
    found = both.margins(texts, rows)
    for number in range(FOLDS):
        here = np.flatnonzero(both.fold == number)
        fold = both.folds[number]
        others = np.flatnonzero(both.fold != number)
        words = int(fold.bayes.width)
        alone = ComplementBayes.fit(
            features[others], nodes[others], np.ones(len(others)), TREE, words
        )
        assert np.array_equal(alone.first, fold.bayes.first)
        expected = fold.planes.margins(features[here]) + fold.bayes.scores(
            features[here]
        )
        assert np.array_equal(found[here], expected)


def test_it_is_kept_in_the_file(tmp_path):
    texts, _, both = fitted()
    both.model.save(tmp_path / "linear.npz")
    words = encoder().vocabulary.words
    stored = LinearModel.load(tmp_path / "linear.npz", words)
    assert stored.evidence.bayes is not None
    assert np.array_equal(stored.margins(texts), both.model.margins(texts))
