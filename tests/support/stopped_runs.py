"""Runs that are stopped, and whether two runs are the same."""

import json
import os
import signal

import pandas as pd

import han


def quiet_metrics(run):
    """Metrics and history without times and speeds."""
    metrics = json.loads((run / "metrics.json").read_text())
    del metrics["time"]
    for part in metrics.values():
        del part["documents_per_second"]
    history = pd.read_csv(run / "history.csv").filter(
        regex="^(?!.*per_second|waiting_share)"
    )
    return metrics, history


def assert_same_run(one, two):
    """Equal metrics, histories and predictions."""
    (metrics_one, history_one), (metrics_two, history_two) = (
        quiet_metrics(run) for run in (one, two)
    )
    assert metrics_one == metrics_two
    pd.testing.assert_frame_equal(history_one, history_two, rtol=0, atol=1e-6)
    texts = ["queso de vaca", "clavo", "martillo xyz", "pan. Y queso."]
    tables = [han.load(run).predict(texts) for run in (one, two)]
    pd.testing.assert_frame_equal(*tables, rtol=0, atol=1e-6)


def interrupted_before(monkeypatch, epoch):
    """Ctrl-C as an epoch begins."""
    from han.callbacks import epoch_callbacks

    begin = epoch_callbacks.EpochClock.on_epoch_begin

    def interrupted(self, number, logs=None):
        begin(self, number, logs)
        if number == epoch:
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(epoch_callbacks.EpochClock, "on_epoch_begin", interrupted)


def stopped_at(monkeypatch, epoch, batch, stop):
    """Calls `stop` after a batch of an epoch."""
    from han.callbacks import epoch_callbacks

    end = epoch_callbacks.EpochClock.on_train_batch_end

    def stopping(self, number, logs=None):
        end(self, number, logs)
        if (self.batches.epoch, number) == (epoch, batch):
            stop()

    monkeypatch.setattr(epoch_callbacks.EpochClock, "on_train_batch_end", stopping)


class Killed(BaseException):
    """Ends a training with nothing tidied up."""


def kill():
    """What `stopped_at` calls for a training that ends at once."""
    raise Killed


# A training in a process of its own that sends itself a signal in the middle of an
# epoch: `python -c STOPS_ITSELF SIGNAL EPOCH BATCH EXPERIMENT ...`.
STOPS_ITSELF = """
import os, sys
from han import train
from han.callbacks.epoch_callbacks import EpochClock
from han.cli import run_command
number, *place = map(int, sys.argv[1:4])
end = EpochClock.on_train_batch_end
def stopping(self, batch, logs=None):
    end(self, batch, logs)
    if [self.batches.epoch, batch] == place:
        os.kill(os.getpid(), number)
EpochClock.on_train_batch_end = stopping
sys.exit(run_command(lambda: train.main(sys.argv[4:])))
"""
