"""An attention for each level: in TensorFlow, in NumPy, and as evidence."""

import json
from dataclasses import replace

import numpy as np
import pytest
from support import references, small_networks
from support.experiments import write_experiment
from support.small_networks import (
    TREE,
    attention_of,
    random_weights,
    save_run,
    text_encoder,
)

from han.config import read_config
from han.errors import InputError
from han.explain import main as explain
from han.explanation import explanation_english
from han.explanation.attention_map import AttentionMap
from han.explanation.attention_weights import attention_maps
from han.explanation.deletion import (
    ShortenedDocuments,
    deletion_effects,
    predicted_paths,
)
from han.explanation.faithfulness import measure_faithfulness
from han.network.numpy_network import NumpyNetwork
from han.runs.loading import load_classifier

ROWS = {
    "name": ["pan dulce con leche", "", "acero", "", "Leche. Vaca", "pan " * 9],
    "tasks": ["de vaca. Con pan", "clavo de acero", "", "", "pan. de leche y sal", ""],
}


@pytest.fixture(scope="module")
def small():
    return small_networks.classifier(asked=TREE.num_levels)


# Maps


@pytest.mark.parametrize("kind", ["gru", "cnn"])
def test_attention_of_each_level_is_that_of_a_plain_forward_pass(kind):
    encoder, weights = text_encoder(), random_weights(kind, asked=2)
    network = NumpyNetwork(small_networks.config(kind), weights)
    texts = encoder.encode(ROWS)
    words, sentences = network.attention(texts)
    assert words.shape == (texts.sentence_lengths.sum(), 2)
    ids = np.split(texts.vocabulary_ids, np.cumsum(texts.sentence_lengths)[:-1])
    pairs = list(zip(texts.sentence_fields, ids, strict=True))
    ends = np.cumsum(texts.document_sentences)
    edges = np.append(0, np.cumsum(texts.sentence_lengths))
    for first, last in zip([0, *ends], ends, strict=False):
        for level in (0, 1):
            inside, across = attention_of(weights, pairs[first:last], kind, level)
            here = slice(*edges[[first, last]])
            expected = np.concatenate([np.zeros(0), *inside])
            np.testing.assert_allclose(words[here, level], expected, atol=1e-5)
            found = sentences[first:last, level]
            np.testing.assert_allclose(found, across, atol=1e-5)
    assert np.abs(words[:, 0] - words[:, 1]).max() > 0.1


def test_weights_of_each_level_sum_to_one_and_what_is_not_read_weighs_nothing(small):
    for i, found in enumerate(small.attend(ROWS)):
        total = float(bool(ROWS["name"][i] + ROWS["tasks"][i]))
        assert [each.level for each in found.levels] == [1, 2]
        for each in found.levels:
            assert each.shares.sum() == pytest.approx(total, abs=1e-6)
            assert each.sentence_weights.sum() == pytest.approx(total, abs=1e-6)
            for sentence in range(len(each.sentence_weights)):
                here = [word.sentence == sentence for word in each.words]
                assert each.word_weights[here].sum() == pytest.approx(1, abs=1e-6)
            unread = [not word.is_read for word in each.words]
            assert not each.word_weights[unread].any()
        np.testing.assert_array_equal(found.shares, found.levels[-1].shares)


def test_batch_mates_and_chunks_change_nothing(small, monkeypatch):
    together, logs = small.attend(ROWS), small.log_probabilities(small.encode(ROWS))
    monkeypatch.setattr("han.network.numpy_network.CHUNK", 5)
    again = small.attend(ROWS)
    for i, found in enumerate(together):
        row = {name: [texts[i]] for name, texts in ROWS.items()}
        (alone,) = small.attend(row)
        for other in (alone, again[i]):
            np.testing.assert_allclose(
                other.level_shares, found.level_shares, atol=1e-6
            )
        one = small.log_probabilities(small.encode(row))[0]
        np.testing.assert_allclose(one, logs[i], atol=1e-6)


