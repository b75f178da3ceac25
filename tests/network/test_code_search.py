"""The search for the most probable codes finds what the whole of them would say."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from support.explained_networks import ROWS, linear_model, network, texts_of
from support.small_networks import TREE
from support.trees import tree_of, trees

from han.batching.network_inputs import AuxiliaryInputs
from han.code_list.taxonomy import Taxonomy
from han.decisions.calibration import Calibration
from han.decisions.conformal_lists import ConformalSets, code_lists, lists_of
from han.decisions.decoding import most_probable_codes
from han.decisions.path_probabilities import coded_paths, found_paths
from han.kernels.svm import unsigned_indices
from han.kernels.tree_search import search_tree
from han.linear.class_means import ClassMeans
from han.network import code_search, numpy_network
from han.network.code_search import NO_LIMITS, search_of
from han.runs.classifier import Classifier

PARENTS = [-1, -1, -1, 0, 0, 0, 1, 2, 2, 3, 3, 6, 6, 6, 6, 7]
DRAWN = Taxonomy([str(n) for n in range(len(PARENTS))], PARENTS)
# Margins are differences of two numbers that are right to 1e-6 or so.
FIELDS = "nodes probabilities margins level_probabilities top_nodes top_probabilities"


def log_probabilities(scores, colds, tree):
    """Softmax among siblings and products down the path, in double precision."""
    logs = np.zeros(scores.shape)
    for parent in np.unique(tree.parents):
        here = np.flatnonzero(tree.parents == parent)
        part = scores[:, here] * colds[parent + 1]
        part -= np.log(np.exp(part).sum(axis=1, keepdims=True))
        logs[:, here] = part + (logs[:, [parent]] if parent >= 0 else 0)
    return logs


def drawn(tree, seed, n):
    """Random scores of nodes in the parts that the search reads, and their sums."""
    draw, nodes, num_features = np.random.default_rng(seed), tree.num_nodes, 30
    weights = sparse.random_array((num_features, nodes), density=0.3, rng=draw).tocsr()
    features = sparse.random_array((n, num_features), density=0.2, rng=draw).tocsr()
    vectors, beside = draw.normal(size=(n, 4)), draw.normal(size=(n, nodes))
    kernel, bias = draw.normal(size=(nodes, 4)), draw.normal(size=nodes)
    colds = draw.uniform(0.3, 3, nodes + 1)
    parts = weights, features, vectors, kernel, bias, beside, colds
    scores = vectors @ kernel.T + bias + features @ weights.toarray() + beside
    return parts, log_probabilities(scores, colds, tree)


def searched(tree, parts, k, most=0, limits=NO_LIMITS):
    """Leaves, log-probabilities, those of paths, and what is counted of leaves."""
    weights, features, *others = parts
    vectors, kernel, bias, beside, colds = (a.astype(np.float32) for a in others)
    n, steps = len(vectors), np.arange(-1, tree.num_nodes)
    edges = [np.searchsorted(tree.parents, steps, side) for side in ("left", "right")]
    places = np.full(tree.num_nodes, -1)
    places[tree.leaves] = np.arange(len(tree.leaves))
    width = max(k, min(most, len(tree.leaves)))
    found = (
        np.full((n, width), -1, np.int32),
        np.full((n, width), -np.inf, np.float32),
        np.full((n, tree.num_levels), np.nan, np.float32),
        np.full((n, 4), -1),
    )
    search_tree(
        np.array(edges),
        np.array([tree.parents, tree.levels, places], np.int64),
        *(colds, vectors, (kernel, bias)),
        (*unsigned_indices(features), features.data.astype("f4")),
        code_search._with_table(weights, np.array(edges)),
        *(beside, k, np.array(limits, np.float32)),
        *found,
    )
    return found


@pytest.mark.parametrize("table", [0, 2, 100])
@pytest.mark.parametrize("k", [1, 3, len(DRAWN.leaves)])
def test_the_loop_finds_what_plain_numpy_finds(monkeypatch, table, k):
    monkeypatch.setattr(code_search, "TABLE", table)
    parts, expected = drawn(DRAWN, k, 50)
    top, logs, paths, _ = searched(DRAWN, parts, k)
    found = most_probable_codes(expected, DRAWN, top_k=k)
    np.testing.assert_array_equal(top, found.top_nodes)
    np.testing.assert_allclose(np.exp(logs), found.top_probabilities, atol=1e-6)
    np.testing.assert_allclose(np.exp(paths), found.level_probabilities, atol=1e-6)


@settings(max_examples=50)
@given(trees(), st.integers(0, 10**6), st.floats(1e-3, 1), st.integers(1, 4))
def test_of_any_tree_it_finds_paths_and_lists(parents, seed, least, most):
    tree = tree_of(parents)
    parts, expected = drawn(tree, seed, 8)
    limits = np.log([least - 1e-5, least + 1e-5])
    top, _, path_logs, listed = searched(tree, parts, 1, most, limits)
    one, two = found_paths(top[:, 0], path_logs, tree), coded_paths(expected, tree)
    np.testing.assert_array_equal(one.nodes, two.nodes)
    np.testing.assert_allclose(one.probabilities, two.probabilities, atol=1e-6)
    sure = listed[:, 0] == listed[:, 1]  # of the others a limit lies too near
    p = np.exp(expected[:, tree.leaves])
    assert (sure | (np.abs(p - least).min(axis=1) < 2e-5)).all()
    members = ConformalSets(0.9, 1 - least, 100).members(p)
    wanted = code_lists(members, p, tree, most_listed=most, most_leaves=2)
    sizes, _, *ends = listed.T
    found = lists_of(top[:, :most], np.maximum(sizes, 1), tuple(ends), tree, 2)
    np.testing.assert_array_equal(found.sizes[sure], wanted.sizes[sure])
    np.testing.assert_array_equal(found.nodes[sure], wanted.nodes[sure])
    np.testing.assert_array_equal(found.is_cut[sure], wanted.is_cut[sure])
    width = wanted.leaves.shape[1]
    assert (found.leaves[sure, width:] == -1).all()
    np.testing.assert_array_equal(found.leaves[sure, :width], wanted.leaves[sure])


def with_linear(**options):
    """A small network and the linear model beside it."""
    model = linear_model(**options)
    bag = AuxiliaryInputs(margins=model.margins, bag=lambda texts: model.bag(texts, 7))
    made = network(bag)
    made.linear = model
    return made


def with_means():
    """The same with class means of some vectors of sentences."""
    draw, nodes = np.random.default_rng(1), np.repeat(TREE.leaves, 3)
    means = ClassMeans.fit(draw.normal(size=(12, 4)), nodes, np.ones(12), TREE)

    def knowledge(texts):
        sizes = texts.sentence_lengths
        vectors = np.sin(np.arange(4) + sizes[:, None]).astype(np.float32)
        return vectors, np.arange(len(sizes))

    made = with_linear()
    evidence = replace(made.linear.evidence, means=means)
    made.linear = replace(made.linear, evidence=evidence, knowledge=knowledge)
    made.auxiliary = replace(made.auxiliary, margins=made.linear.margins)
    return made


def classifier_of(made, calibration=None):
    return Classifier(made, TREE, None, calibration=calibration)


def temperatures():
    levels = np.array([0.7, 1.5])
    each = np.linspace(0.4, 2.0, TREE.num_nodes + 1)
    return Calibration(TREE, levels, each, np.zeros(TREE.num_nodes + 1, np.int64))


@pytest.mark.parametrize(
    "made",
    [
        with_linear(),
        with_linear(bayes=True),
        with_linear(flat=True),
        with_means(),
        network(),  # of its margins nothing is known but the numbers
        network(kind="mean"),
    ],
)
@pytest.mark.parametrize("calibration", [None, temperatures()])
@pytest.mark.parametrize("chunk", [4, 10_000])
def test_codes_are_those_of_all_probabilities(monkeypatch, made, calibration, chunk):
    monkeypatch.setattr(numpy_network, "CHUNK", chunk)
    monkeypatch.setattr(code_search, "BLOCK", 2)
    texts, classifier = texts_of(), classifier_of(made, calibration)
    logs = classifier.log_probabilities(texts)
    blank = texts.document_words == 0
    for k in (1, 2, 50):
        expected = most_probable_codes(logs, TREE, top_k=k, blank=blank)
        found = classifier.decode(texts, top_k=k)
        alone = [classifier.decode(texts.take([i]), top_k=k) for i in range(len(texts))]
        for name in FIELDS.split():
            one, two = getattr(found, name), getattr(expected, name)
            np.testing.assert_allclose(one, two, atol=2e-6, err_msg=name)
            assert one.dtype == two.dtype
            several = np.concatenate([getattr(each, name) for each in alone])
            np.testing.assert_allclose(one, several, atol=2e-6, err_msg=name)
    assert classifier._search is not None


@pytest.mark.parametrize("made", [network(head="leaf"), network(asked=2), object()])
def test_other_models_have_no_search(made):
    assert search_of(made, TREE.leaves) is None


def test_of_equal_codes_the_first_goes_first():
    made = network()
    made.head._kernel[:] = 0
    made.head._bias[:] = 0
    made.head._shares[1] = 0
    found = search_of(made, TREE.leaves)(texts_of(), len(TREE.leaves))
    logs = made.log_probabilities(texts_of())
    expected = most_probable_codes(logs, TREE, top_k=50)
    np.testing.assert_array_equal(found.nodes, expected.top_nodes)


def test_a_number_that_is_none_is_said():
    made = with_linear()
    made.linear.evidence.planes.biases[:] = np.nan
    with pytest.raises(ValueError, match="no numbers"):
        classifier_of(made).decode(texts_of(ROWS))
