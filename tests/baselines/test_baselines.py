"""Baselines: features, planes, scopes, temperatures, files."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC
from support.experiments import ROWS, write_experiment

from han import train
from han.baselines import (
    FastText,
    Majority,
    TfidfLinear,
    TfidfSvm,
    load_baseline,
)
from han.baselines.calibrated_baseline import fit_temperature
from han.baselines.linear_planes import fit_planes
from han.baselines.tfidf_linear import VECTOR_WEIGHTS
from han.code_list.taxonomy import Taxonomy
from han.config import read_config
from han.errors import InputError
from han.experiment.corpus import read_corpus
from han.metrics import coherence_error, node_log_loss
from han.runs.classifier import Classifier
from han.runs.loading import load_classifier, load_model
from han.runs.run_files import PRETRAINED_FILE, TAXONOMY_FILE, TEXT_FILE
from han.runs.run_folder import RunFolder
from han.text.cleaning import Cleaner
from han.text.splitting import Splitter
from han.text.text_encoder import FieldLimits, TextEncoder
from han.text.vocabulary import Vocabulary

TEXTS = ["pan dulce de trigo", "Pan. Blanco", "queso de cabra", "", "queso queso pan"]
SCOPES = ("flat", "per_level", "per_parent")


def encoder(*words, fields=("text",)):
    limits = {name: FieldLimits(40, 15) for name in fields}
    return TextEncoder(limits, Splitter(), Cleaner(), Vocabulary(words))


def encoded(texts, *words):
    return encoder(*words).encode({"text": texts})


def shop(repeat=4):
    """Documents of four codes on two levels, their nodes, and the tree."""
    tree = Taxonomy.from_paths([(a, b) for _, a, b in ROWS])
    rows = ROWS * repeat
    vocabulary = ("pan", "queso", "martillo", "de", "acero")
    texts = encoded([text for text, _, _ in rows], *vocabulary)
    nodes = np.array([tree.find((a, b)) for _, a, b in rows])
    return texts, nodes, np.ones(len(rows)), tree, vocabulary


def linear(scope="flat", **more):
    texts, nodes, weights, tree, words = shop()
    return TfidfLinear(words, scope=scope, **more).fit(texts, nodes, weights, tree)


# Features


def columns_of_scikit_learn(texts, **settings):
    vectorizer = TfidfVectorizer(sublinear_tf=True, lowercase=False, **settings)
    return vectorizer.fit_transform(texts).toarray()


def features_of(texts, words):
    """The model's features of the records that it has learnt from."""
    nodes, tree = np.arange(len(texts)) % 2, Taxonomy(["1", "2"], [-1, -1])
    model = TfidfLinear(words).fit(texts, nodes, np.ones(len(texts)), tree)
    return model._matrix(texts)


@pytest.mark.parametrize("known", [(), ("pan", "queso"), ("pan", "dulce", "cabra")])
def test_features_are_those_of_scikit_learn_whatever_the_vocabulary(known):
    words = ["pan dulce de trigo", "pan blanco", "queso de cabra", "queso queso pan"]
    by_word = columns_of_scikit_learn(
        words, ngram_range=(1, 2), token_pattern=r"\S+", min_df=2
    )
    by_letter = columns_of_scikit_learn(
        words, analyzer="char_wb", ngram_range=(2, 5), min_df=2
    )
    found = features_of(encoded(words, *known), known).toarray()
    expected = np.hstack([by_word, by_letter])
    # The order of columns is ours: products of rows do not know it.
    np.testing.assert_allclose(found @ found.T, expected @ expected.T, atol=1e-6)
    assert found.shape == expected.shape


def test_records_that_share_nothing_have_features_all_the_same():
    assert features_of(encoded(["pan", "sol"]), ()).nnz > 0


def test_typos_share_letters_with_what_was_learnt():
    model = linear()
    texts = encoded(["martiyo", "martilllo", "qeso fresko"])
    best = model.log_probabilities(texts)[:, model.tree.leaves].argmax(axis=1)
    codes = [model.tree.codes[model.tree.leaves[k]] for k in best]
    assert codes == ["21", "21", "12"]