def test_the_frame_and_the_json_line_have_levels_only_where_there_are_some(small):
    found = small.attend(ROWS)[0]
    frame = found.to_frame()
    assert frame.columns[0] == "level"
    assert frame.level.tolist() == [1] * len(found.words) + [2] * len(found.words)
    sums = frame.groupby(["level", "sentence"]).word_weight.sum()
    np.testing.assert_allclose(sums, 1, atol=1e-6)
    again = AttentionMap.from_json(found.to_json())
    assert again.to_json() == found.to_json() and again.to_html() == found.to_html()
    np.testing.assert_array_equal(again.level_shares, found.level_shares)
    shared = small_networks.classifier().attend(ROWS)[0]
    assert "level" not in shared.to_frame()
    assert not {"level", "levels"} & set(json.loads(shared.to_json()))
    assert shared.level_shares.shape == (len(shared.words), 1)


def test_html_shows_each_level(small):
    found, *_, blank = small.attend({"name": ["pan dulce", " "]})
    body = found.to_html().partition("</style>")[2]
    assert body.count(">dulce<") == 2 and "level 1" in body and "level 2" in body
    assert "level" not in blank.to_html().partition("</style>")[2]
    assert found.plot().axes


def test_parts_of_a_score_add_up_on_each_level(small):
    texts = small.encode(ROWS)
    parts = small.model.score_parts(texts).sum(axis=0)
    logs = small.model.log_probabilities(texts)
    local = logs - np.where(TREE.parents >= 0, logs[:, TREE.parents], 0)
    for group in ([0, 1], [2, 3], [4, 5]):
        centred = local[:, group] - local[:, group].mean(axis=1, keepdims=True)
        np.testing.assert_allclose(parts[:, group], centred, atol=1e-5)


# Evidence


def test_faithfulness_holds_each_level_against_its_own_deletion(small):
    columns = {name: texts * 3 for name, texts in ROWS.items()}
    encoder, model = text_encoder(), small.model
    predict, texts = model.log_probabilities, encoder.encode(columns)
    shortened = ShortenedDocuments(predict, encoder, columns, texts)
    nodes = predicted_paths(predict, texts, TREE)
    maps = attention_maps(model, predict, encoder, TREE, columns, texts)
    effects = deletion_effects(shortened, nodes)
    found = measure_faithfulness(shortened, maps, effects, nodes, model=model)
    for level in (0, 1):
        alone = [found_map.levels[level] for found_map in maps]
        same = measure_faithfulness(shortened, alone, effects, nodes, model=model)
        np.testing.assert_array_equal(found.kendall[:, level], same.kendall[:, level])
    assert np.isfinite(found.shuffled_kendall).any()


def test_the_page_shows_parent_and_child_with_their_evidence(experiment, tmp_path):
    run = save_run(experiment, asked=2)
    (tmp_path / "new.csv").write_text("id,text\n1,pan dulce de leche y <acero>\n")
    out = tmp_path / "page.html"
    asked = [str(run), str(tmp_path / "new.csv"), "-o", str(out), "--lang", "en"]
    asked += ["--by", "attention"]
    assert explain(asked) == 0
    page = out.read_text(encoding="utf-8")
    article = page.partition("<article")[2]
    assert article.count(">dulce<") == 2 and article.count('class="l"') == 2
    assert explanation_english.WORDS["legend_levels"] in page and "&lt;" in article
    table = tmp_path / "words.csv"
    data = str(experiment.parent / "data.csv")
    assert explain([str(run), data, "--classes", str(table), "--split", "all"]) == 0
    assert explain([str(run), data, "--faithfulness"]) == 0


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("{attention: per_level, head: leaf}", "head: leaf"),
        ("{attention: per_level, encoder: mean}", "encoder: mean"),
        ("{attention: per_level, kind: majority}", "kind: han"),
        ("{attention: each}", "model.attention"),
    ],
)
def test_contradictions_are_said(tmp_path, model, said):
    with pytest.raises(InputError, match=said):
        read_config(write_experiment(tmp_path, model=model))


# TensorFlow


def make(**changes):
    from support.networks import make_network

    return make_network(attention="per_level", **changes)


def inputs_of(network, documents=None):
    from support import networks

    return networks.inputs_of(network, documents or networks.DOCUMENTS)


FORMS = [
    ("gru", "packed"),
    ("gru", "padded"),
    ("lstm", "padded"),
    ("cnn", "packed"),
    ("cnn", "padded"),
]


