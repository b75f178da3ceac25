"""Batches hold each document once, in an order that seed and epoch decide."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.numbered_batches import encode, make

from han.batching import epoch_orders
from han.batching.network_inputs import NO_AUXILIARY_INPUTS, InputSpecs
from han.kernels.packed_rows import packed_rows

pytestmark = pytest.mark.tensorflow

# Documents as sentences of word ids; the field of a sentence is its first word % 3.
DOCUMENTS = st.lists(
    st.lists(st.lists(st.integers(1, 99), min_size=1, max_size=5), max_size=4),
    max_size=25,
)


def passed(source) -> list[list[int]]:
    """Document numbers of each batch of a pass, known by their nodes."""
    return [nodes.tolist() for _, nodes, _ in source]


def whole(source):
    """What TensorFlow gets where there is one device."""
    return source.shares(range(1), 1).take(len(source))


def read_padded(inputs) -> list[list[list[int]]]:
    """The documents that a padded batch holds."""
    words, index = inputs["words"], inputs["word_index"]
    return [
        [words[index[row][index[row] >= 0]].tolist() for row in rows[rows >= 0]]
        for rows in inputs["sentence_index"]
    ]


def read_packed(inputs) -> list[list[list[int]]]:
    """The documents that a packed batch holds, its own last one left out."""
    words = inputs["words"][inputs["word_source"]]
    lengths = np.bincount(inputs["word_segments"])
    sentences = [s.tolist() for s in np.split(words, np.cumsum(lengths)[:-1])]
    documents = [[] for _ in inputs["document_sentences"]] + [[]]
    for sentence, document in zip(sentences, inputs["sentence_segments"], strict=True):
        documents[document].append(sentence)
    assert documents.pop() == [[1]]
    return documents


READ = {"padded": read_padded, "packed": read_packed}


@pytest.mark.parametrize("computation", READ)
@given(documents=DOCUMENTS)
@settings(deadline=None)
def test_model_inputs_hold_the_documents(computation, documents) -> None:
    inputs = NO_AUXILIARY_INPUTS.inputs(encode(documents), computation)
    assert READ[computation](inputs) == documents
    fields = [s[0] % 3 for d in documents for s in d]
    assert inputs["field_ids"].tolist() == [*fields, 0]
    assert (np.diff(inputs["words"]) > 0).all()
    assert {k: len(v.shape) for k, v in inputs.items()} == {
        k: len(shape) for k, shape in InputSpecs(computation).shapes.items()
    }
    assert all(array.dtype == np.int32 for array in inputs.values())


@given(st.lists(st.integers(0, 6), min_size=1, max_size=12))
@settings(deadline=None)
def test_packed_rows_go_step_by_step(lengths) -> None:
    rows, order, steps = packed_rows(np.array(lengths, np.int32))
    assert steps.tolist() == [
        sum(n > t for n in lengths) for t in range(max(lengths, default=0))
    ]
    step_of_row = np.repeat(np.arange(len(steps)), steps)
    places = [(j, n - 1 - j) for n in lengths for j in range(n)]
    for direction in range(2):
        expected = [place[direction] for place in places]
        assert step_of_row[rows[direction]].tolist() == expected
        assert rows[direction][order[direction]].tolist() == list(range(sum(lengths)))
    # A sequence keeps its place among those alive, or states would be mixed up.
    firsts = np.cumsum(steps) - steps
    rank = rows - firsts[step_of_row[rows]] if len(steps) else rows
    ends = np.cumsum([0, *lengths])
    for begin, end in pairwise(ends):
        assert len(set(rank[:, begin:end].ravel().tolist())) <= 1


@pytest.mark.parametrize("computation", READ)
def test_a_batch_of_blank_documents_is_possible(computation) -> None:
    inputs = NO_AUXILIARY_INPUTS.inputs(encode([[], [], []]), computation)
    assert READ[computation](inputs) == [[], [], []]
    assert inputs["words"].tolist() == [1]


@given(DOCUMENTS)
@settings(deadline=None)
def test_by_length_goes_from_short_to_long(documents) -> None:
    order = epoch_orders.by_length(encode(documents))
    assert sorted(order.tolist()) == list(range(len(documents)))
    sizes = [(max(map(len, d), default=0), len(d)) for d in documents]
    assert [sizes[i] for i in order] == sorted(sizes)


@given(st.integers(1, 300), st.integers(1, 5), st.integers(0, 9), st.integers(0, 9))
@settings(deadline=None)
def test_an_epoch_holds_every_document_once(count, batch_size, seed, epoch) -> None:
    ranks = np.random.default_rng(0).permutation(count)
    order = epoch_orders.epoch_order(ranks, batch_size, seed, epoch)
    assert sorted(np.concatenate(order).tolist()) == list(range(count))
    sizes = sorted(map(len, order))
    assert len(order) == -(-count // batch_size)
    assert all(size == batch_size for size in sizes[1:])
    again = epoch_orders.epoch_order(ranks, batch_size, seed, epoch)
    assert all(np.array_equal(a, b) for a, b in zip(order, again, strict=True))


def test_order_differs_by_seed_and_epoch() -> None:
    def order(seed: int, epoch: int) -> list[int]:
        found = epoch_orders.epoch_order(np.arange(100), 10, seed, epoch)
        return np.concatenate(found).tolist()

    orders = {tuple(order(seed, epoch)) for seed in (0, 1) for epoch in (0, 1)}
    assert len(orders) == 4


def test_like_lengths_travel_together() -> None:
    ranks = np.random.default_rng(0).permutation(64)
    for batch in epoch_orders.epoch_order(ranks, 8, 0, 0):  # one window: ranks in a row
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


@pytest.mark.parametrize("computation", READ)
def test_batches_keep_texts_nodes_and_weights_together(computation) -> None:
    source = make(30, computation=computation)
    assert len(source) == 8
    seen = []
    for inputs, nodes, weights in source:
        assert weights.dtype == np.float32
        assert weights == pytest.approx(nodes / 29)
        documents = READ[computation](inputs)
        for node, document in zip(nodes, documents, strict=True):
            assert {w for s in document for w in s} <= {node + 1}
            assert len(document) == source.texts.document_sentences[node]
        seen += nodes.tolist()
    assert sorted(seen) == list(range(30))


def test_without_shuffle_documents_go_from_short_to_long() -> None:
    source = make(30, shuffle=False)
    order = passed(source)
    assert (
        np.concatenate(order).tolist() == epoch_orders.by_length(source.texts).tolist()
    )
    source.epoch = 1
    assert passed(source) == order
    assert len(order) == len(source)


def test_tensorflow_gets_the_same_batches_each_epoch() -> None:
    source = make(30, seed=2)
    dataset = whole(source)
    for epoch in (0, 1):
        source.epoch = epoch
        found = list(dataset.as_numpy_iterator())
        for (inputs, nodes, weights), expected in zip(found, source, strict=True):
            assert inputs.keys() == expected[0].keys()
            for name, array in inputs.items():
                np.testing.assert_array_equal(array, expected[0][name])
            np.testing.assert_array_equal(nodes, expected[1])
            np.testing.assert_array_equal(weights, expected[2])


def test_drawn_documents_of_each_epoch():
    def draw(epoch):
        return np.random.default_rng(epoch).integers(0, 30, 30)

    source = make(30, draw=draw, seed=3)
    for epoch in (0, 1):
        source.epoch = epoch
        found = [number for batch in passed(source) for number in batch]
        assert sorted(found) == sorted(draw(epoch).tolist())
        assert found != draw(epoch).tolist()  # shuffled, too
        assert passed(whole(source).as_numpy_iterator()) == passed(source)
        assert len(passed(source)) == len(source)


def test_nothing_is_tuned_while_batches_are_read():
    # The thread that tunes would hold up the end of each epoch.
    assert not whole(make(3)).options().autotune.enabled