def test_word_pairs_go_on_after_a_full_stop():
    texts = encoded(["Pan. Dulce", "Pan dulce"])
    assert np.ptp(features_of(texts, ()).toarray(), axis=0).max() == 0


# Planes


@pytest.mark.parametrize("kind", ["svm", "logistic"])
def test_weights_of_records_move_the_planes_and_their_scale_does_not(kind):
    texts, nodes, weights, _, words = shop()
    features = features_of(texts, words)
    labels = nodes.copy()
    labels[::3] = labels[0]  # contradictions: the weights decide

    def slopes(weights):
        (found,) = fit_planes(features, labels, weights, linear=kind)
        return found.slopes.toarray()

    heavy = np.where(np.arange(len(labels)) % 3 == 0, 9.0, 1.0)
    assert np.abs(slopes(heavy) - slopes(weights)).max() > 0.05
    np.testing.assert_allclose(slopes(heavy), slopes(heavy * 1000), atol=1e-3)


@pytest.mark.parametrize("kind", ["svm", "logistic"])
def test_costs_together_are_those_of_each_alone(kind):
    texts, nodes, weights, _, words = shop()
    features, costs = features_of(texts, words), (0.1, 1.0, 100.0)
    together = fit_planes(features, nodes, weights, costs=costs, linear=kind)
    for cost, found in zip(costs, together, strict=True):
        (alone,) = fit_planes(features, nodes, weights, costs=[cost], linear=kind)
        same = found.distances(features) == alone.distances(features)
        assert same.all()
    assert (together[0].slopes != together[2].slopes).nnz


def test_planes_are_those_of_scikit_learn():
    texts, nodes, weights, _, words = shop()
    features = features_of(texts, words)
    svm = LinearSVC(random_state=0).fit(features, nodes)
    (found,) = fit_planes(features, nodes, weights)
    assert found.classes.tolist() == svm.classes_.tolist()
    expected = svm.decision_function(features)
    np.testing.assert_allclose(found.distances(features), expected, atol=0.02)


def test_records_of_weight_0_teach_nothing():
    texts, nodes, weights, tree, words = shop()
    wrong = nodes.copy()
    wrong[::2] = np.roll(nodes, 5)[::2]
    weights[::2] = 0.0
    model = TfidfLinear(words).fit(texts, wrong, weights, tree)
    kept = np.arange(1, len(nodes), 2)
    other = TfidfLinear(words).fit(
        texts.take(kept), nodes[kept], np.ones(len(kept)), tree
    )
    np.testing.assert_allclose(
        model.log_probabilities(texts), other.log_probabilities(texts), atol=1e-4
    )


# Scopes


@pytest.mark.parametrize("kind", ["svm", "logistic"])
@pytest.mark.parametrize("scope", SCOPES)
def test_every_scope_learns_and_is_coherent(scope, kind):
    texts, nodes, _, tree, _ = shop()
    logs = linear(scope, linear=kind).log_probabilities(texts)
    assert coherence_error(np.exp(logs), tree).max_sum_gap < 1e-5
    found = tree.leaves[logs[:, tree.leaves].argmax(axis=1)]
    assert (found == nodes).mean() > 0.95


@pytest.mark.parametrize("scope", SCOPES)
def test_partial_codes_teach_what_they_say(scope):
    """The word zapato stands only in records that are coded on the first level."""
    texts, nodes, _, tree, words = shop()
    more = encoded(["zapato"] * 9, *words)
    texts = encoded(
        [row[0] for row in ROWS] * 4 + ["zapato"] * 9 + ["bota"] * 9, *words
    )
    nodes = np.concatenate([nodes, np.repeat([tree.find("2"), tree.find("1")], 9)])
    model = TfidfLinear(words, scope=scope).fit(texts, nodes, np.ones(66), tree)
    top = np.exp(model.log_probabilities(more))[0, tree.find("2")]
    alone = np.exp(linear(scope).log_probabilities(more))[0, tree.find("2")]
    if scope == "flat":
        np.testing.assert_allclose(top, alone, atol=1e-6)
    else:
        assert top > alone + 0.1


