"""Tasks with attention of their own over one reading of the words."""

import numpy as np
import pytest
from support import references
from support.networks import DOCUMENTS, encode
from support.task_networks import LABELS, drawn, networks, task_network

from han.network.numpy_network import NumpyNetwork
from han.tasks.shared_work import SharedWork, SharingNetwork, all_attentions

pytestmark = pytest.mark.tensorflow

LAYERS = ("word_attention", "sentence_attention")
LEARNT = DOCUMENTS[:1] + DOCUMENTS[2:]  # three that have words


def made(computation="padded", own=True, **settings):
    """Networks of two tasks with drawn weights, the same for any computation."""
    found = networks(own, computation=computation, num_fields=2, **settings)
    return drawn(found)


def given(network, documents=LEARNT):
    """What all networks read of documents, with the labels of each task."""
    inputs = dict(network.auxiliary.inputs(encode(documents), network.computation))
    for task, labels in LABELS.items():
        own = [label or (0, 0.0) for label in labels]
        inputs[f"{task}/nodes"] = np.array([node for node, _ in own], np.int32)
        inputs[f"{task}/weights"] = np.array([w for _, w in own], np.float32)
    return inputs


@pytest.mark.parametrize("encoder", ["gru", "cnn"])
def test_every_form_of_every_network_is_a_plain_forward_pass(tmp_path, encoder):
    from han.network.model import load_network
    from han.network.network_views import in_form

    padded, packed = made(encoder=encoder), made("packed", encoder=encoder)
    texts, found = encode(DOCUMENTS), {}
    for name, network in packed.items():
        logs = network.log_probabilities(texts)
        alone = in_form(network, "packed")
        alone.save(tmp_path / "model.keras")
        others = [
            padded[name],
            in_form(network, "padded"),
            NumpyNetwork.of(network),
            load_network(tmp_path / "model.keras"),
            NumpyNetwork.load(tmp_path / "model.keras"),
        ]
        for other in others:
            np.testing.assert_allclose(other.log_probabilities(texts), logs, atol=1e-5)
        for row, document in enumerate(DOCUMENTS):
            expected = references.network_probabilities(network, document)
            np.testing.assert_allclose(np.exp(logs[row]), expected, atol=1e-5)
            mates = network.log_probabilities(encode([document]))[0]
            np.testing.assert_allclose(mates, logs[row], atol=1e-5)
        assert alone.get_layer("word_attention").get_weights()[2].shape == (6, 1)
        found[name] = NumpyNetwork.of(network).attention(texts)[0]
    assert np.abs(found["a"] - found["b"]).max() > 0.1


@pytest.mark.parametrize("own", [False, True])
def test_texts_are_encoded_once_for_all_tasks(monkeypatch, own):
    alone = {name: NumpyNetwork.of(one) for name, one in made(own=own).items()}
    whole, places = all_attentions(list(alone.values()))
    assert places == [0, int(own)] and whole.words.attention.contexts == 1 + own
    calls, encoded = [], NumpyNetwork._encode
    monkeypatch.setattr(
        NumpyNetwork, "_encode", lambda *known: calls.append(1) or encoded(*known)
    )
    work = SharedWork()
    sharing = {
        name: SharingNetwork(one, whole, place, work)
        for (name, one), place in zip(alone.items(), places, strict=True)
    }
    with work:
        logs = {
            n: one.log_probabilities(encode(DOCUMENTS)) for n, one in sharing.items()
        }
        maps = {n: one.attention(encode(DOCUMENTS)) for n, one in sharing.items()}
    assert len(calls) == 1
    for name, one in alone.items():
        expected = one.log_probabilities(encode(DOCUMENTS))
        np.testing.assert_array_equal(logs[name], expected)
        by_itself = sharing[name].log_probabilities(encode(DOCUMENTS))
        np.testing.assert_array_equal(by_itself, expected)
        for kept, true in zip(
            maps[name], one.attention(encode(DOCUMENTS)), strict=True
        ):
            np.testing.assert_array_equal(kept, true)


@pytest.mark.parametrize("computation", ["padded", "packed"])
def test_a_step_goes_down_the_gradient_of_both_tasks(eager_steps, computation):
    pair = made(computation)
    network = task_network(pair, {"a": 1.0, "b": 3.0})
    inputs = given(pair["a"])
    names = ("word_embedding", "word_encoder", *LAYERS, "sentence_encoder")
    variables = [pair["a"].get_layer(name).trainable_variables[-1] for name in names]
    before = [variable.numpy() for variable in variables]

    def loss():
        network.reset_metrics()
        return float(network.test_step((inputs, None, np.ones(3)))["loss"])

    slopes = []
    for variable, old in zip(variables, before, strict=True):
        place = tuple(min(2, size - 1) for size in old.shape)
        step = np.zeros_like(old)
        step[place] = 1e-2
        ends = []
        for sign in (1, -1):
            variable.assign(old + sign * step)
            ends.append(loss())
        variable.assign(old)
        slopes.append((place, (ends[0] - ends[1]) / 2e-2))
    network.train_step((inputs, None, np.ones(3)))
    assert np.abs([slope for _, slope in slopes]).max() > 1e-3
    for variable, old, (place, slope) in zip(variables, before, slopes, strict=True):
        moved = (variable.numpy() - old)[place]
        assert moved == pytest.approx(-0.1 * slope, rel=2e-2, abs=1e-5)


def test_a_task_teaches_its_own_attention_and_no_other(eager_steps):
    pair = made()
    network = task_network(pair, {"a": 1.0, "b": 1.0})
    inputs = given(pair["a"])
    inputs["b/weights"] = np.zeros(3, np.float32)
    layers = [pair["a"].get_layer(name) for name in LAYERS]
    before = [layer.get_weights()[2] for layer in layers]
    network.train_step((inputs, None, np.ones(3)))
    for layer, old in zip(layers, before, strict=True):
        moved = np.abs(layer.get_weights()[2] - old).max(axis=0)
        assert moved[0] > 1e-6 and moved[1] == 0


@pytest.mark.parametrize("settings", [{"attention": "per_level"}, {"encoder": "mean"}])
def test_networks_that_cannot_have_their_own_say_so(settings):
    with pytest.raises(ValueError, match="`own_attention` of several"):
        networks(own=True, **settings)
