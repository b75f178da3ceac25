"""The linear model beside the network, against scikit-learn."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC
from support.linear_corpus import TREE, WORDS, corpus, encode, encoder

from han.code_list.taxonomy import Taxonomy
from han.linear import ngram_features
from han.linear.cross_fitting import FOLDS, LEFT_OUT, _Records, cross_fit
from han.linear.linear_model import LinearModel
from han.linear.linear_tree import LinearTree
from han.linear.ngram_features import LONGEST, SHORTEST, NgramFeatures
from han.linear.part_factors import most_probable, weight_right
from han.linear.plane_training import SLIGHT, Machine
from han.linear.plane_trials import Trial
from han.text.cleaning import Cleaner
from han.text.light_stems import light_stem
from han.text.splitting import Splitter
from han.text.text_encoder import FieldLimits, TextEncoder
from han.text.vocabulary import Vocabulary

DOCUMENTS = st.lists(st.lists(st.sampled_from(WORDS), max_size=7), min_size=1)


def dense_rows(matrix):
    """Rows as the sorted values that they hold: columns have no names here."""
    return [np.sort(row[row > 0]) for row in matrix.toarray()]


def test_features_in_blocks_are_those_of_all_at_once(monkeypatch):
    texts, _ = corpus(rows=23)
    features = NgramFeatures.learn(texts, ("vende", "pan", "leche"))
    whole = features.matrix(texts)
    monkeypatch.setattr(ngram_features, "BLOCK", 5)
    parts = features.matrix(texts)
    assert parts.shape == whole.shape and parts.indptr.dtype == whole.indptr.dtype
    for name in ("indptr", "indices", "data"):
        np.testing.assert_array_equal(getattr(parts, name), getattr(whole, name))


@given(DOCUMENTS, st.integers(1, 3), st.booleans())
@settings(deadline=None)
def test_features_are_those_of_scikit_learn(documents, min_count, stems):
    texts = encode(documents)
    learnt = NgramFeatures.learn(
        texts, ("vende", "pan", "leche"), min_count=min_count, stems=stems
    )
    stem = light_stem if stems else str
    plain = [" ".join(d) for d in documents]
    options = {"sublinear_tf": True, "min_df": min_count, "norm": "l2"}
    blocks = [
        TfidfVectorizer(
            ngram_range=(1, 2),
            tokenizer=lambda text: [*map(stem, text.split())],
            token_pattern=None,
            **options,
        ),
        TfidfVectorizer(
            analyzer=lambda text: [
                f" {word} "[i : i + size]
                for word in text.split()
                for size in range(SHORTEST, LONGEST + 1)
                for i in range(len(word) + 3 - size)
            ],
            **options,
        ),
    ]
    expected = []
    for block in blocks:
        try:
            expected.append(block.fit_transform(plain) / np.sqrt(2))
        except ValueError:  # scikit-learn refuses an empty vocabulary
            expected.append(sparse.csr_matrix((len(plain), 0)))
    found = learnt.matrix(texts)
    assert [found[:, : len(learnt.words)].shape[1], len(learnt.letters)] == [
        block.shape[1] for block in expected
    ]
    whole = sparse.hstack(expected).tocsr()
    for one, two in zip(dense_rows(found), dense_rows(whole), strict=True):
        assert np.allclose(one, two, atol=1e-6)


@pytest.mark.parametrize("across_sentences, pairs", [(False, 1), (True, 2)])
def test_pairs_stay_within_a_sentence_or_a_field_of_a_document(across_sentences, pairs):
    fields = {"a": FieldLimits(9, 9), "b": FieldLimits(9, 9)}
    encoder = TextEncoder(fields, Splitter(), Cleaner(), Vocabulary(()))
    columns = {"a": ["pan", "sal"], "b": ["trigo entero. Dulce", ""]}
    learnt = NgramFeatures.learn(
        encoder.encode(columns), (), min_count=1, across_sentences=across_sentences
    )
    assert len(learnt.words) == 5 + pairs


def test_words_met_after_learning_count_by_their_letters():
    learnt = NgramFeatures.learn(encode([["pan"], ["panadero"]] * 2), ("pan",))
    new = learnt.matrix(encode([["panaderos"], ["xyz"], []]))
    assert new[[0]].nnz > 5
    assert new[[1]].nnz == new[[2]].nnz == 0


def test_it_needs_to_know_which_words_are_unknown():
    texts = encode([["pan", "sal"]])
    hidden = texts.__class__(
        texts.vocabulary_ids,
        texts.sentence_lengths,
        texts.sentence_fields,
        texts.document_sentences,
        texts.cut,
    )
    with pytest.raises(ValueError, match="unknown"):
        NgramFeatures.learn(hidden, ("pan",))


def problem(rows=240, columns=30, seed=3):
    generator = np.random.default_rng(seed)
    nodes = generator.choice([3, 4, 5, 6, 7, 0], rows).astype(np.int32)
    centres = generator.normal(size=(TREE.num_nodes, columns))
    values = centres[nodes] + 1.5 * generator.normal(size=(rows, columns))
    values[generator.random(values.shape) < 0.5] = 0
    values /= np.linalg.norm(values, axis=1, keepdims=True)
    return sparse.csr_array(values.astype(np.float32)), nodes


def test_machines_side_by_side_are_those_of_each_alone():
    features, nodes = problem()
    fold, weights = np.arange(len(nodes)) % 3, 1.0 + np.arange(len(nodes)) % 2
    data = features, nodes, weights, TREE, fold
    machines = [Machine(k, cost) for cost in (0.3, 30.0) for k in (-1, 0, 1, 2)]
    together = LinearTree.fit_several(*data, machines)
    for machine, one in zip(machines, together, strict=True):
        (alone,) = LinearTree.fit_several(*data, [machine])
        assert np.array_equal(one.weights, alone.weights)
        assert np.array_equal(one.biases, alone.biases)
        assert one.cost == machine.cost


def test_a_machine_learns_nothing_from_the_records_that_it_leaves_out():
    features, nodes = problem()
    fold = np.arange(len(nodes)) % 3
    machines = [Machine(k, 1.0) for k in range(3)]
    ones = np.ones(len(nodes))
    before = LinearTree.fit_several(features, nodes, ones, TREE, fold, machines)
    changed = np.where(fold == 1, np.roll(nodes, 1), nodes)
    after = LinearTree.fit_several(features, changed, ones, TREE, fold, machines)
    pairs = zip(before, after, strict=True)
    same = [np.array_equal(a.weights, b.weights) for a, b in pairs]
    assert same == [False, True, False]


@pytest.mark.parametrize("weighted", [False, True])
def test_planes_are_those_of_liblinear(weighted, monkeypatch):
    monkeypatch.setattr("han.linear.plane_training.TOLERANCE", 1e-6)
    monkeypatch.setattr("han.linear.plane_training.SLIGHT", 0.0)
    monkeypatch.setattr("han.linear.plane_training.PASSES", 5000)
    features, nodes = problem()
    weights = np.random.default_rng(0).integers(0, 4, len(nodes)).astype(float)
    weights = weights if weighted else np.ones(len(nodes))
    planes = LinearTree.fit(features, nodes, weights, TREE, cost=0.7)
    margins = planes.margins(features)
    for node in (0, 1, 2, 3, 4, 6, 7):
        level = TREE.levels[node] - 1
        path = TREE.paths[nodes][:, level]
        siblings = np.flatnonzero(TREE.parents == TREE.parents[node])
        rows = np.flatnonzero(np.isin(path, siblings) & (weights > 0))
        svm = LinearSVC(C=0.7, tol=1e-8, max_iter=100_000, random_state=0)
        sample_weight = weights[rows] / weights.mean()
        svm.fit(features[rows], path[rows] == node, sample_weight=sample_weight)
        expected = svm.decision_function(features)
        assert np.allclose(margins[:, node], expected, atol=2e-3)
    assert (margins[:, 5] == 0).all()  # an only child


def test_weights_that_change_nothing_are_left_out(monkeypatch):
    features, nodes = problem()
    pruned = LinearTree.fit(features, nodes, np.ones(len(nodes)), TREE)
    monkeypatch.setattr("han.linear.plane_training.SLIGHT", 0.0)
    whole = LinearTree.fit(features, nodes, np.ones(len(nodes)), TREE)
    assert len(pruned.weights) < len(whole.weights)
    for node in np.unique(whole.nodes):
        kept, all_ = (p.weights[p.nodes == node] for p in (pruned, whole))
        left_out = (all_**2).sum() - (kept**2).sum()
        assert 0 <= left_out < SLIGHT * (all_**2).sum() + 1e-6
        assert np.abs(kept).min() > np.abs(np.setdiff1d(all_, kept)).max(initial=0)


def test_a_node_without_records_is_out_and_one_without_rivals_in():
    features, nodes = problem()
    chosen = np.flatnonzero((nodes == 3) | (nodes == 5))
    planes = LinearTree.fit(features[chosen], nodes[chosen], np.ones(len(chosen)), TREE)
    margins = planes.margins(features)
    assert (margins[:, 2] == -1).all()
    assert (margins[:, 3] == 1).all()
    assert (margins[:, 4] == -1).all()
    assert (margins[:, 6:] == 0).all()


def test_margins_of_a_record_do_not_depend_on_its_own_code():
    texts, nodes = corpus()
    weights, words = np.ones(len(nodes)), encoder().vocabulary.words
    fitted = cross_fit(texts, nodes, weights, TREE, words)
    rows = np.arange(len(nodes))
    before = fitted.margins(texts, rows)
    record = 7
    changed = nodes.copy()
    changed[record] = 3 if nodes[record] != 3 else 6
    refitted = cross_fit(texts, changed, weights, TREE, words)
    after = refitted.margins(texts, rows)
    assert np.array_equal(before[record], after[record])
    assert not np.array_equal(before, after)
    assert not np.array_equal(
        fitted.model.margins(texts)[record], refitted.model.margins(texts)[record]
    )


def test_equal_texts_are_left_out_together():
    texts, nodes = corpus(40)
    twice = texts.take(np.tile(np.arange(40), 2))
    words = encoder().vocabulary.words
    fitted = cross_fit(twice, np.tile(nodes, 2), np.ones(80), TREE, words)
    assert (fitted.fold[:40] == fitted.fold[40:]).all()
    assert set(fitted.fold.tolist()) == set(range(FOLDS))


def test_records_beyond_the_limit_do_not_teach():
    texts, nodes = corpus()
    words = encoder().vocabulary.words
    fitted = cross_fit(texts, nodes, np.ones(len(nodes)), TREE, words, limit=60)
    out = np.flatnonzero(fitted.fold == LEFT_OUT)
    assert len(out) == len(nodes) - 60
    assert np.array_equal(
        fitted.margins(texts.take(out), out), fitted.model.margins(texts.take(out))
    )


def test_it_reloads_alike_in_a_fresh_process(tmp_path):
    texts, nodes = corpus()
    words = encoder().vocabulary.words
    model = cross_fit(texts, nodes, np.ones(len(nodes)), TREE, words).model
    model.save(tmp_path / "linear.npz")
    encoder().save(tmp_path / "text.json")
    np.save(tmp_path / "margins.npy", model.margins(encode([["pan", "sal"], []])))
    code = (
        "import sys, numpy as np\n"
        "from pathlib import Path\n"
        "from han.linear.linear_model import LinearModel\n"
        "from han.text.text_encoder import TextEncoder\n"
        "folder = Path(sys.argv[1])\n"
        "encoder = TextEncoder.load(folder / 'text.json')\n"
        "words = encoder.vocabulary.words\n"
        "model = LinearModel.load(folder / 'linear.npz', words)\n"
        "found = model.margins(encoder.encode({'text': ['pan sal', '']}))\n"
        "sys.exit(not np.array_equal(found, np.load(folder / 'margins.npy')))\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert done.returncode == 0
    stored = LinearModel.load(tmp_path / "linear.npz", words)
    assert "pan" not in str(vars(stored.evidence))


def test_flat_planes_are_those_of_liblinear_and_sum_up(monkeypatch):
    monkeypatch.setattr("han.linear.plane_training.TOLERANCE", 1e-6)
    monkeypatch.setattr("han.linear.plane_training.SLIGHT", 0.0)
    monkeypatch.setattr("han.linear.plane_training.PASSES", 5000)
    features, nodes = problem()
    planes = LinearTree.fit(features, nodes, np.ones(len(nodes)), TREE, flat=True)
    margins = planes.margins(features)
    full = np.flatnonzero(nodes >= 3)  # those of node 0 have a partial code
    for leaf in TREE.leaves:
        svm = LinearSVC(C=1.0, tol=1e-8, max_iter=100_000, random_state=0)
        svm.fit(features[full], nodes[full] == leaf)
        expected = svm.decision_function(features)
        assert np.allclose(margins[:, leaf], expected, atol=2e-3)
    expected = np.log(np.exp(3 * margins[:, 3:5]).sum(axis=1)) / 3
    assert np.allclose(margins[:, 0], expected, atol=1e-4)


def test_the_cost_that_codes_most_is_kept(monkeypatch):
    texts, nodes = corpus()
    data = texts, nodes, np.ones(len(nodes)), TREE, encoder().vocabulary.words

    def trials(self, flat, costs, most):
        tried.append((flat, *costs))
        return [Trial(gains[cost], flat, cost) for cost in costs]

    monkeypatch.setattr("han.linear.cross_fitting._Records.trials", trials)
    for last, best in ((0.52, 3.0), (0.53, 10.0)):
        gains, tried = {0.3: 0.4, 1.0: 0.5, 3.0: 0.519, 10.0: last, 30.0: last}, []
        fitted = cross_fit(*data)
        first = [(False, 1.0), (True, 1.0), (False, 0.3, 1.0, 3.0)]
        assert tried == [*first, (False, 10.0), (False, 30.0)][: len(tried)]
        every = (fitted.model.evidence, *fitted.folds)
        assert {float(e.planes.cost) for e in every} == {best}
        (expected,) = LinearTree.fit_several(
            fitted.model.matrix(texts),
            nodes,
            np.ones(len(nodes)),
            TREE,
            fitted.fold,
            [Machine(3, best)],
        )
        assert np.array_equal(fitted.folds[3].planes.weights, expected.weights)


def test_texts_of_the_code_list_choose_nothing():
    features, nodes = problem()
    fold = np.arange(len(nodes)) % 5
    is_record = np.arange(len(nodes)) < len(nodes) / 2
    ones = np.ones(len(nodes))
    records = _Records(features, nodes, ones, fold, is_record, TREE, 0, 0)
    (trial,) = records.trials(False, [1.0], 999)
    rows = np.flatnonzero(is_record & (fold < 2))
    planes = records.planes(False, [Machine(k, 1.0) for k in range(2)])
    scores = records._of_planes(planes, rows)
    right = weight_right(scores, nodes[rows], ones[rows], TREE)
    assert trial.right == pytest.approx(right / len(rows))
    none = _Records(features, nodes, ones, fold, is_record & False, TREE, 0, 0)
    assert none.trials(False, [1.0], 999)[0].right == 0


def test_many_records_are_tried_by_some_and_taught_by_all(monkeypatch):
    features, nodes = problem()
    fold, ones = np.arange(len(nodes)) % 5, np.ones(len(nodes))
    records = _Records(features, nodes, ones, fold, ones > 0, TREE, 0, 0)
    monkeypatch.setattr("han.linear.plane_trials.KIND_TAUGHT", 50)
    monkeypatch.setattr("han.linear.plane_trials.COST_TAUGHT", 60)
    monkeypatch.setattr("han.linear.cross_fitting.JUDGES", 30)
    seen, judged = [], []
    fit, right = LinearTree.fit_several, _Records.share_right

    def fit_several(features, nodes, *others, **options):
        seen.append(len(nodes))
        return fit(features, nodes, *others, **options)

    def share_right(self, planes, rows):
        judged.append(len(rows))
        return right(self, planes, rows)

    monkeypatch.setattr(LinearTree, "fit_several", fit_several)
    monkeypatch.setattr(_Records, "share_right", share_right)
    records.evidence()
    assert seen[:3] == [50, 50, 60] and seen[-1] == len(nodes)
    assert set(judged) == {30}


def test_files_without_stems_and_cost_are_read(tmp_path):
    texts, nodes = corpus()
    words = encoder().vocabulary.words
    model = cross_fit(texts, nodes, np.ones(len(nodes)), TREE, words).model
    model.save(tmp_path / "linear.npz")
    same = LinearModel.load(tmp_path / "linear.npz", words)
    assert same.features.stems
    assert np.array_equal(same.margins(texts), model.margins(texts))
    assert same.evidence.planes.cost == model.evidence.planes.cost
    with np.load(tmp_path / "linear.npz") as stored:
        arrays = dict(stored)
    old = {k: v for k, v in arrays.items() if k not in ("stems", "planes_cost")}
    np.savez(tmp_path / "old.npz", **old)
    read = LinearModel.load(tmp_path / "old.npz", words)
    assert (read.features.stems, read.evidence.planes.cost) == (False, 1.0)


@pytest.mark.parametrize("better", [False, True])
@pytest.mark.parametrize("limit", [0, 10**9])
def test_the_better_kind_of_planes_is_kept(monkeypatch, limit, better):
    texts, nodes = corpus()
    words = encoder().vocabulary.words
    kinds = []

    def right(self, planes, rows):
        kinds.append(bool(planes[0].is_flat))
        return float(kinds[-1] == better)

    monkeypatch.setattr("han.linear.cross_fitting.FLAT", limit)
    monkeypatch.setattr("han.linear.cross_fitting._Records.share_right", right)
    fitted = cross_fit(texts, nodes, np.ones(len(nodes)), TREE, words)
    every = (fitted.model.evidence, *fitted.folds)
    assert {bool(e.planes.is_flat) for e in every} == {better and limit > 0}


def test_records_are_judged_by_planes_that_have_not_seen_them(monkeypatch):
    monkeypatch.setattr("han.linear.plane_training.TOLERANCE", 1e-5)
    monkeypatch.setattr("han.linear.plane_training.PASSES", 5000)
    features, nodes = problem()
    nodes[nodes == 0] = 3
    fold = np.arange(len(nodes)) % 2
    weights = np.arange(len(nodes), dtype=float)
    rows = np.flatnonzero(is_record := np.arange(len(nodes)) % 3 > 0)
    records = _Records(features, nodes, weights, fold, is_record, TREE, 0, 0)
    scores = records._of_planes(
        records.planes(False, [Machine(k, 1.0) for k in range(2)]), rows
    )
    expected = 0.0
    for k in range(2):
        here, others = rows[fold[rows] == k], np.flatnonzero(fold != k)
        planes = LinearTree.fit(features[others], nodes[others], weights[others], TREE)
        codes = most_probable(3 * planes.margins(features[here]), TREE)
        expected += weights[here][codes == nodes[here]].sum()
    found = weight_right(scores, nodes[rows], weights[rows], TREE)
    assert found == pytest.approx(expected)
    share = expected / weights[rows].sum()
    assert records.trials(False, [1.0], 999)[0].right == pytest.approx(share)
    assert 0 < expected < weights[rows].sum()


def test_most_probable_goes_down_the_tree():
    tree = Taxonomy(["1", "2", "11", "12"], [-1, -1, 0, 0])
    scores = np.array([[1.0, 0.9, 0.0, 0.0], [1.0, 0.0, 0.0, 5.0]], np.float32)
    assert most_probable(scores, tree).tolist() == [1, 3]
