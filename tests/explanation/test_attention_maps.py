"""Evidence in documents: attention, deletion, and the maps that show them."""

import json
import unicodedata
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from support import small_networks
from support.small_networks import (
    TREE,
    attention_of,
    baseline,
    random_weights,
    text_encoder,
)

from han.batching.network_inputs import AuxiliaryInputs
from han.errors import InputError
from han.explanation.attention_map import AttentionMap
from han.explanation.deletion import ShortenedDocuments, predicted_paths
from han.explanation.word_evidence import PARTS
from han.explanation.written_words import kept_words, written_documents
from han.network.numpy_network import NumpyNetwork
from han.runs.classifier import Classifier
from han.runs.loading import MixedClassifier
from han.text.non_answers import NonAnswers

ROWS = {
    "name": ["Pan dulce, ¡y leche!", "", "Clavo", "", "Leche. Vaca con acero 12"],
    "tasks": [
        "Vende pan. Con leche de vaca",
        "PAN PAN",
        "",
        "",
        "de de de de de de de",
    ],
}


@pytest.fixture(scope="module")
def small():
    return small_networks.classifier()


def written(encoder, columns):
    return written_documents(encoder, columns, encoder.encode(columns))


def test_every_character_of_a_text_is_kept():
    documents = written(text_encoder(), ROWS)
    for i, document in enumerate(documents):
        found = AttentionMap.of_attention(
            document,
            np.zeros(sum(w.is_read for w in document.words)),
            np.zeros(1 + max((w.sentence for w in document.words), default=-1)),
        )
        for name, column in ROWS.items():
            assert found.text(name) == column[i]


@given(
    st.lists(
        st.text(alphabet="ab .,!?'’-2\n\t\u0301ñÑ<&\u2028:()", max_size=60), max_size=4
    )
)
def test_words_read_are_those_of_the_encoder_in_their_sentences(texts):
    encoder = text_encoder(numbers="drop")
    encoded = encoder.encode({"tasks": texts})
    ids = iter(encoded.word_ids.tolist())
    documents = written_documents(encoder, {"tasks": texts}, encoded)
    lengths = []
    for text, document in zip(texts, documents, strict=True):
        read = [w for w in document.words if w.is_read]
        for word in read:
            number = next(ids)
            clean = encoded.unknown[-1 - number] if number < 0 else None
            assert clean is None or clean == word.clean
            assert encoder.cleaner.clean(word.text) == word.clean
        sentences = [w.sentence for w in read]
        assert sentences == sorted(sentences)
        lengths += [sentences.count(s) for s in dict.fromkeys(sentences)]
        pieces = "".join(w.gap + w.text for w in document.words)
        whole = pieces + document.tails.get("tasks", "")
        assert whole == unicodedata.normalize("NFC", text)
    assert next(ids, None) is None
    assert lengths == encoded.sentence_lengths.tolist()


def test_words_that_are_not_read_say_why():
    encoder = text_encoder(numbers="drop", remove_stop_words=True)
    encoder.non_answers = NonAnswers(["ns"])
    (document,) = written(
        encoder, {"name": ["NS"], "tasks": ["Pan con 3 sierras " + "pan " * 20]}
    )
    kinds = [(w.text, w.kind) for w in document.words[:5]]
    assert kinds == [
        ("NS", "dropped"),
        ("Pan", "known"),
        ("con", "dropped"),
        ("3", "dropped"),
        ("sierras", "unknown"),
    ]
    rest = [w.kind for w in document.words[5:]]
    assert rest == ["known"] * 13 + ["cut"] * 7  # 3 sentences of 5 words are read
    assert {w.sentence for w in document.words if not w.is_read} == {-1}


def test_words_of_one_letter_are_found_at_their_place():
    (document,) = written(text_encoder(), {"tasks": ["pan a a, a b"]})
    assert [w.gap for w in document.words] == ["", " ", " ", ", ", " "]