@pytest.mark.parametrize("scope", SCOPES)
def test_uneven_branches_and_codes_that_nobody_has(scope):
    tree = Taxonomy.from_paths(
        [("1",), ("2", "21", "211"), ("2", "21", "212"), ("2", "22"), ("3", "31")]
    )
    words = ("pan", "queso", "clavo", "goma")
    texts = encoded([f"{word} {k}" for k in range(6) for word in words], *words)
    codes = [("1",), ("2", "21", "211"), ("2", "22"), ("2",)]
    nodes = np.array([tree.find(code) for code in codes] * 6)
    model = TfidfLinear(words, scope=scope).fit(texts, nodes, np.ones(24), tree)
    logs = model.log_probabilities(texts)
    assert np.isfinite(logs).all()
    assert coherence_error(np.exp(logs), tree).max_sum_gap < 1e-5
    found = tree.leaves[logs[:, tree.leaves].argmax(axis=1)]
    full = tree.child_counts[nodes] == 0
    assert (found[full] == nodes[full]).all()
    # A code without records, and one in a branch without any.
    assert np.exp(logs[:, tree.find(("2", "21", "212"))]).max() < 1e-6
    assert np.exp(logs[:, tree.find(("3", "31"))]).max() < 1e-6


def test_a_parent_whose_children_nobody_has_gives_each_the_same():
    tree = Taxonomy.from_paths([("1", "11"), ("1", "12"), ("2", "21"), ("2", "22")])
    texts = encoded(["pan", "queso", "clavo"] * 4)
    nodes = np.array([tree.find(c) for c in (("1", "11"), ("1", "12"), ("2",))] * 4)
    model = TfidfLinear((), scope="per_parent").fit(texts, nodes, np.ones(12), tree)
    p = np.exp(model.log_probabilities(encoded(["clavo"])))[0]
    assert p[tree.find(("2", "21"))] == pytest.approx(p[tree.find("2")] / 2, rel=1e-4)
    assert p[tree.find("2")] > 0.5


@pytest.mark.parametrize("kind", [TfidfLinear, FastText])
def test_one_code_is_refused(kind):
    texts, nodes, weights, tree, words = shop()
    with pytest.raises(InputError, match="at least two full codes"):
        kind(words).fit(texts, np.full_like(nodes, nodes[0]), weights, tree)


# Temperature


@given(st.floats(0.05, 5.0), st.integers(0, 99))
def test_temperature_is_found_again(true_temperature, seed):
    """Labels drawn at a temperature: that one, nearly, is the best."""
    random = np.random.default_rng(seed)
    scores = random.normal(size=(4000, 3)) * 3 * true_temperature

    def logs(temperature):
        odds = scores / temperature
        return odds - np.logaddexp.reduce(odds, axis=1, keepdims=True)

    nodes = (logs(true_temperature) + random.gumbel(size=(4000, 3))).argmax(axis=1)
    found = fit_temperature(logs, nodes, np.ones(4000))
    assert found == pytest.approx(true_temperature, rel=0.12)


@pytest.mark.parametrize("model", ["svm", "flat", "per_level", "per_parent"])
def test_calibration_lowers_the_log_loss_and_keeps_the_codes(model):
    texts, nodes, weights, tree, words = shop()
    one = TfidfSvm() if model == "svm" else TfidfLinear(words, scope=model)
    one.fit(texts, nodes, weights, tree)
    before = one.log_probabilities(texts)
    temperature = one.calibrate(texts, nodes, weights)
    after = one.log_probabilities(texts)
    assert temperature == one.temperature != 1.0
    losses = [node_log_loss(nodes, np.exp(p).clip(0, 1), tree) for p in (before, after)]
    assert losses[1] < losses[0] - 0.1
    best = [p[:, tree.leaves].argmax(axis=1) for p in (before, after)]
    assert (best[0] == best[1]).mean() > 0.95


def test_weights_count_in_the_calibration():
    texts, nodes, weights, _, _ = shop()
    model = linear()
    wrong = np.roll(nodes, 6)
    both = np.concatenate([nodes, wrong])
    rows = np.tile(np.arange(len(nodes)), 2)
    heavy = np.concatenate([weights, np.zeros(len(nodes))])
    sure = model.calibrate(texts.take(rows), both, heavy)
    unsure = model.calibrate(texts.take(rows), both, heavy + 0.5)
    assert unsure > sure