@pytest.mark.tensorflow
@pytest.mark.parametrize(("encoder", "computation"), FORMS)
def test_network_equals_plain_loops_alone_and_among_others(encoder, computation):
    from support.networks import DOCUMENTS, encode

    network = make(encoder=encoder, computation=computation)
    found = np.exp(network.log_probabilities(encode(DOCUMENTS)))
    for row, document in enumerate(DOCUMENTS):
        expected = references.network_probabilities(network, document)
        np.testing.assert_allclose(found[row], expected, atol=1e-6)
        alone = np.exp(network.log_probabilities(encode([document])))
        np.testing.assert_allclose(alone[0], found[row], atol=1e-6)


@pytest.mark.tensorflow
def test_padding_weighs_exactly_nothing_and_changes_nothing():
    from support.networks import DOCUMENTS, encode

    from han.batching.network_inputs import NO_AUXILIARY_INPUTS
    from han.network.network_views import attention_view

    network = make()
    inputs = NO_AUXILIARY_INPUTS.inputs(encode(DOCUMENTS), "padded")
    out = attention_view(network)(inputs)
    words, sentences = out["word_attention"].numpy(), out["sentence_attention"].numpy()
    assert words.shape[2] == sentences.shape[2] == 3
    np.testing.assert_allclose(words.sum(axis=1), 1, atol=1e-6)
    totals = np.array([1, 0, 1, 1])[:, None] * np.ones(3)
    np.testing.assert_allclose(sentences.sum(axis=1), totals, atol=1e-6)
    assert not np.any(words[inputs["word_index"] < 0])
    assert not np.any(sentences[inputs["sentence_index"] < 0])
    expected = network(inputs_of(network))
    np.testing.assert_allclose(out["log_probabilities"], expected, atol=1e-6)


@pytest.mark.tensorflow
def test_both_engines_attend_alike():
    from support.networks import DOCUMENTS, encode

    from han.explanation.attention_weights import _in_tensorflow

    network, texts = make(), encode(DOCUMENTS)
    in_numpy = NumpyNetwork.of(network).attention(texts)
    for one, two in zip(_in_tensorflow(network, texts), in_numpy, strict=True):
        np.testing.assert_allclose(one, two, atol=1e-6)
    for array in _in_tensorflow(network, encode([])):
        assert array.shape == (0, 3)


@pytest.mark.tensorflow
@pytest.mark.parametrize("head", ["tree", "levels"])
@pytest.mark.parametrize("bag", [0, 2])
def test_with_all_that_stands_beside_it_forms_and_engines_agree(tmp_path, head, bag):
    from support import auxiliary

    from han.network.model import load_network
    from han.network.network_views import in_form

    network = auxiliary.make(
        head=head, attention="per_level", bag_units=bag, bag_rows=auxiliary.BAG_ROWS
    )
    network.auxiliary = auxiliary.WITH_BAG if bag else auxiliary.READING
    texts = auxiliary.encode()
    expected = network.log_probabilities(texts)
    padded = in_form(network, "padded").log_probabilities(texts)
    np.testing.assert_allclose(padded, expected, atol=1e-5)
    network.save(tmp_path / "model.keras")
    engine = NumpyNetwork.load(tmp_path / "model.keras")
    again = load_network(tmp_path / "model.keras")
    engine.auxiliary = again.auxiliary = network.auxiliary
    np.testing.assert_allclose(engine.log_probabilities(texts), expected, atol=1e-5)
    np.testing.assert_array_equal(again.log_probabilities(texts), expected)
    if head == "tree" and not bag:
        for row, document in enumerate(auxiliary.TEXTS):
            side = auxiliary.SIDE[row]
            alone = auxiliary.encode([document], side[None])
            plain = references.network_probabilities(
                network,
                document,
                auxiliary.letters,
                side,
                auxiliary.margins(alone)[0],
            )
            np.testing.assert_allclose(np.exp(expected[row]), plain, atol=1e-5)


