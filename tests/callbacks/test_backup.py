"""How often a training is saved, by a clock of our own."""

from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from han.callbacks import backup as saving
from han.callbacks.backup import Backup, SaveAndStop
from han.runs.stop_signals import StoppedBySignal

pytestmark = pytest.mark.tensorflow


class Clock:
    """Each epoch takes 10 seconds; each saving as long as it is told."""

    def __init__(self, took):
        self.now, self.took, self.saved = 0.0, took, []

    def write(self, _, state, __):
        self.now += self.took
        self.saved.append(state["epoch"])


@pytest.fixture
def train(monkeypatch):
    def run(took, epochs=6, stops_after=None, asked_after=None, minutes=None):
        clock = Clock(took)
        monkeypatch.setattr(saving, "write_state", clock.write)
        monkeypatch.setattr(saving.time, "monotonic", lambda: clock.now)
        first = SimpleNamespace(is_first=True, size=1)
        there = SimpleNamespace(check_is_there=lambda: None, write=lambda *_: None)
        stopping = SimpleNamespace(state=dict, best_weights=None)
        backup = Backup(
            there,
            stopping,
            SimpleNamespace(earlier=[]),
            SimpleNamespace(process=first, states=lambda _: None),
        )
        backup.variables = list
        model = SimpleNamespace(stop_training=False, metrics_variables=[])
        backup.set_model(model)
        backup.set_params({"epochs": epochs})
        signal = SimpleNamespace(asked=False)
        asks = SaveAndStop(backup, signal, minutes)
        for epoch in range(epochs):
            asks.on_epoch_begin(epoch)
            clock.now += 9
            asks.on_train_batch_end(0)
            clock.now += 1
            model.stop_training = epoch + 1 == stops_after
            backup.on_epoch_end(epoch)
            signal.asked = epoch + 1 == asked_after
            with pytest.raises(StoppedBySignal) if signal.asked else nullcontext():
                asks.on_epoch_end(epoch)
            if model.stop_training or signal.asked:
                break
        return clock.saved

    return run


def test_what_is_quick_to_save_is_saved_after_each_epoch(train):
    assert train(took=0.2) == [1, 2, 3, 4, 5, 6]


def test_saving_takes_a_thirtieth_of_the_time_at_most(train):
    assert train(took=0.5) == [1, 3, 5, 6]
    assert train(took=3.0) == [1, 6]


@pytest.mark.parametrize("last", [1, 3, 4])
def test_the_last_epoch_is_always_saved(train, last):
    assert train(took=3.0, stops_after=last)[-1] == last


@pytest.mark.parametrize("asked", [1, 2, 4])
def test_a_run_that_is_asked_to_stop_has_its_last_epoch(train, asked):
    assert train(took=3.0, asked_after=asked)[-1] == asked


def test_minutes_are_counted_from_what_was_saved(train):
    # 10 s an epoch: no epoch but the first and last is due by itself, yet after 24 s
    # the run is saved within one, whose number of whole epochs stands in the state.
    assert train(took=3.0, minutes=0.4) == [1, 3, 6]
