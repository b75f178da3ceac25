"""Data never holds training up: few traces, waiting measured, batches made ahead."""

import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import keras
import numpy as np
import pytest
from support.numbered_batches import make, numbered
from support.training import learn

from han.batching import batches
from han.batching.batches import AHEAD, Batches
from han.batching.epoch_orders import EpochDocuments
from han.batching.network_inputs import InputMaker
from han.callbacks import epoch_callbacks
from han.callbacks.epoch_callbacks import EpochClock
from han.network.model import HierarchicalAttentionNetwork

pytestmark = pytest.mark.tensorflow


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


def coded(count, batch_size=4, computation="packed", shuffle=True):
    """Numbered documents whose codes are nodes of the small network."""
    nodes = np.arange(count, dtype=np.int32) % 6
    return Batches(
        *(numbered(count), nodes, np.ones(count)),
        batch_size=batch_size,
        inputs=InputMaker(computation),
        epochs=EpochDocuments(shuffle=shuffle),
    )


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
    train = coded(70, computation=computation)
    validation = coded(45, computation=computation, shuffle=False, batch_size=7)
    for source in (train, validation):
        shapes = {tuple(a.shape for a in inputs.values()) for inputs, *_ in source}
        assert len(shapes) > 4
    network = small_network(computation)
    learn(network, train, validation, epochs=3, compiled=True)
    assert 1 <= traces["train_step"] <= 2
    assert 1 <= traces["test_step"] <= 2


@pytest.mark.parametrize(
    ("made", "share"),
    # Steps ask at 1, 4 and 7 and take two seconds; an epoch begins at 0 and ends at 9.
    [([3.0, 6.0, 9.0], 6 / 9), ([0.5, 2.0, 3.0], 0.0), ([2.0, 3.0, 6.5], 1 / 9)],
    ids=["slow batches", "fast batches", "the first one"],
)
def test_the_waiting_share_is_that_of_the_epoch(monkeypatch, made, share) -> None:
    now = iter([0.0, 1.0, 3.0, 4.0, 6.0, 7.0, 9.0])
    time = SimpleNamespace(perf_counter=lambda: next(now))
    monkeypatch.setattr(epoch_callbacks, "time", time)
    source, network = coded(12), small_network()
    clock = EpochClock(source)
    clock.set_model(network)
    clock.on_epoch_begin(0)
    source.fetched = [(0.0, there) for there in made]
    for step in range(3):
        clock.on_train_batch_begin(step)
        clock.on_train_batch_end(step)
    logs = {"loss": 1.0}
    clock.on_epoch_end(0, logs)
    assert logs["waiting_share"] == pytest.approx(share)
    assert logs["documents_per_second"] == pytest.approx(12 / 9)


def test_when_tensorflow_came_and_got_a_batch_is_noted(monkeypatch) -> None:
    now = iter(range(100))
    time = SimpleNamespace(perf_counter=lambda: float(next(now)))
    monkeypatch.setattr(batches, "time", time)
    source = coded(12)
    assert len(list(source._hand_over(range(1), 1))) == 3
    assert source.fetched == [(0.0, 1.0), (2.0, 3.0), (4.0, 5.0)]


def test_waiting_is_counted_from_the_later_of_two_clocks() -> None:
    source = make(8)
    # Ready before the step; fetched in the step; asked for while it was being made.
    source.fetched = [(0.0, 1.0), (5.0, 6.5), (7.0, 9.0)]
    assert source.seconds_waited([2.0, 4.0, 8.5]) == pytest.approx(0.0 + 1.5 + 0.5)
    assert source.seconds_waited([]) == 0.0


def test_batches_are_made_ahead_of_their_reader(monkeypatch) -> None:
    pools, made = [], []

    class Pool(ThreadPoolExecutor):
        def __init__(self, *given):
            super().__init__(*given)
            pools.append(self)

    monkeypatch.setattr(batches, "ThreadPoolExecutor", Pool)
    source, enough = coded(80), threading.Event()
    plain = source.batch

    def watched(rows):
        made.append(rows)
        if len(made) >= AHEAD:
            enough.set()
        return plain(rows)

    source.batch = watched
    reader = source._hand_over(range(1), 1)
    next(reader)
    assert enough.wait(60)
    reader.close()  # as when training is stopped
    pools[0].shutdown(wait=True)  # what is under way ends
    assert len(made) <= 2 * AHEAD < len(source)


def test_an_error_in_a_batch_reaches_the_reader() -> None:
    source = coded(20)

    def broken(rows):
        raise ValueError("broken batch")

    source.batch = broken
    with pytest.raises(ValueError, match="broken batch"):
        next(source._hand_over(range(1), 1))


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