@pytest.mark.tensorflow
@pytest.mark.parametrize("encoder", ["gru", "cnn"])
def test_both_computations_have_the_same_gradients(encoder):
    import tensorflow as tf

    results = []
    for computation in ("packed", "padded"):
        network = make(encoder=encoder, computation=computation)
        with tf.GradientTape() as tape:
            logs = network(inputs_of(network))
            losses = network.document_losses(np.array([6, 1, 4, 0]), logs)
        gradients = tape.gradient(losses, network.trainable_variables)
        results.append([tf.convert_to_tensor(g).numpy() for g in gradients])
    for one, two in zip(*results, strict=True):
        np.testing.assert_allclose(one, two, atol=1e-7 + 1e-5 * np.abs(two).max())


@pytest.mark.tensorflow
@pytest.mark.parametrize("computation", ["packed", "padded"])
@pytest.mark.parametrize("layer", ["word_attention", "sentence_attention"])
def test_gradients_are_differences(computation, layer):
    """Of the loss with respect to questions and projection, in steps both ways."""
    import tensorflow as tf

    network = make(computation=computation)
    network.set_weights([3 * w for w in network.get_weights()])
    inputs, nodes = inputs_of(network), np.array([6, 1, 4, 8])
    attention, step = network.get_layer(layer), 1e-2

    @tf.function
    def loss():
        logs = network(inputs, training=False)
        return tf.reduce_sum(network.document_losses(nodes, logs))

    for variable in (attention.context, attention.kernel):
        with tf.GradientTape() as tape:
            value = loss()
        gradient = tape.gradient(value, variable.value).numpy()
        before = variable.numpy()
        for place in [(0, 0), (1, 1), (2, 2), (3, 0)]:
            found = []
            for sign in (1, -1):
                moved = before.copy()
                moved[place] += sign * step
                variable.assign(moved)
                found.append(float(loss()))
            variable.assign(before)
            slope = (found[0] - found[1]) / (2 * step)
            assert gradient[place] == pytest.approx(slope, abs=1e-3, rel=0.02)
        assert np.abs(gradient).max() > 0.05


@pytest.mark.slow
@pytest.mark.tensorflow
def test_integrated_gradients_add_up_to_what_the_vectors_bring():
    from support.networks import DOCUMENTS, encode

    from han.explanation.integrated_gradients import integrated_gradients

    network, texts, nodes = make(), encode(DOCUMENTS), np.array([6, 6, 8, 7])
    found = integrated_gradients(network, texts, nodes)
    whole = network.log_probabilities(texts)[np.arange(4), nodes]
    embedding = network.get_layer("word_embedding")
    embedding.set_weights([0 * w for w in embedding.get_weights()])
    without = network.log_probabilities(texts)[np.arange(4), nodes]
    owners = np.repeat(np.arange(4), texts.document_words)
    sums = np.bincount(owners, found, minlength=4)
    np.testing.assert_allclose(sums, whole - without, atol=2e-3)
    assert np.abs(sums).max() > 0.02


@pytest.mark.tensorflow
def test_half_precision_changes_little():
    import keras
    from support.networks import DOCUMENTS, encode

    texts, expected = encode(DOCUMENTS), make().log_probabilities(encode(DOCUMENTS))
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        found = [
            make(computation=computation).log_probabilities(texts)
            for computation in ("packed", "padded")
        ]
    finally:
        keras.config.set_dtype_policy(before)
    for logs in found:
        np.testing.assert_allclose(logs, expected, atol=0.1)
        assert np.any(logs != expected)


@pytest.mark.tensorflow
def test_the_choice_of_a_level_moves_its_own_question_alone():
    import tensorflow as tf

    network = make()
    layers = [network.get_layer(n) for n in ("word_attention", "sentence_attention")]
    with tf.GradientTape() as tape:
        logs = network(inputs_of(network))
        # Codes that end on the first level: nothing below is asked for.
        losses = network.document_losses(np.array([0, 1, 2, 0]), logs)
    for gradient in tape.gradient(losses, [layer.context.value for layer in layers]):
        assert np.any(gradient[:, 0]) and not np.any(gradient[:, 1:])


