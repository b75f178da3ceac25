"""Class means of pretrained vectors, against plain loops and scikit-learn."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from support import references
from support.linear_corpus import TREE, encode

from han.code_list.taxonomy import Taxonomy
from han.linear import class_means
from han.linear.class_means import ClassMeans, document_vectors

WIDTH = 6
FLAT = Taxonomy([*"1234"], [-1] * 4)


def problem(nodes=(3, 4, 5, 6, 7), rows=120, seed=1):
    """Vectors of length 1 around a centre for each node, and the nodes."""
    generator = np.random.default_rng(seed)
    nodes = np.resize(np.array(nodes, np.int32), rows)
    centres = generator.normal(size=(TREE.num_nodes, WIDTH))
    vectors = centres[nodes] + 0.8 * generator.normal(size=(rows, WIDTH))
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / lengths).astype(np.float32), nodes


def fit(vectors, nodes, weights=None, tree=TREE):
    weights = np.ones(len(nodes)) if weights is None else weights
    return ClassMeans.fit(vectors, nodes, weights, tree)


def plain(vectors, nodes, weights, tree):
    """Weights and biases of linear discriminant analysis, node by node."""
    rows = np.flatnonzero(weights)
    vectors, nodes = vectors[rows].astype(float), nodes[rows]
    weights = weights[rows] * len(rows) / weights[rows].sum()
    below = {
        n: np.isin(tree.paths[nodes], n).any(axis=1) for n in range(len(tree.parents))
    }

    def mean(node):
        here = below[node]
        if node < 0:
            here = np.ones(len(nodes), bool)
        return weights[here] @ vectors[here], weights[here].sum()

    def shrunk(node):
        if node < 0:
            total, count = weights @ vectors, weights.sum()
            return total / count
        total, count = mean(node)
        prior = class_means.PRIOR_RECORDS
        return (total + prior * shrunk(tree.parents[node])) / (count + prior)

    covariance = np.zeros((vectors.shape[1],) * 2)
    for vector, node, weight in zip(vectors, nodes, weights, strict=True):
        total, count = mean(node)
        away = vector - total / count
        covariance += weight * np.outer(away, away)
    covariance /= weights.sum() - len(set(nodes.tolist()))
    equal = np.trace(covariance) / len(covariance) * np.eye(len(covariance))
    some = class_means.SHRINKAGE
    inverse = np.linalg.inv((1 - some) * covariance + some * equal)
    means = np.array([shrunk(leaf) for leaf in sorted(tree.leaves)])
    planes = means @ inverse
    biases = -0.5 * (planes * means).sum(axis=1)
    return class_means.SHARPNESS * planes.T, class_means.SHARPNESS * biases


# What is learnt


def test_they_are_those_of_plain_loops():
    """With partial codes, weights, records of weight 0 and a code without records."""
    vectors, nodes = problem((3, 4, 5, 6, 0, 2))
    weights = np.random.default_rng(0).integers(0, 4, len(nodes)).astype(float)
    found = fit(vectors, nodes, weights)
    planes, biases = plain(vectors, nodes, weights, TREE)
    np.testing.assert_allclose(found.weights, planes, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(found.biases, biases, rtol=1e-4, atol=1e-4)
    assert found.weights.shape == (WIDTH, len(TREE.leaves))


def test_without_a_prior_they_are_those_of_scikit_learn(monkeypatch):
    monkeypatch.setattr(class_means, "PRIOR_RECORDS", 0.0)
    monkeypatch.setattr(class_means, "SHARPNESS", 1.0)
    vectors, nodes = problem((0, 1, 2, 3))
    found = fit(vectors, nodes, tree=FLAT)
    # It divides by the number of records, and not by that of degrees of freedom.
    ratio = (len(nodes) - 4) / len(nodes)
    lda = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=class_means.SHRINKAGE)
    lda.fit(vectors, nodes)
    np.testing.assert_allclose(found.weights, ratio * lda.coef_.T, rtol=1e-3)
    expected = ratio * (lda.intercept_ - np.log(1 / 4))
    np.testing.assert_allclose(found.biases, expected, rtol=1e-3)
    assert (found.scores(vectors).argmax(axis=1) == lda.predict(vectors)).all()


def test_a_code_without_records_is_where_its_parent_is():
    vectors, nodes = problem((3, 4, 5, 6))  # 7 has none, and 6 is its only sibling
    every, ones = np.arange(len(nodes)), np.ones(len(nodes))
    sums = class_means._sums(vectors.astype(float), every, nodes, ones, TREE)
    means = class_means._shrunk_means(*sums, TREE)
    np.testing.assert_allclose(means[7], means[2])
    away = np.linalg.norm(means - means[TREE.parents], axis=1)
    assert (away[3:7] > 1e-3).all()


def test_few_records_draw_a_mean_less_far_from_its_parent():
    """A record more, of the same vector: nearer to it by what the prior says."""
    vector = np.eye(WIDTH)[:1]
    one, two = (
        class_means._shrunk_means(
            *class_means._sums(
                np.concatenate([np.eye(WIDTH)[1:2], np.repeat(vector, n, axis=0)]),
                np.arange(n + 1),
                np.array([0, *[1] * n], np.int32),
                np.ones(n + 1),
                Taxonomy(["1", "2"], [-1, -1]),
            ),
            Taxonomy(["1", "2"], [-1, -1]),
        )[1, 0]
        for n in (1, 4)
    )
    assert one == pytest.approx((1 + 2 * 1 / 2) / 3)
    assert two == pytest.approx((4 + 2 * 4 / 5) / 6)


def test_weights_count_among_each_other_alone():
    vectors, nodes = problem()
    weights = np.random.default_rng(0).integers(0, 3, len(nodes)).astype(float)
    found, tenfold = (fit(vectors, nodes, w) for w in (weights, 10 * weights))
    np.testing.assert_allclose(found.weights, tenfold.weights, rtol=1e-6)
    kept = np.flatnonzero(weights)
    without = fit(vectors[kept], nodes[kept], weights[kept])
    np.testing.assert_array_equal(found.weights, without.weights)
    assert not np.allclose(found.weights, fit(vectors, nodes).weights, rtol=0.01)


def test_some_of_the_records_teach_as_if_there_were_no_others(monkeypatch):
    monkeypatch.setattr(class_means, "COLUMNS", 4)  # two parts of six columns
    vectors, nodes = problem()
    vectors[7] = 0
    weights = np.arange(len(nodes)) % 3.0
    rows = np.flatnonzero(np.arange(len(nodes)) % 5)
    some = ClassMeans.fit(vectors, nodes, weights, TREE, rows)
    alone = fit(vectors[rows], nodes[rows], weights[rows])
    np.testing.assert_array_equal(some.weights, alone.weights)
    np.testing.assert_array_equal(some.biases, alone.biases)


def test_a_document_without_words_teaches_and_says_nothing():
    vectors, nodes = problem()
    zeros = np.zeros((9, WIDTH), np.float32)
    more = np.concatenate([vectors, zeros]), np.append(nodes, np.full(9, 3, np.int32))
    found = fit(*more)
    np.testing.assert_array_equal(found.weights, fit(vectors, nodes).weights)
    scores = found.scores(more[0])
    assert not scores[-9:].any() and scores[:-9].any(axis=1).all()


def test_codes_end_on_any_level():
    """`Taxonomy.leaves` go from left to right: their numbers do not always rise."""
    tree = Taxonomy(["1", "2", "3", "11", "12"], [-1, -1, -1, 0, 0])
    assert (np.diff(tree.leaves) < 0).any()
    vectors, nodes = problem((1, 2, 3, 4))
    means = fit(vectors, nodes, tree=tree)
    logs = np.array(
        [references.tree_probabilities(s, tree.parents) for s in means.scores(vectors)]
    )
    leaves = np.sort(tree.leaves)
    planes, biases = plain(vectors, nodes, np.ones(len(nodes)), tree)
    expected = (vectors @ planes + biases).argmax(axis=1)
    assert (logs[:, leaves].argmax(axis=1) == expected).all()
    np.testing.assert_allclose(means.weights, planes, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(means.biases, biases, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("rows", [0, 1, 5])
def test_hardly_any_records_give_numbers(rows):
    """Of one record for each code there is no covariance."""
    vectors, nodes = problem(rows=5)
    found = fit(vectors[:rows], nodes[:rows])
    # As sure as of records that are nearly all alike, and no surer.
    assert np.abs(found.scores(vectors)).max() < 10 * WIDTH / class_means.LEAST_SPREAD


# What is said


@given(st.integers(0, 10_000))
def test_an_inner_node_is_the_sum_of_its_leaves(seed):
    random = np.random.default_rng(seed)
    tree = references.random_tree(random)
    vectors = random.normal(size=(3, WIDTH)).astype(np.float32)
    means = ClassMeans(
        random.normal(size=(WIDTH, len(tree.leaves))).astype(np.float32),
        random.normal(size=len(tree.leaves)).astype(np.float32),
        np.ones(tree.num_nodes, np.float32),
        tree.parents,
    )
    scores = means.scores(vectors)
    parents = tree.parents.tolist()
    scored = [i for i, p in enumerate(parents) if parents.count(p) > 1]
    for vector, said in zip(vectors, scores, strict=True):
        found = references.tree_probabilities(said[scored], parents)
        of_leaves = np.zeros(tree.num_nodes)
        of_leaves[np.sort(tree.leaves)] = references.softmax(
            vector @ means.weights + means.biases
        )
        expected = tree.sum_leaves(of_leaves[None, tree.leaves])[0]
        np.testing.assert_allclose(found, expected, atol=1e-5)
    for parent in {-1, *parents}:
        children = np.flatnonzero(tree.parents == parent)
        if len(children):
            np.testing.assert_allclose(scores[:, children].mean(axis=1), 0, atol=1e-5)


def test_factors_count_node_by_node_and_documents_by_themselves():
    vectors, nodes = problem()
    means = fit(vectors, nodes)
    factors = np.arange(TREE.num_nodes, dtype=np.float64)
    weighed = means.times(factors)
    np.testing.assert_allclose(
        weighed.scores(vectors), means.scores(vectors) * factors, rtol=1e-5
    )
    assert weighed.factors.dtype == np.float32
    alone = means.scores(vectors[4:5])
    np.testing.assert_allclose(alone[0], means.scores(vectors)[4], atol=1e-5)
    assert means.scores(vectors[:0]).shape == (0, TREE.num_nodes)


@pytest.mark.parametrize("name", ["weights", "biases", "factors", "parents"])
def test_means_of_another_code_list_are_refused(name):
    means = fit(*problem())
    means.check(TREE.parents)
    other = replace(means, **{name: getattr(means, name)[..., :-1]})
    with pytest.raises(ValueError, match="of another code list"):
        other.check(TREE.parents)


# Vectors of documents


def test_the_vector_of_a_document_is_the_mean_of_its_sentences():
    texts = encode([["pan", "sal"], [], ["pan"]])
    texts = replace(
        texts,
        sentence_lengths=np.ones(3, np.int32),
        sentence_fields=np.zeros(3, np.int32),
        document_sentences=np.array([2, 0, 1], np.int32),
    )
    vectors = np.array([[0, 1, 0], [0.6, 0, 0.8]], np.float32)
    found = document_vectors(vectors, np.array([0, 1, 1]), texts)
    mean = vectors.mean(axis=0)
    np.testing.assert_allclose(found[0], mean / np.linalg.norm(mean), atol=1e-6)
    np.testing.assert_array_equal(found[1], 0)
    np.testing.assert_allclose(found[2], vectors[1], atol=1e-6)
    assert found.dtype == np.float32
