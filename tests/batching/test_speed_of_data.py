"""Data never holds training up: few traces, waiting measured, batches made ahead."""

import threading
import time

import keras
import numpy as np
import pytest
from support.numbered_batches import make, numbered

from han.batching import batches
from han.batching.batches import AHEAD, Batches
from han.callbacks.epoch_callbacks import EpochClock
from han.network.model import HierarchicalAttentionNetwork

pytestmark = pytest.mark.tensorflow


class Slow(Batches):
    """Batches that take a while."""

    seconds = 0.0

    def batch(self, rows):
        time.sleep(self.seconds)
        return super().batch(rows)


def small_network(computation="packed"):
    network = HierarchicalAttentionNetwork(
        vocabulary_size=400,
        parents=[-1, -1, 0, 0, 1, 1],
        embedding_dimension=4,
        word_units=3,
        sentence_units=3,
        computation=computation,
    )
    network.compile(optimizer=keras.optimizers.SGD(0.01), jit_compile=False)
    return network


def slow(count, seconds=0.0, **options):
    options = {"batch_size": 4, **options}
    nodes = np.arange(count, dtype=np.int32) % 6
    source = Slow(numbered(count), nodes, np.ones(count), **options)
    source.seconds = seconds
    return source


@pytest.mark.parametrize("computation", ["packed", "padded"])
def test_many_shapes_make_at_most_two_traces(computation, monkeypatch) -> None:
    traces = {"train_step": 0, "test_step": 0}

    def counted(name):
        step = getattr(HierarchicalAttentionNetwork, name)

        def count(self, data):  # Python runs only when TensorFlow traces
            traces[name] += 1
            return step(self, data)

        return count

    for name in traces:
        monkeypatch.setattr(HierarchicalAttentionNetwork, name, counted(name))
    train = slow(70, computation=computation)
    validation = slow(45, computation=computation, shuffle=False, batch_size=7)
    for source in (train, validation):
        shapes = {tuple(a.shape for a in inputs.values()) for inputs, *_ in source}
        assert len(shapes) > 4
    network = small_network(computation)
    network.fit(
        train.dataset(),
        validation_data=validation.dataset(),
        epochs=3,
        verbose=0,
        shuffle=False,
        callbacks=[EpochClock(train)],
    )
    assert 1 <= traces["train_step"] <= 2
    assert 1 <= traces["test_step"] <= 2


def waiting_shares(source, epochs=2):
    network = small_network()
    return network.fit(
        source.dataset(),
        epochs=epochs,
        verbose=0,
        shuffle=False,
        callbacks=[EpochClock(source)],
    ).history["waiting_share"]


def test_slow_batches_are_what_training_waits_for() -> None:
    shares = waiting_shares(slow(40, seconds=0.3))
    assert 0.5 < shares[-1] <= 1.0


def test_fast_batches_are_not_waited_for() -> None:
    source = slow(200)
    network = small_network()
    clock = EpochClock(source)

    class SlowSteps(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            time.sleep(0.03)  # a network that takes its time

    history = network.fit(
        source.dataset(),
        epochs=2,
        verbose=0,
        shuffle=False,
        callbacks=[SlowSteps(), clock],
    )
    assert 0.0 <= history.history["waiting_share"][-1] < 0.3


def test_waiting_is_counted_from_the_later_of_two_clocks() -> None:
    source = make(8)
    # Ready before the step; fetched in the step; asked for while it was being made.
    source.fetched = [(0.0, 1.0), (5.0, 6.5), (7.0, 9.0)]
    assert source.seconds_waited([2.0, 4.0, 8.5]) == pytest.approx(0.0 + 1.5 + 0.5)
    assert source.seconds_waited([]) == 0.0


def test_batches_are_made_ahead_of_their_reader() -> None:
    source, made = slow(80), []
    enough = threading.Event()
    plain = source.batch

    def watched(rows):
        made.append(rows)
        if len(made) >= AHEAD:
            enough.set()
        return plain(rows)

    source.batch = watched
    reader = source._hand_over()
    next(reader)
    assert enough.wait(20)
    reader.close()  # as when training is stopped
    time.sleep(0.1)
    assert len(made) <= 2 * AHEAD < len(source)


def test_an_error_in_a_batch_reaches_the_reader() -> None:
    source = slow(20)

    def broken(rows):
        raise ValueError("broken batch")

    source.batch = broken
    with pytest.raises(ValueError, match="broken batch"):
        next(source._hand_over())


def test_texts_may_lie_on_disk(tmp_path) -> None:
    texts = numbered(30)
    mapped = {}
    for name, array in vars(texts).items():
        np.save(tmp_path / f"{name}.npy", array)
        mapped[name] = np.load(tmp_path / f"{name}.npy", mmap_mode="r")
    nodes, weights = np.arange(30, dtype=np.int32), np.ones(30)
    on_disk = Batches(batches.EncodedTexts(**mapped), nodes, weights, batch_size=4)
    in_memory = Batches(texts, nodes, weights, batch_size=4)
    for (one, *_), (two, *_) in zip(on_disk, in_memory, strict=True):
        for name, array in one.items():
            np.testing.assert_array_equal(array, two[name])