@pytest.mark.tensorflow
def test_the_loss_from_true_paths_alone_is_the_same(monkeypatch):
    import keras
    from support import auxiliary
    from support.training import learn

    from han.batching.batches import Batches
    from han.batching.network_inputs import InputMaker
    from han.network import training_step

    weights = []
    for limit in (0, 2000):
        monkeypatch.setattr(training_step, "ALL_NODES", limit)
        network = auxiliary.make(
            attention="per_level",
            bag_units=2,
            bag_rows=auxiliary.BAG_ROWS,
            dropout=0.0,
        )
        network.auxiliary = auxiliary.WITH_BAG
        network.compile(optimizer=keras.optimizers.SGD(0.1))
        batches = Batches(
            auxiliary.encode(),
            np.array([2, 0, 4, 8, 7, 6], np.int32),
            np.ones(6),
            batch_size=3,
            inputs=InputMaker(auxiliary=auxiliary.WITH_BAG),
        )
        learn(network, batches, epochs=3)
        weights.append(network.get_weights())
    for one, two in zip(*weights, strict=True):
        np.testing.assert_allclose(one, two, atol=1e-5)


@pytest.mark.tensorflow
def test_scores_for_the_balance_are_those_of_the_head():
    from support import auxiliary

    from han.callbacks.network_balance import Balance
    from han.code_list.taxonomy import Taxonomy
    from han.data.examples import Examples

    network = auxiliary.make(
        attention="per_level", bag_units=2, bag_rows=auxiliary.BAG_ROWS
    )
    network.auxiliary = auxiliary.WITH_BAG
    texts = auxiliary.encode()
    nodes = np.array([2, 0, 4, 8, 7, 6], np.int32)
    tree = Taxonomy([str(i) for i in range(9)], auxiliary.PARENTS)
    balance = Balance(Examples(texts, nodes, np.ones(6)), tree, 0)
    balance.set_model(network)
    head, margins = network.get_layer("tree_softmax"), auxiliary.margins(texts)
    own, bag = balance._scores(head, margins)
    shares = head.shares.numpy()[:, tree.levels - 1]
    total = own * shares[0] + margins * shares[1] + bag * shares[2]
    logs = network.log_probabilities(texts)
    local = logs - np.where(tree.parents >= 0, logs[:, tree.parents], 0)
    for parent in set(auxiliary.PARENTS):
        group = np.flatnonzero(tree.parents == parent)
        if len(group) > 1:
            expected = local[:, group] - local[:, group[:1]]
            found = total[:, group] - total[:, group[:1]]
            np.testing.assert_allclose(found, expected, atol=1e-4)


@pytest.mark.tensorflow
def test_a_network_that_was_saved_before_there_was_a_choice_is_read():
    from support.networks import DOCUMENTS, encode, make_network

    from han.network.model import HierarchicalAttentionNetwork

    config = make_network().get_config()
    assert config.pop("attention") == "shared"
    old = HierarchicalAttentionNetwork.from_config(config)
    network = make_network()
    old.set_weights(network.get_weights())
    texts = encode(DOCUMENTS)
    np.testing.assert_array_equal(
        old.log_probabilities(texts), network.log_probabilities(texts)
    )
    assert old.get_layer("word_attention").context.shape == (6, 1)


@pytest.mark.tensorflow
@pytest.mark.parametrize(
    "changes", [{"head": "leaf"}, {"encoder": "mean"}, {"attention": "each"}], ids=str
)
def test_networks_without_such_an_attention_are_refused(changes):
    from support.networks import make_network

    with pytest.raises(ValueError, match="attention"):
        make_network(**{"attention": "per_level", **changes})


@pytest.mark.tensorflow
def test_a_tree_of_one_level_has_one_attention():
    network = make(parents=[-1, -1, -1])
    assert network.get_layer("word_attention").context.shape == (6, 1)


@pytest.mark.slow
@pytest.mark.tensorflow
def test_a_run_is_trained_evaluated_and_explained(tmp_path):
    from han.train import main as train

    model = "{word_units: 4, sentence_units: 4, attention: per_level}"
    file = write_experiment(tmp_path, model=model)
    assert train([str(file)]) == 0
    found = [
        load_classifier(tmp_path / "run", engine=engine).attend(["pan de queso"])[0]
        for engine in ("numpy", "tensorflow")
    ]
    assert len(found[0].levels) == 2
    shares = [each.level_shares for each in found]
    np.testing.assert_allclose(*shares, atol=1e-5)
    assert replace(found[0], levels=()).level == 2