@pytest.mark.parametrize("kind", ["gru", "cnn", "mean"])
def test_attention_is_that_of_a_plain_forward_pass(kind):
    encoder = text_encoder()
    weights = random_weights(kind)
    network = NumpyNetwork(small_networks.config(kind), weights)
    texts = encoder.encode(ROWS)
    words, sentences = network.attention(texts)
    ids = np.split(texts.vocabulary_ids, np.cumsum(texts.sentence_lengths)[:-1])
    pairs = list(zip(texts.sentence_fields, ids, strict=True))
    ends = np.cumsum(texts.document_sentences)
    for first, last in zip([0, *ends], ends, strict=False):
        begin, end = np.append(0, np.cumsum(texts.sentence_lengths))[[first, last]]
        inside, across = attention_of(weights, pairs[first:last], kind)
        expected = np.concatenate([np.zeros(0), *inside])
        np.testing.assert_allclose(words[begin:end], expected, atol=1e-5)
        np.testing.assert_allclose(sentences[first:last], across, atol=1e-5)


def test_weights_sum_to_one_on_each_level(small):
    for i, found in enumerate(small.attend(ROWS)):
        assert all(v >= 0 for v in found.word_weights)
        blank = not (ROWS["name"][i] + ROWS["tasks"][i])
        total = 0.0 if blank else 1.0
        assert found.sentence_weights.sum() == pytest.approx(total, abs=1e-6)
        assert sum(found.field_weights.values()) == pytest.approx(total, abs=1e-6)
        assert found.shares.sum() == pytest.approx(total, abs=1e-6)
        for sentence in range(len(found.sentence_weights)):
            here = [w.sentence == sentence for w in found.words]
            assert found.word_weights[here].sum() == pytest.approx(1, abs=1e-6)


def test_what_is_not_read_weighs_exactly_nothing_and_blank_fields_are_absent(small):
    found = small.attend({"name": ["", "pan"], "tasks": ["pan " * 40, " "]})
    assert list(found[0].field_weights) == ["tasks"]
    assert list(found[1].field_weights) == ["name"]
    cut = [w.kind == "cut" for w in found[0].words]
    assert sum(cut) == 40 - 3 * 5
    assert not np.any(found[0].word_weights[cut])
    assert not np.any(found[0].combined[cut])


def test_attention_of_batch_mates_and_chunks_is_the_same(small, monkeypatch):
    together = small.attend(ROWS)
    monkeypatch.setattr("han.network.numpy_network.CHUNK", 5)
    again = small.attend(ROWS)
    for i, found in enumerate(together):
        (alone,) = small.attend({name: [texts[i]] for name, texts in ROWS.items()})
        for other in (alone, again[i]):
            np.testing.assert_allclose(
                other.word_weights, found.word_weights, atol=1e-6
            )
            np.testing.assert_allclose(
                other.sentence_weights, found.sentence_weights, atol=1e-6
            )


def test_combined_is_the_paper_s(small):
    found = small.attend(ROWS)[0]
    for word, weight, combined in zip(
        found.words, found.word_weights, found.combined, strict=True
    ):
        sentence = found.sentence_weights[word.sentence]
        assert combined == pytest.approx(np.sqrt(sentence) * weight)


@pytest.mark.parametrize("head", ["tree", "leaf", "levels"])
def test_parts_of_a_score_add_up_to_its_distance_from_its_siblings(head):
    small = small_networks.classifier(head=head)
    texts = small.encode(ROWS)
    parts = small.model.score_parts(texts).sum(axis=0)
    if head == "tree":
        logs = small.model.log_probabilities(texts)
        local = logs - np.where(TREE.parents >= 0, logs[:, TREE.parents], 0)
        for group in ([0, 1], [2, 3], [4, 5]):
            centred = local[:, group] - local[:, group].mean(axis=1, keepdims=True)
            np.testing.assert_allclose(parts[:, group], centred, atol=1e-5)
    leaves, level = TREE.leaves, np.flatnonzero(TREE.levels == 1)
    for group in [leaves] if head == "leaf" else [level]:
        np.testing.assert_allclose(parts[:, group].sum(axis=1), 0, atol=1e-4)


def test_encoder_share_says_what_stands_beside_it():
    parts = dict(
        zip(PARTS, [[1.0, 0.0], [-2.0, 0.0], [1.0, 0.0], [0.0, 0.0]], strict=True)
    )
    found = AttentionMap((), np.zeros(0), np.zeros(0), {}, {}, parts=parts)
    assert found.encoder_shares[0] == 0.25 and np.isnan(found.encoder_shares[1])


