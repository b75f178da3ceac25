"""The linear baseline where records have several codes."""

import numpy as np
import pytest
from support.linear_corpus import TREE, WORDS, encode, encoder

from han.baselines import TfidfSets, load_baseline
from han.code_list.closure import closure
from han.code_list.taxonomy import Taxonomy
from han.code_sets import codes_by_thresholds, hierarchical_set_scores

VOCABULARY = encoder().vocabulary.words


def corpus(rows=150, seed=5):
    """Records with a word for each of one to three codes; some codes are partial."""
    generator = np.random.default_rng(seed)
    sets = np.full((rows, 3), -1, np.int32)
    texts = []
    for row in range(rows):
        codes = generator.choice(np.arange(3, 8), generator.integers(1, 4), False)
        texts.append([*np.array(WORDS)[codes], *generator.choice(WORDS[:3], 1)])
        if row % 15 == 0:
            codes = TREE.parents[codes[:1]]
        sets[row, : len(codes)] = codes
    return encode(texts), sets


@pytest.mark.parametrize("scope", ["flat", "per_parent"])
def test_it_learns_sets_and_is_read_again(tmp_path, scope):
    texts, sets = corpus()
    weights = np.ones(len(sets))
    model = TfidfSets(VOCABULARY, scope=scope).fit(texts, sets, weights, TREE)
    new, true = corpus(seed=6)
    before = model.log_probabilities(new)
    model.calibrate(new, true, np.ones(len(true)))
    logs = model.log_probabilities(new)
    below = np.flatnonzero(TREE.parents >= 0)
    assert (logs[:, below] <= logs[:, TREE.parents[below]]).all() and (logs <= 0).all()
    given = codes_by_thresholds(logs, 0.5, TREE)
    found = hierarchical_set_scores(true, given, TREE, average="instance")
    assert found.f1 > 0.85
    whole = np.flatnonzero(np.arange(len(true)) % 15)
    truth = closure(true, TREE).toarray()[whole]

    def loss(found):
        p = np.exp(found[whole].astype(float)).clip(1e-9, 1 - 1e-9)
        return -np.where(truth, np.log(p), np.log1p(-p)).mean()

    assert loss(logs) < loss(before)
    model.save(tmp_path / "baseline.npz")
    again = load_baseline(tmp_path / "baseline.npz", TREE, VOCABULARY)
    np.testing.assert_array_equal(again.log_probabilities(new), logs)


def test_a_record_with_siblings_has_both():
    texts = encode([["sin"], ["local"], ["sin", "local"]] * 10)
    sets = np.array([[6, -1], [7, -1], [6, 7]] * 10, np.int32)
    model = TfidfSets(VOCABULARY, scope="per_parent", cost=10.0)
    model.fit(texts, sets, np.ones(30), TREE)
    logs = model.log_probabilities(texts.take([0, 1, 2]))
    given = closure(codes_by_thresholds(logs, 0.5, TREE), TREE).toarray()
    assert given[:, 6].tolist() == [True, False, True]
    assert given[:, 7].tolist() == [False, True, True]
    assert given[:, 2].all() and not given[:, :2].any()


@pytest.mark.parametrize("scope", ["flat", "per_parent"])
def test_a_full_code_may_stand_above_others_in_the_list(tmp_path, scope):
    tree = Taxonomy(["1", "2", "11", "12"], [-1, -1, 0, 0])  # leaves are 11, 12, 2
    texts = encode([["sin"], ["local"], ["sin", "local"]] * 10)
    sets = np.array([[1, -1], [3, -1], [1, 3]] * 10, np.int32)
    model = TfidfSets(VOCABULARY, scope=scope, cost=10.0)
    model.fit(texts, sets, np.ones(30), tree)
    model.save(tmp_path / "baseline.npz")
    again = load_baseline(tmp_path / "baseline.npz", tree, VOCABULARY)
    logs = again.log_probabilities(texts)
    np.testing.assert_array_equal(logs, model.log_probabilities(texts))
    given = closure(codes_by_thresholds(logs, 0.5, tree), tree).toarray()
    np.testing.assert_array_equal(given, closure(sets, tree).toarray())
