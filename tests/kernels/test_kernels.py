"""The arithmetic of packed rows, against plain loops and whatever way it is shared."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import references

from han.kernels import array_pool, bidirectional_gru, ragged_sequences, threads
from han.kernels.bidirectional_gru import (
    PackedRows,
    Weights,
    annotate,
    annotate_gradient,
    annotations_only,
)
from han.kernels.gru import tanh
from han.kernels.packed_rows import packed_rows
from han.kernels.ragged_sequences import distinct, pooled, softmax

UNITS = 3
lengths_of = st.lists(st.integers(1, 6), min_size=1, max_size=9)


def drawn(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def batch(lengths, sources=4):
    """Weights, where elements stand, and the elements sorted by source."""
    lengths = np.array(lengths, np.int32)
    source = np.random.default_rng(1).integers(0, sources, lengths.sum())
    weights = Weights(
        drawn(sources, 6 * UNITS), drawn(2, 3, UNITS, UNITS, seed=1), drawn(2, UNITS)
    )
    packed = PackedRows(source, *packed_rows(lengths))
    return weights, packed, np.argsort(source, kind="stable")


def reference(weights, packed, lengths):
    """Annotations by a loop over elements, in float64, with whole gates."""
    table = weights.table.astype(np.float64).reshape(-1, 2, 3, UNITS)
    table[:, :, :2] *= 2
    kernel = 2 * np.concatenate(list(np.moveaxis(weights.recurrent, 1, 0)), axis=2)
    found = []
    for first, length in zip(np.cumsum(lengths) - lengths, lengths, strict=True):
        rows = table[packed.source[first : first + length]].reshape(length, 2, -1)
        bias = [
            np.stack([np.zeros(3 * UNITS), np.append(np.zeros(2 * UNITS), 2 * b)])
            for b in weights.bias
        ]
        forward = references.gru(rows[:, 0], np.eye(3 * UNITS), kernel[0], bias[0])
        backward = references.gru(rows[::-1, 1], np.eye(3 * UNITS), kernel[1], bias[1])
        found.append(np.concatenate([forward, backward[::-1]], axis=1))
    return np.concatenate(found)


@given(lengths_of)
def test_annotations_equal_those_of_a_loop_over_elements(lengths):
    weights, packed, _ = batch(lengths)
    expected = reference(weights, packed, np.array(lengths))
    np.testing.assert_allclose(annotate(weights, packed)[0], expected, atol=1e-5)
    np.testing.assert_allclose(annotations_only(weights, packed), expected, atol=1e-5)


@given(lengths_of)
def test_gradient_equals_differences_of_the_loop(lengths):
    weights, packed, sort = batch(lengths)
    upstream = drawn(sum(lengths), 2 * UNITS, seed=5)
    _, traces = annotate(weights, packed)
    found = annotate_gradient(upstream, weights, packed, sort, traces)
    given = [weights.table, weights.recurrent, weights.bias]

    def loss(changed):
        return (
            reference(Weights(*changed), packed, np.array(lengths)) * upstream
        ).sum()

    for i, gradient in enumerate(found):
        along = drawn(*gradient.shape, seed=6).astype(np.float64)
        ahead, behind = (
            loss([w + e * along if i == j else w for j, w in enumerate(given)])
            for e in (1e-5, -1e-5)
        )
        expected = (ahead - behind) / 2e-5
        assert (gradient * along).sum() == pytest.approx(expected, rel=1e-3, abs=1e-3)


@given(lengths_of, st.integers(2, 9))
def test_the_number_of_threads_changes_nothing(lengths, count):
    weights, packed, sort = batch(lengths)
    upstream = drawn(sum(lengths), 2 * UNITS, seed=5)
    alone, traces = annotate(weights, packed)
    expected = annotate_gradient(upstream, weights, packed, sort, traces)
    with pytest.MonkeyPatch.context() as patch:
        for module in (bidirectional_gru, threads):
            patch.setattr(module, "num_threads", lambda: count)
        shares = packed.layouts(0)
        together, traces = annotate(weights, packed)
        found = annotate_gradient(upstream, weights, packed, sort, traces)
    assert [s.low for s in shares[1:]] == [s.high for s in shares[:-1]]
    np.testing.assert_allclose(together, alone, atol=1e-6)
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)


def test_empty_sequences_have_no_rows():
    weights, packed, _ = batch([0, 3, 0, 1])
    expected = reference(weights, packed, np.array([3, 1]))
    np.testing.assert_allclose(annotate(weights, packed)[0], expected, atol=1e-5)


def test_tanh_is_that_of_numpy_and_keeps_what_is_no_number():
    x = np.concatenate([np.linspace(-20, 20, 9999), [np.inf, -np.inf]])
    found = np.array([tanh(np.float32(v)) for v in x])
    np.testing.assert_allclose(found, np.tanh(x), atol=5e-7)
    assert np.isnan(tanh(np.float32(np.nan)))


def test_a_weight_that_is_no_number_reaches_the_annotations():
    weights, packed, _ = batch([3])
    weights.recurrent[0, 0, 0, 0] = np.nan
    assert np.isnan(annotate(weights, packed)[0]).any()


def test_arrays_for_tensorflow_are_aligned():
    for size in (1, 3, 1000):
        made = array_pool.empty(size, 7)
        assert made.shape == (size, 7) and made.ctypes.data % array_pool.ALIGNMENT == 0


def test_memory_is_used_again_only_when_no_view_of_it_is_left():
    pool = array_pool.Pool()
    first = pool.empty(100, 3)
    first[:] = 1.0
    view = first[10:20].reshape(-1)[::2].T
    del first
    second = pool.empty(100, 3)
    second[:] = 2.0
    assert (view == 1.0).all() and not np.shares_memory(view, second)
    address = view.__array_interface__["data"][0]
    del view
    third = pool.empty(90, 3)  # a little smaller fits, too
    assert abs(third.__array_interface__["data"][0] - address) < 1000
    assert not np.shares_memory(third, second)
    much_smaller = pool.empty(2)
    del second, third
    assert pool.empty(2).size == much_smaller.size


def test_a_larger_piece_takes_the_place_of_a_smaller_one():
    pool = array_pool.Pool()
    for size in (100, 200, 300, 250):
        pool.empty(size)[:] = 1.0
    assert len(pool._free) + len(pool._returned) == 1


def test_memory_that_waits_can_be_freed():
    pool = array_pool.Pool()
    first, second = pool.empty(100), pool.empty(100)
    second[:] = 1.0
    del first
    pool.clear()
    assert not pool._free and not pool._returned
    del second  # what is lent comes back all the same
    pool.empty(100)[:] = 2.0
    assert len(pool._returned) == 1 and not pool._free


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 400)), max_size=60))
def test_lent_arrays_never_overlap(moves):
    pool, held = array_pool.Pool(), {}
    for name, size in moves:
        held[name] = pool.empty(size)
        held[name][:] = name
    for name, array in held.items():
        assert (array == name).all()


texts = st.lists(
    st.tuples(st.lists(st.integers(1, 3), min_size=1, max_size=3), st.integers(0, 1)),
    max_size=12,
)


@given(texts, st.booleans())
def test_distinct_sequences_are_found_even_if_hashes_collide(sequences_, collide):
    values = np.array([v for words, _ in sequences_ for v in words], np.int32)
    lengths = np.array([len(words) for words, _ in sequences_], np.int32)
    kinds = np.array([kind for _, kind in sequences_], np.int32)
    with pytest.MonkeyPatch.context() as patch:
        if collide:
            patch.setattr(ragged_sequences, "_scramble", lambda v: v * np.uint64(0))
        first, same = distinct(values, lengths, kinds)
    for position, sequence in enumerate(sequences_):
        assert sequences_[first[same[position]]] == sequence
    if not collide:
        assert len(first) == len({(tuple(w), k) for w, k in sequences_})


@given(lengths_of)
def test_pooling_is_a_softmax_in_each_sequence(lengths):
    vectors, scores = drawn(sum(lengths), 4), 60 * drawn(sum(lengths), seed=3)
    counts = np.array(lengths, np.int64)
    found = pooled(vectors, softmax(scores, counts), counts)
    edges = np.cumsum(lengths)[:-1]
    parts = zip(np.split(vectors, edges), np.split(scores, edges), strict=True)
    expected = [references.softmax(s.astype(float)) @ v for v, s in parts]
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_importing_the_kernels_loads_no_tensorflow():
    code = (
        "import sys, han.network.numpy_network; sys.exit('tensorflow' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
