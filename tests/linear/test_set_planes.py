"""Planes of records with several codes."""

import numpy as np
import pytest
from scipy import sparse
from support.linear_corpus import TREE, WORDS, encode, encoder

from han.code_list.taxonomy import Taxonomy
from han.code_sets import codes_by_thresholds, hierarchical_set_scores
from han.layers.tree_sigmoid_numpy import NumpyTreeSigmoid
from han.linear.cross_fitting import FOLDS, cross_fit
from han.linear.linear_tree import LinearTree
from han.linear.plane_training import Machine
from han.linear.set_planes import weight_of_f1

FLAT = [False, True]


def corpus(rows=200, seed=5):
    """Records with a word for each of one to three codes, and some noise."""
    generator = np.random.default_rng(seed)
    sets = np.full((rows, 3), -1, np.int32)
    texts = []
    for row in range(rows):
        codes = generator.choice(np.arange(3, 8), generator.integers(1, 4), False)
        sets[row, : len(codes)] = codes
        texts.append([*np.array(WORDS)[codes], *generator.choice(WORDS[:3], 1)])
    return encode(texts), sets


@pytest.mark.parametrize("flat", FLAT)
def test_a_record_with_siblings_is_on_the_right_side_of_both(flat):
    tree = Taxonomy(["1", "2", "11", "12", "13"], [-1, -1, 0, 0, 0])
    sets = np.array([[2, 3], [2, -1], [3, -1], [4, -1], [1, -1]] * 4, np.int32)
    features = np.zeros((20, 5), np.float32)
    rows, places = np.nonzero(sets >= 0)
    features[rows, sets[rows, places]] = 1
    matrix = sparse.csr_array(features)
    planes = LinearTree.fit(matrix, sets, np.ones(20), tree, flat=flat, cost=10.0)
    margins = planes.margins(matrix)
    for row in range(5):
        own = sets[row][sets[row] >= 0]
        among = tree.leaves if flat or 2 in own or 3 in own or 4 in own else [0, 1]
        for node in among:
            assert (margins[row, node] > 0) == (node in own), (row, node)


def test_single_codes_as_sets_have_the_planes_of_single_codes():
    texts, sets = corpus()
    nodes = sets[:, 0]
    words = encoder().vocabulary.words
    fitted = cross_fit(texts, nodes, np.ones(len(nodes)), TREE, words)
    matrix = fitted.model.matrix(texts)
    for flat in FLAT:
        one, two = (
            LinearTree.fit(matrix, given, np.ones(len(nodes)), TREE, flat=flat)
            for given in (nodes, nodes[:, None])
        )
        has_siblings = np.bincount(TREE.parents + 1)[TREE.parents + 1] > 1
        both = [planes.margins(matrix)[:, has_siblings] for planes in (one, two)]
        np.testing.assert_allclose(*both, atol=1e-6)


def test_planes_are_judged_by_the_f1_of_sets_at_one_half():
    _, sets = corpus(40)
    scores = np.random.default_rng(1).normal(size=(40, TREE.num_nodes))
    weights = np.random.default_rng(2).uniform(size=40)
    logs = NumpyTreeSigmoid(
        TREE.parents.tolist(), [np.eye(TREE.num_nodes), np.zeros(TREE.num_nodes)]
    )(scores)
    given = codes_by_thresholds(logs, 0.5, TREE)
    f1 = hierarchical_set_scores(
        sets, given, TREE, average="instance", sample_weight=weights
    ).f1
    found = weight_of_f1(scores, sets, weights, TREE)
    assert found == pytest.approx(f1 * weights.sum())


def test_flat_planes_learn_nothing_from_records_that_stop_early():
    texts, sets = corpus(60)
    words = encoder().vocabulary.words
    matrix = cross_fit(texts, sets, np.ones(60), TREE, words).model.matrix(texts)
    partial = sets.copy()
    partial[40:] = [0, -1, -1]  # of what is below node 0 nothing is known
    some = LinearTree.fit(matrix, partial, np.ones(60), TREE, flat=True)
    fold, machines = np.arange(60) // 40, [Machine(left_out=1, cost=1.0)]
    (less,) = LinearTree.fit_several(
        matrix, sets, np.ones(60), TREE, fold, machines, flat=True
    )
    np.testing.assert_allclose(some.margins(matrix), less.margins(matrix), atol=1e-4)


def test_margins_of_training_records_come_from_others_and_tell_codes():
    texts, sets = corpus()
    words = encoder().vocabulary.words
    fitted = cross_fit(texts, sets, np.ones(len(sets)), TREE, words)
    assert fitted.model.evidence.bayes is None and len(fitted.folds) == FOLDS
    margins = fitted.margins(texts, np.arange(len(texts)))
    for fold in range(FOLDS):
        here = np.flatnonzero(fitted.fold == fold)
        own = fitted.folds[fold].of(fitted.model.matrix(texts)[here])
        np.testing.assert_allclose(margins[here], own, atol=1e-6)
    leaves = np.arange(3, 8)
    true = (sets[:, :, None] == leaves).any(axis=1)
    above = {3: 0, 4: 0, 5: 1, 6: 2, 7: 2}
    judged = np.stack(
        [
            np.isin(sets, [n for n in leaves if above[n] == above[leaf]]).any(axis=1)
            for leaf in leaves
        ],
        axis=1,
    )
    right = (margins[:, leaves] > 0) == true
    assert right[judged].mean() > 0.9