def test_models_without_attention_say_what_to_do():
    with pytest.raises(InputError, match=r"baseline.*by deletion"):
        baseline().attend(["pan"])
    mixed = MixedClassifier([baseline(), baseline()], [0.5, 0.5])
    with pytest.raises(InputError, match=r"mixture.*by deletion"):
        mixed.attend(["pan"])


def test_the_mean_says_that_its_weights_are_uniform():
    (found,) = small_networks.classifier("mean").attend(["pan dulce con leche"])
    np.testing.assert_allclose(found.word_weights, 0.25)
    assert "mean" in found.note
    assert not small_networks.classifier().attend(["pan"])[0].note


def test_no_documents_give_no_maps(small):
    assert small.attend([]) == []
    assert small.attend([], by="deletion") == []


def models():
    network = small_networks.classifier()
    narrow = text_encoder({"tasks": text_encoder().fields["tasks"]}, numbers="drop")
    other = small_networks.classifier("cnn", encoder=narrow)
    mixture = MixedClassifier([network, other, baseline()], [0.4, 0.3, 0.3])
    return {"network": network, "baseline": baseline(), "mixture": mixture}


@pytest.mark.parametrize("name", ["network", "baseline", "mixture"])
def test_deletion_is_what_the_model_says_of_the_shortened_text(name):
    model = models()[name]
    row = {"name": "pan dulce 7", "tasks": "leche de vaca con"}
    (found,) = model.attend([row], by="deletion")
    node = TREE.codes.index(found.code)

    def log_p(**changes):
        texts = model.encode([{**row, **changes}])
        return model.model.log_probabilities(texts)[0, node]

    whole = log_p()
    for i, word in enumerate(found.words):
        kept = [
            w.text
            for j, w in enumerate(found.words)
            if j != i and w.field == word.field
        ]
        expected = whole - log_p(**{word.field: " ".join(kept)})
        assert found.word_weights[i] == pytest.approx(expected, abs=1e-5)
    for field in row:
        expected = whole - log_p(**{field: ""})
        assert found.field_weights[field] == pytest.approx(expected, abs=1e-5)
    np.testing.assert_allclose(
        found.sentence_weights, list(found.field_weights.values()), atol=1e-5
    )
    assert np.abs(found.word_weights).max() > 1e-3  # there is something to compare


def test_deletion_in_blocks_is_the_same(small, monkeypatch):
    expected = small.attend(ROWS, by="deletion")
    monkeypatch.setattr("han.explanation.deletion.BLOCK", 3)
    for one, two in zip(small.attend(ROWS, by="deletion"), expected, strict=True):
        np.testing.assert_allclose(one.word_weights, two.word_weights, atol=1e-6)
        assert one.code == two.code


def test_words_beyond_the_limits_stay_cut_when_others_go(small):
    (found,) = small.attend([{"name": "pan " * 8 + "clavo"}], by="deletion")
    assert found.words[-1].kind == "cut" and found.word_weights[-1] == 0


def test_kept_words_drop_sentences_that_are_empty():
    texts = text_encoder().encode(ROWS)
    none = kept_words(texts, np.zeros(len(texts.word_ids), bool))
    assert not len(none.sentence_lengths) and len(none) == len(texts)
    everything = kept_words(texts, np.ones(len(texts.word_ids), bool))
    assert everything.word_ids.tolist() == texts.word_ids.tolist()
    assert everything.sentence_fields.tolist() == texts.sentence_fields.tolist()


def test_paths_are_those_of_the_predictions(small, monkeypatch):
    monkeypatch.setattr("han.explanation.deletion.BLOCK", 2)
    paths = predicted_paths(small.model.log_probabilities, small.encode(ROWS), TREE)
    codes = small.predict(ROWS).code
    for path, code in zip(paths, codes, strict=True):
        assert not code or TREE.codes[path[-1]] == code


def test_a_shortened_document_without_any_word_is_coded(small):
    texts = small.encode({"name": ["pan"]})
    shortened = ShortenedDocuments(
        small.model.log_probabilities, small.encoder, {"name": ["pan"]}, texts
    )
    logs = shortened.log_probabilities([(0, np.array([False]))], np.array([[0]]))
    blank = small.model.log_probabilities(small.encode([""]))
    np.testing.assert_allclose(logs[0, 0], blank[0, 0], atol=1e-6)


