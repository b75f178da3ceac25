"""Batches hold each document once, in an order that seed and epoch decide."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from han.data import batches
from han.text.encoding import EncodedTexts

pytestmark = pytest.mark.tensorflow

# Documents as sentences of word ids; the field of a sentence is its first word % 3.
DOCUMENTS = st.lists(
    st.lists(st.lists(st.integers(1, 99), min_size=1, max_size=5), max_size=4),
    max_size=25,
)


def encode(documents: list[list[list[int]]]) -> EncodedTexts:
    sentences = [s for document in documents for s in document]
    return EncodedTexts(
        np.array([w for s in sentences for w in s], np.int32),
        np.array([len(s) for s in sentences], np.int32),
        np.array([s[0] % 3 for s in sentences], np.int32),
        np.array([len(d) for d in documents], np.int32),
        np.zeros(len(documents), bool),
    )


def numbered(count: int, seed: int = 0) -> EncodedTexts:
    """Documents whose words are all the document's number + 1, of mixed lengths."""
    lengths = np.random.default_rng(seed).integers(0, 4, (count, 3))
    return encode([[[i + 1] * n for n in row if n] for i, row in enumerate(lengths)])


def make(count: int, **options: object):
    options = {"batch_size": 4, **options}
    nodes, weights = np.arange(count, dtype=np.int32), np.linspace(0, 1, count)
    return batches.Batches(numbered(count), nodes, weights, **options)


def passed(source) -> list[list[int]]:
    """Document numbers of each batch of a pass, known by their nodes."""
    return [nodes.tolist() for _, nodes, _ in source]


@given(DOCUMENTS)
@settings(deadline=None)
def test_model_inputs_hold_the_documents(documents) -> None:
    inputs = batches.model_inputs(encode(documents))
    words, index = inputs["word_ids"], inputs["sentence_index"]
    for document, rows in zip(documents, index, strict=True):
        real = rows[: len(document)]
        assert (real >= 0).all()
        assert (rows[len(document) :] == -1).all()
        for sentence, row in zip(document, real, strict=True):
            padding = [0] * (words.shape[1] - len(sentence))
            assert words[row].tolist() == sentence + padding
            assert inputs["field_ids"][row] == sentence[0] % 3
    used = index[index >= 0].tolist()
    assert used == list(range(sum(map(len, documents))))
    longest = max((len(s) for d in documents for s in d), default=1)
    assert words.shape == (max(len(used), 1), longest)
    assert index.shape[1] == max(max(map(len, documents), default=0), 1)
    assert all(array.dtype == np.int32 for array in inputs.values())


def test_a_batch_of_blank_documents_has_one_unused_sentence() -> None:
    inputs = batches.model_inputs(encode([[], [], []]))
    assert inputs["word_ids"].tolist() == [[0]]
    assert inputs["field_ids"].tolist() == [0]
    assert inputs["sentence_index"].tolist() == [[-1]] * 3


@given(DOCUMENTS)
@settings(deadline=None)
def test_by_length_goes_from_short_to_long(documents) -> None:
    order = batches.by_length(encode(documents))
    assert sorted(order.tolist()) == list(range(len(documents)))
    sizes = [(max(map(len, d), default=0), len(d)) for d in documents]
    assert [sizes[i] for i in order] == sorted(sizes)


@given(st.integers(1, 300), st.integers(1, 5), st.integers(0, 9), st.integers(0, 9))
@settings(deadline=None)
def test_an_epoch_holds_every_document_once(count, batch_size, seed, epoch) -> None:
    ranks = np.random.default_rng(0).permutation(count)
    order = batches.epoch_order(ranks, batch_size, seed, epoch)
    assert sorted(np.concatenate(order).tolist()) == list(range(count))
    sizes = sorted(map(len, order))
    assert len(order) == -(-count // batch_size)
    assert all(size == batch_size for size in sizes[1:])
    again = batches.epoch_order(ranks, batch_size, seed, epoch)
    assert all(np.array_equal(a, b) for a, b in zip(order, again, strict=True))


def test_order_differs_by_seed_and_epoch() -> None:
    def order(seed: int, epoch: int) -> list[int]:
        found = batches.epoch_order(np.arange(100), 10, seed, epoch)
        return np.concatenate(found).tolist()

    orders = {tuple(order(seed, epoch)) for seed in (0, 1) for epoch in (0, 1)}
    assert len(orders) == 4


def test_like_lengths_travel_together() -> None:
    ranks = np.random.default_rng(0).permutation(64)
    for batch in batches.epoch_order(ranks, 8, 0, 0):  # one window: ranks in a row
        assert np.ptp(ranks[batch]) == 7


def test_shuffled_batches_of_a_window_are_the_sorted_ones() -> None:
    shuffled, in_order = passed(make(30)), passed(make(30, shuffle=False))
    assert shuffled != in_order
    assert sorted(map(sorted, shuffled)) == sorted(map(sorted, in_order))


def test_order_depends_on_the_epoch_and_not_on_the_past() -> None:
    first, second = make(30, seed=5), make(30, seed=5)
    passes = []
    for epoch in range(3):
        first.epoch = epoch
        passes.append(passed(first))
    second.epoch = 2
    assert passed(second) == passes[2]
    assert passes[0] != passes[1] != passes[2]


def test_batches_keep_texts_nodes_and_weights_together() -> None:
    source = make(30)
    assert len(source) == 8
    seen = []
    for inputs, nodes, weights in source:
        assert weights.dtype == np.float32
        assert weights == pytest.approx(nodes / 29)
        for node, rows in zip(nodes, inputs["sentence_index"], strict=True):
            words = inputs["word_ids"][rows[rows >= 0]]
            assert set(words[words > 0].tolist()) <= {node + 1}
            assert (rows >= 0).sum() == source.texts.document_sentences[node]
        seen += nodes.tolist()
    assert sorted(seen) == list(range(30))


def test_without_shuffle_documents_go_from_short_to_long() -> None:
    source = make(30, shuffle=False)
    order = passed(source)
    assert np.concatenate(order).tolist() == batches.by_length(source.texts).tolist()
    source.epoch = 1
    assert passed(source) == order
    assert len(order) == len(source)


def test_dataset_yields_the_same_batches_each_epoch() -> None:
    source = make(30, seed=2)
    dataset = source.dataset()
    assert dataset.cardinality().numpy() == len(source)
    for epoch in (0, 1):
        source.epoch = epoch
        found = list(dataset.as_numpy_iterator())
        for (inputs, nodes, weights), expected in zip(found, source, strict=True):
            assert inputs.keys() == expected[0].keys()
            for name, array in inputs.items():
                np.testing.assert_array_equal(array, expected[0][name])
            np.testing.assert_array_equal(nodes, expected[1])
            np.testing.assert_array_equal(weights, expected[2])