def test_few_records_that_are_all_right_do_not_make_certain():
    texts, nodes, weights, tree, _ = shop()
    model = linear()
    few = np.arange(8)
    model.calibrate(texts.take(few), nodes[few], weights[few])
    p = np.exp(model.log_probabilities(texts))[:, tree.leaves].max(axis=1)
    assert 0.6 < p.mean() < 0.99


def test_nothing_that_counts_leaves_the_temperature():
    texts, nodes, weights, _, _ = shop()
    assert linear().calibrate(texts, nodes, weights * 0) == 1.0


# Files and runs


@pytest.mark.parametrize("scope", SCOPES)
def test_a_saved_model_gives_the_same_numbers(scope, tmp_path):
    texts, nodes, weights, tree, words = shop()
    model = linear(scope)
    model.calibrate(texts, nodes, weights)
    model.save(tmp_path / "baseline.npz")
    again = load_baseline(tmp_path / "baseline.npz", tree, words)
    np.testing.assert_array_equal(
        again.log_probabilities(texts), model.log_probabilities(texts)
    )


def test_no_rare_word_is_in_the_file(tmp_path):
    texts = encoded(["pan de perengano"] * 2 + ["queso", "queso de vaca"], "pan", "de")
    tree = Taxonomy(["1", "2"], [-1, -1])
    for model in (TfidfLinear(["pan", "de"]), FastText(["pan", "de"], buckets=99)):
        model.fit(texts, np.array([0, 0, 1, 1]), np.ones(4), tree)
        model.save(tmp_path / "baseline.npz")
        content = (tmp_path / "baseline.npz").read_bytes()
        assert b"perengano" not in content
        assert (b"pan" in content) == isinstance(model, FastText)


def test_no_documents_give_no_rows():
    assert linear().log_probabilities(encoded([])).shape == (0, 6)


def test_fasttext_learns_and_reloads_in_another_process(tmp_path, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    texts, nodes, weights, tree, words = shop(repeat=8)
    model = FastText(words, dimension=10, buckets=2000)
    model.fit(texts, nodes, weights, tree).calibrate(texts, nodes, weights)
    logs = model.log_probabilities(texts)
    found = tree.leaves[logs[:, tree.leaves].argmax(axis=1)]
    assert (found == nodes).mean() > 0.95
    assert coherence_error(np.exp(logs), tree).max_sum_gap < 1e-5
    model.save(tmp_path / "baseline.npz")
    np.save(tmp_path / "logs.npy", logs)
    code = (
        "import sys; sys.path[:0] = sys.argv[2:]\n"
        "from pathlib import Path; import numpy as np\n"
        "from test_baselines import shop; from han.baselines import load_baseline\n"
        "folder = Path(sys.argv[1])\n"
        "texts, _, _, tree, words = shop(8)\n"
        "model = load_baseline(folder / 'baseline.npz', tree, words)\n"
        "logs = model.log_probabilities(texts)\n"
        "np.testing.assert_array_equal(logs, np.load(folder / 'logs.npy'))\n"
    )
    here = Path(__file__).parent
    command = [sys.executable, "-c", code, str(tmp_path), str(here), str(here.parent)]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ})
    assert done.returncode == 0, done.stderr


def test_fasttext_writes_heavy_records_more_often(monkeypatch):
    texts, nodes, weights, tree, words = shop()
    contradicted = np.concatenate([nodes, np.roll(nodes, 6)])
    rows = np.tile(np.arange(len(nodes)), 2)
    heavy = np.concatenate([weights, np.zeros(len(nodes))])
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    model = FastText(words, dimension=10, buckets=2000)
    model.fit(texts.take(rows), contradicted, heavy, tree)
    logs = model.log_probabilities(texts)
    assert (tree.leaves[logs[:, tree.leaves].argmax(axis=1)] == nodes).mean() > 0.95


def test_fasttext_missing_is_said_in_one_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "fasttext", None)
    texts, nodes, weights, tree, words = shop()
    with pytest.raises(InputError, match=r"pip install -e '\.\[fasttext\]'"):
        FastText(words).fit(texts, nodes, weights, tree)