@pytest.mark.parametrize("by", ["attention", "deletion"])
def test_a_map_survives_json(small, by):
    for found in small.attend(ROWS, by=by):
        line = found.to_json()
        assert "\n" not in line
        again = AttentionMap.from_json(line)
        assert again.words == found.words
        assert again.word_weights.tolist() == found.word_weights.tolist()
        assert json.loads(again.to_json()) == json.loads(line)
        assert again.to_html() == found.to_html()


def test_the_frame_has_a_row_for_each_word(small):
    frame = small.attend(ROWS)[4].to_frame()
    assert frame.word.tolist()[:2] == ["Leche", "Vaca"]
    assert len(frame) == 12
    cut = frame.kind == "cut"
    assert not frame.loc[cut, ["word_weight", "sentence_weight", "combined"]].any(
        axis=None
    )
    assert len(small.attend([""])[0].to_frame()) == 0


def test_html_is_escaped_and_shows_weights_without_colour(small):
    evil = "<script>alert(1)</script> & pan \"x' onload=1"
    page = small.attend([evil])[0].to_html()
    assert "<script" not in page and "&lt;" in page and "&amp;" in page
    assert "border-bottom" in page  # weight is the thickness of a line, too
    assert small.attend(["pan"])[0]._repr_html_() == small.attend(["pan"])[0].to_html()
    assert "pan" not in small.attend([""])[0].to_html().partition("</style>")[2]


def test_html_marks_unknown_and_cut_words(small):
    page = small.attend(["sierra " + "pan " * 8])[0].to_html()
    assert 'class="w u' in page and 'class="w c"' in page


def test_evidence_against_a_code_looks_different():
    words = small_networks.classifier().attend(["pan dulce"])[0].words
    found = AttentionMap(
        words,
        np.array([1.0, -0.5]),
        np.ones(1),
        {"name": 1.0},
        {"name": ""},
        by="deletion",
    )
    page = found.to_html().partition("</style>")[2]
    assert 'w p5"' in page and 'w m2"' in page
    weak = AttentionMap(
        words,
        np.array([0.01, 0.0]),
        np.ones(1),
        {"name": 1.0},
        {"name": ""},
        by="deletion",
    )
    assert "p5" not in weak.to_html().partition("</style>")[2]


@pytest.mark.parametrize("by", ["parts", "attention", "deletion"])
def test_the_heat_map_writes_every_word_that_is_read(small, by):
    for found in small.attend(ROWS, by=by):
        axes = found.plot().axes[0]
        shown = [text.get_text() for text in axes.texts]
        assert shown == [w.text for w in found.words if w.is_read]


def test_a_side_feature_of_another_length_is_refused(small):
    with pytest.raises(InputError, match="no side feature"):
        small.attend(["pan"], side={"age": ["3"]})


@pytest.mark.tensorflow
@pytest.mark.parametrize("encoder", ["gru", "lstm"])
def test_attention_is_that_of_tensorflow(encoder):
    from support.networks import DOCUMENTS, encode, make_network

    from han.batching.network_inputs import NO_AUXILIARY_INPUTS
    from han.explanation.attention_weights import attention_weights
    from han.network.network_views import attention_view

    form = "packed" if encoder == "gru" else "padded"
    network = make_network(encoder=encoder, computation=form)
    texts = encode(DOCUMENTS)
    words, sentences = attention_weights(network, texts)
    inputs = NO_AUXILIARY_INPUTS.inputs(texts, "padded")
    view = attention_view(network)(inputs)
    for found, name, index in (
        (words, "word_attention", inputs["word_index"][:-1]),
        (sentences, "sentence_attention", inputs["sentence_index"]),
    ):
        expected = view[name].numpy()[: len(index)]
        np.testing.assert_allclose(found, expected[index >= 0], atol=1e-5)
        assert not np.any(expected[index < 0])


@pytest.mark.tensorflow
def test_a_network_in_tensorflow_attends_like_the_same_in_numpy():
    from support.networks import make_network

    encoder = text_encoder()
    network = make_network(parents=TREE.parents.tolist(), vocabulary_size=10)
    in_keras = Classifier(network, TREE, encoder).attend(ROWS)
    in_numpy = Classifier(NumpyNetwork.of(network), TREE, encoder).attend(ROWS)
    for one, two in zip(in_keras, in_numpy, strict=True):
        np.testing.assert_allclose(one.combined, two.combined, atol=1e-6)


