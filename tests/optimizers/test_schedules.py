"""How the learning rate goes, and word vectors that begin to learn later."""

import math

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.experiments import write_experiment
from support.stopped_runs import assert_same_run, interrupted_before
from support.training import eager

from han import train
from han.callbacks import epoch_callbacks
from han.cli import INTERRUPTED
from han.optimizers.catch_up_adam import CatchUpAdam
from han.optimizers.schedules import make_schedule
from han.training import callback_list

pytestmark = pytest.mark.tensorflow

KINDS = ["constant", "linear", "cosine"]
FALLING = {
    "constant": lambda done: 1.0,
    "linear": lambda done: 1.0 - done,
    "cosine": lambda done: (1 + math.cos(math.pi * done)) / 2,
}


# The learning rate


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("warm_up, steps", [(0, 7), (3, 10), (5, 5), (9, 4)])
def test_rates_are_those_of_the_formula(kind, warm_up, steps):
    rate = make_schedule(kind, 0.02, warm_up_steps=warm_up, num_steps=steps)
    for step in range(steps + 2):
        done = min(max(step - warm_up, 0) / max(steps - warm_up, 1), 1.0)
        share = step / warm_up if step < warm_up else FALLING[kind](done)
        found = rate if isinstance(rate, float) else float(rate(step))
        assert found == pytest.approx(0.02 * share, abs=1e-8)


@given(
    st.sampled_from(KINDS),
    st.floats(1e-4, 1.0),
    st.integers(0, 30),
    st.integers(1, 40),
)
def test_rates_rise_then_never_rise_again(kind, largest, warm_up, more):
    steps = warm_up + more
    rate = make_schedule(kind, largest, warm_up_steps=warm_up, num_steps=steps)
    if isinstance(rate, float):
        assert (kind, warm_up, rate) == ("constant", 0, largest)
        return
    rates = rate(np.arange(steps + 3)).numpy()
    assert np.argmax(rates) == warm_up
    assert rates[warm_up] == pytest.approx(largest, rel=1e-6)
    assert (np.diff(rates[: warm_up + 1]) > 0).all()
    assert (np.diff(rates[warm_up:]) <= 1e-9).all()
    if kind != "constant":
        assert (np.abs(rates[steps:]) < 1e-6 * largest).all()


def test_a_saved_optimizer_has_the_same_schedule():
    rate = make_schedule("cosine", 0.01, warm_up_steps=2, num_steps=9)
    saved = keras.saving.serialize_keras_object(
        CatchUpAdam(rate, num_steps=9, sparse=[])
    )
    again = keras.saving.deserialize_keras_object(saved)
    for step in range(10):
        again.iterations.assign(step)
        assert float(again.learning_rate) == pytest.approx(float(rate(step)))


# Word vectors that begin to learn later


def late(folder, **settings):
    """An experiment whose word vectors stay for two epochs of four."""
    folder.mkdir()
    settings = {
        "embeddings": "{dimension: 8, frozen_epochs: 2}",
        "model": "{word_units: 4, sentence_units: 4, wide: false}",
        "training": "{epochs: 4, batch_size: 32, learning_rate: 0.01}",
        "logging": f"{{run_folder: {folder}/run, tensorboard: false}}",
        **settings,
    }
    return str(write_experiment(folder, **settings))


def test_vectors_stay_until_they_may_learn(tmp_path, monkeypatch):
    tables = []  # the word vectors before the first epoch, and after each

    class Clock(epoch_callbacks.EpochClock):
        def on_train_begin(self, logs=None):
            layer = self.model.get_layer("word_embedding")
            tables.append(layer.embeddings.numpy().copy())

        def on_epoch_end(self, epoch, logs=None):
            super().on_epoch_end(epoch, logs)
            self.on_train_begin()

    monkeypatch.setattr(callback_list, "EpochClock", Clock)
    assert train.main([late(tmp_path / "one")]) == 0
    begin, first, second, third, fourth = tables
    np.testing.assert_array_equal(first, begin)
    np.testing.assert_array_equal(second, begin)
    assert np.abs(third - begin).max() > 1e-3
    assert np.abs(fourth - third).max() > 0


@pytest.fixture(scope="module")
def late_run(tmp_path_factory):
    """A run left alone."""
    folder = tmp_path_factory.mktemp("late") / "whole"
    with eager():
        assert train.main([late(folder)]) == 0
    return folder / "run"


@pytest.mark.slow
@pytest.mark.parametrize("epoch", [1, 2])
def test_a_run_stopped_before_or_at_the_thaw_ends_as_one_left_alone(
    late_run, tmp_path, monkeypatch, eager_steps, epoch
):
    experiment = late(tmp_path / "stopped")
    with monkeypatch.context() as patch:
        interrupted_before(patch, epoch)
        assert train.main([experiment]) == INTERRUPTED
    assert train.main([experiment]) == 0
    assert_same_run(late_run, tmp_path / "stopped" / "run")