@pytest.mark.parametrize(
    ("settings", "kind", "costs"),
    [
        ("linear: logistic, scope: per_parent, C: 3", TfidfLinear, [3.0]),
        ("scope: per_level, C: 0.3", TfidfLinear, [0.3]),
        ("C: 2, scope: auto", TfidfLinear, [2.0, 2.0]),
        ("kind: fasttext", FastText, []),
        ("kind: tfidf_svm, tfidf_features: 7", TfidfSvm, []),
        ("kind: majority", Majority, []),
    ],
)
def test_the_config_says_which_baselines(settings, kind, costs, tmp_path):
    from han.training.baseline import make_baselines

    if "kind" not in settings:
        settings = f"kind: tfidf_linear, {settings}"
    config = read_config(write_experiment(tmp_path, model=f"{{{settings}}}"))
    models = make_baselines(config, read_corpus(config))
    assert {type(model) for model in models} == {kind}
    assert [model.cost for model in models if kind is TfidfLinear] == costs
    scopes = [model.scope for model in models if kind is TfidfLinear]
    if "auto" in settings:
        assert scopes == ["flat", "per_parent"]
    else:
        assert all(scope in settings for scope in scopes)
    assert getattr(models[0], "max_features", 7) == 7


def test_cost_and_scope_are_the_best_on_validation(tmp_path, monkeypatch):
    from han.training import baseline

    better = {"flat": 0.0, "per_parent": 0.1}

    def score(model, *_):  # the best cost is beyond those that are tried first
        return better[model.scope] - abs(np.log10(model.cost) - 1) / 100

    monkeypatch.setattr(baseline, "leaf_hf", score)
    config = read_config(write_experiment(tmp_path, model="{kind: tfidf_linear}"))
    run, corpus = RunFolder(tmp_path), read_corpus(config)
    baseline.fit_baseline(config, corpus, run)
    words = corpus.encoder.vocabulary.words
    kept = load_baseline(tmp_path / "baseline.npz", corpus.tree, words)
    assert (kept.cost, kept.scope) == (10.0, "per_parent")


def test_score_of_a_baseline_is_that_of_the_report(tmp_path):
    from han.evaluation.coded_scores import evaluate
    from han.training.baseline import leaf_hf

    config = read_config(write_experiment(tmp_path, model="{kind: tfidf_svm}"))
    corpus = read_corpus(config)
    train, test = corpus.examples["train"], corpus.examples["test"]
    few = np.flatnonzero(train.nodes != train.nodes[0])  # one code is always wrong
    model = TfidfSvm().fit(
        train.texts.take(few), train.nodes[few], train.weights[few], corpus.tree
    )
    report = evaluate(Classifier(model, corpus.tree, corpus.encoder), test)
    assert leaf_hf(model, test, corpus.tree) == report["hierarchical"]["f1"] < 1


# Pretrained vectors