@pytest.mark.slow
@pytest.mark.tensorflow
@pytest.mark.parametrize("head", ["tree", "levels"])
def test_integrated_gradients_add_up_to_what_the_vectors_bring(head):
    from support.networks import DOCUMENTS, encode, make_network

    from han.explanation.integrated_gradients import integrated_gradients

    network = make_network(head=head)
    texts = encode(DOCUMENTS)
    nodes = np.array([6, 6, 8, 7])
    found = integrated_gradients(network, texts, nodes)
    whole = network.log_probabilities(texts)[np.arange(4), nodes]
    embedding = network.get_layer("word_embedding")
    embedding.set_weights([0 * w for w in embedding.get_weights()])
    without = network.log_probabilities(texts)[np.arange(4), nodes]
    owners = np.repeat(np.arange(4), texts.document_words)
    sums = np.bincount(owners, found, minlength=4)
    np.testing.assert_allclose(sums, whole - without, atol=2e-3)
    assert np.abs(sums).max() > 0.05


@pytest.mark.tensorflow
def test_gradients_are_maps_like_others(monkeypatch):
    from support.networks import make_network

    monkeypatch.setattr("han.explanation.integrated_gradients.POINTS", 2)
    network = make_network(parents=TREE.parents.tolist(), vocabulary_size=10)
    found = Classifier(network, TREE, text_encoder()).attend(ROWS, by="gradients")
    assert found[0].sentence_weights.sum() == pytest.approx(found[0].combined.sum())
    assert sum(found[0].field_weights.values()) == pytest.approx(
        found[0].combined.sum()
    )
    assert found[1].field_weights.keys() == {"tasks"} and found[0].code
    cut = [w.kind == "cut" for w in found[4].words]
    assert not found[4].word_weights[cut].any()


def test_gradients_of_another_model_say_what_to_do(small):
    with pytest.raises(InputError, match="engine='tensorflow'"):
        small.attend(["pan"], by="gradients")


@pytest.mark.parametrize("head", ["tree", "leaf", "levels"])
def test_what_stands_beside_the_encoder_has_its_part(head):
    generator = np.random.default_rng(0)
    scored = len(TREE.leaves) if head == "leaf" else TREE.num_nodes

    def draw(*shape):
        return generator.normal(size=shape).astype(np.float32)

    weights = random_weights(scored=scored)
    weights["ngram_bag"] = [draw(7, 3)]
    shares = draw(3, TREE.num_levels)
    head_weights = [draw(scored, 8 + 2 + 3), draw(scored), draw(2), shares]
    weights["tree_softmax"] = head_weights
    settings = {**small_networks.config(head=head), "wide": True}
    network = NumpyNetwork({**settings, "bag_units": 3, "bag_rows": 7}, weights)
    texts = text_encoder().encode(ROWS)
    texts = replace(texts, side=draw(len(texts), 2))
    margins, bag = draw(len(texts), TREE.num_nodes), csr_array(draw(len(texts), 7))
    network.auxiliary = AuxiliaryInputs(margins=lambda _: margins, bag=lambda _: bag)
    parts = network.score_parts(texts)
    assert (np.abs(parts).max(axis=(1, 2)) > 0.01).all()
    logs, groups = network.log_probabilities(texts), [[0, 1], [2, 3], [4, 5]]
    total = parts.sum(axis=0)
    if head == "leaf":
        groups = [TREE.leaves]
    if head == "tree":
        logs = logs - np.where(TREE.parents >= 0, logs[:, TREE.parents], 0)
    for group in groups if head != "levels" else []:
        centred = logs[:, group] - logs[:, group].mean(axis=1, keepdims=True)
        np.testing.assert_allclose(total[:, group], centred, atol=1e-4)
    if head == "tree":  # without the margins, theirs is what is missing
        linear = margins * shares[1][TREE.levels - 1]
        for group in groups:
            centred = linear[:, group] - linear[:, group].mean(axis=1, keepdims=True)
            np.testing.assert_allclose(parts[1][:, group], centred, atol=1e-5)
