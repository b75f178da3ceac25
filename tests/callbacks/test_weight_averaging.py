"""The mean of several epochs, and going back to the best one."""

import keras
import numpy as np
import pytest
from support.experiments import write_experiment
from support.stopped_runs import assert_same_run, interrupted_before
from support.training import eager

from han import train
from han.callbacks.epoch_callbacks import MONITOR, EarlyStopping
from han.callbacks.weight_averaging import RestoreLiveWeights, WeightAveraging
from han.cli import INTERRUPTED
from han.optimizers.schedules import make_schedule

pytestmark = pytest.mark.tensorflow
CAREFUL = (
    "{epochs: 5, batch_size: 32, learning_rate: 0.02, average_epochs: 3, restarts: 2, "
    "early_stopping_patience: 1, schedule: constant}"
)


class Drift(keras.callbacks.Callback):
    """Stands for training: in epoch `e` the weights become `e + 1`."""

    def on_epoch_begin(self, epoch, logs=None):
        for variable in self.model.weights:
            variable.assign(np.full(variable.shape, epoch + 1.0))


def one_weight(rate=0.1):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    model.compile(keras.optimizers.SGD(rate))
    return model


def weight(model):
    return float(model.get_weights()[0].item())


def validated(epochs, averaged):
    """Weight that each validation sees, and the one that the next epoch starts from."""
    model, seen, live = one_weight(), [], []
    averaging = WeightAveraging(averaged)
    drift, after = Drift(), RestoreLiveWeights(averaging)
    for callback in (drift, averaging, after):
        callback.set_model(model)
    for epoch in range(epochs):
        drift.on_epoch_begin(epoch)
        averaging.on_test_begin()
        seen.append(weight(model))
        after.on_epoch_end(epoch)
        live.append(weight(model))
    return seen, live


@pytest.mark.parametrize(
    "averaged, expected",
    [(1, [1, 2, 3, 4]), (2, [1, 1.5, 2.5, 3.5]), (3, [1, 1.5, 2, 3])],
)
def test_validation_sees_the_mean_of_the_last_epochs(averaged, expected):
    seen, live = validated(4, averaged)
    assert seen == expected
    assert live == [1, 2, 3, 4]  # training goes on with its own weights


def scored(scores, restarts, patience=2):
    """Weights and rates after each epoch of given scores."""
    rate = make_schedule(
        "constant", 0.1, warm_up_steps=0, num_steps=9, slows_down=restarts > 0
    )
    model = one_weight(rate)
    model.stop_training = False
    stopping, drift = EarlyStopping(patience, restarts), Drift()
    for callback in (stopping, drift):
        callback.set_model(model)
    stopping.start()
    after, rates = [], []
    for epoch, score in enumerate(scores):
        drift.on_epoch_begin(epoch)
        stopping.on_epoch_end(epoch, {MONITOR: score})
        after.append(weight(model))
        rates.append(round(float(model.optimizer.learning_rate), 6))
        if model.stop_training:
            break
    return after, rates, stopping


def test_training_goes_back_to_the_best_epoch_at_half_the_rate():
    scores = [0.1, 0.5, 0.4, 0.3, 0.2, 0.6, 0.5, 0.5, 0.9]
    after, rates, stopping = scored(scores, restarts=1)
    assert after == [1, 2, 3, 2, 5, 6, 7, 8]  # back to 2; at the second time it ends
    assert rates == [0.1] * 3 + [0.05] * 5
    assert stopping.restarted == 1 and stopping.best == 0.6


def test_without_restarts_it_stops():
    after, rates, _ = scored([0.1, 0.5, 0.4, 0.3, 0.2], restarts=0)
    assert after == [1, 2, 3, 4] and set(rates) == {0.1}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A run with both, left alone."""
    folder = tmp_path_factory.mktemp("whole")
    with eager():
        assert train.main([str(write_experiment(folder, training=CAREFUL))]) == 0
    return folder / "run"


@pytest.mark.slow
@pytest.mark.parametrize("epoch", [2, 3])
def test_a_stopped_run_ends_as_one_left_alone(
    whole, tmp_path, monkeypatch, eager_steps, epoch
):
    experiment = str(write_experiment(tmp_path, training=CAREFUL))
    with monkeypatch.context() as patch:
        interrupted_before(patch, epoch)
        assert train.main([experiment]) == INTERRUPTED
    assert train.main([experiment]) == 0
    assert_same_run(whole, tmp_path / "run")