def with_vectors(folder, **sections):
    """An experiment with a vector for each text, which tells its code and is near 1."""
    file = write_experiment(
        folder,
        model="{kind: tfidf_linear, scope: flat, C: 1}",
        pretrained=f"{{encoder: {folder}/vectors.csv}}",
        **sections,
    )
    rows = (folder / "data.csv").read_text(encoding="utf-8").splitlines()[1:]
    codes = [code for *_, code in ROWS[::3]]
    lines = ["text,v_0,v_1,v_2,v_3", "zzz,0,0,1,0"]
    for row in rows:
        _, text, _, code = row.split(",")
        lines.append(f"{text}," + ",".join(str(int(code == one)) for one in codes))
    (folder / "vectors.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def test_vectors_code_what_no_letter_tells(tmp_path):
    assert train.main([str(with_vectors(tmp_path))]) == 0
    classifier = load_classifier(tmp_path / "run")
    assert classifier.model.vector_weight in VECTOR_WEIGHTS
    table = classifier.predict(["zzz", "www"])
    assert table["code"][0] == "21"
    assert table["probability"][0] > 1.3 * table["probability"][1]
    words = ["pretrained.encoder=auto", "--overwrite"]
    assert train.main([str(tmp_path / "experiment.yaml"), *words]) == 0
    assert not (tmp_path / "run" / PRETRAINED_FILE).exists()
    plain = load_classifier(tmp_path / "run")
    assert plain.model.pretrained_width == 0
    same = plain.predict(["zzz", "www"])["probability"]
    assert same[0] == pytest.approx(same[1])


def test_a_run_without_its_vectors_is_refused(tmp_path):
    assert train.main([str(with_vectors(tmp_path))]) == 0
    (tmp_path / "run" / PRETRAINED_FILE).unlink()
    encoder_ = TextEncoder.load(tmp_path / "run" / TEXT_FILE)
    tree = Taxonomy.load(tmp_path / "run" / TAXONOMY_FILE)
    with pytest.raises(InputError, match="pretrained vectors of 4 numbers"):
        load_model(tmp_path / "run", "auto", encoder_, tree)


def test_a_refit_takes_the_weight_of_the_first_run(tmp_path):
    file = with_vectors(tmp_path)
    assert train.main([str(file)]) == 0
    first = load_classifier(tmp_path / "run").model
    again = [f"training.refit_of={tmp_path}/run", f"logging.run_folder={tmp_path}/two"]
    assert train.main([str(file), *again]) == 0
    refit = load_classifier(tmp_path / "two").model
    assert refit.vector_weight == first.vector_weight > 0
    assert refit.pretrained_width == 4


def test_weight_and_cost_are_the_best_on_validation(tmp_path, monkeypatch):
    from han.training import baseline

    def score(model, *_):
        return -abs(np.log(model.vector_weight / 4)) - abs(np.log10(model.cost) - 1)

    monkeypatch.setattr(baseline, "leaf_hf", score)
    config = read_config(with_vectors(tmp_path), ["model.C=null"])
    run, corpus = RunFolder(tmp_path), read_corpus(config)
    baseline.fit_baseline(config, corpus, run)
    words = corpus.encoder.vocabulary.words
    kept = load_baseline(tmp_path / "baseline.npz", corpus.tree, words)
    assert (kept.cost, kept.vector_weight) == (10.0, 4.0)


def random_vectors(count):
    vectors = np.random.default_rng(0).normal(size=(count, 3)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.mark.parametrize("classes", [2, 4])
def test_planes_of_features_and_vectors_are_those_of_scikit_learn(classes):
    texts, nodes, weights, _, words = shop()
    features, vectors = features_of(texts, words), 2 * random_vectors(len(nodes))
    labels = ((vectors[:, :2] > 0) @ [1, 2]) % classes
    both = np.hstack([features.toarray(), vectors])
    (found,) = fit_planes(features, labels, weights, vectors=vectors)
    expected = LinearSVC(random_state=0).fit(both, labels).decision_function(both)
    distances = found.distances(features, vectors)
    if classes == 2:
        distances = distances[:, 1]
    np.testing.assert_allclose(distances, expected, atol=0.02)
    without = found.distances(features)
    assert np.abs(without - found.distances(features, vectors)).max() > 0.05


@pytest.mark.parametrize("scope", SCOPES)
def test_a_saved_model_with_vectors_gives_the_same_numbers(scope, tmp_path):
    texts, nodes, weights, tree, words = shop()
    vectors = random_vectors(len(nodes))

    def knowledge(asked):
        return vectors[: len(asked)], np.arange(len(asked))

    model = TfidfLinear(words, scope=scope, knowledge=knowledge, vector_weight=2.0)
    model.fit(texts, nodes, weights, tree).save(tmp_path / "baseline.npz")
    again = load_baseline(tmp_path / "baseline.npz", tree, words)
    with pytest.raises(ValueError, match="Set `knowledge`"):
        again.log_probabilities(texts)
    again.knowledge = knowledge
    logs = again.log_probabilities(texts)
    np.testing.assert_array_equal(logs, model.log_probabilities(texts))
    assert again.pretrained_width == 3


def test_a_student_takes_the_place_of_the_vectors(tmp_path):
    file = with_vectors(tmp_path)
    assert train.main([str(file), "pretrained.mode=distill"]) == 0
    assert not (tmp_path / "run" / PRETRAINED_FILE).exists()
    (tmp_path / "vectors.csv").unlink()
    classifier = load_classifier(tmp_path / "run")
    assert classifier.model.pretrained_width == 4
    assert classifier.predict(["martillo de acero"])["code"].tolist() == ["21"]
