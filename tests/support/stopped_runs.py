"""Runs that are stopped, and whether two runs are the same."""

import json

import numpy as np
import pandas as pd

import han


def quiet_metrics(run):
    """Metrics and history without the speeds."""
    metrics = json.loads((run / "metrics.json").read_text())
    for part in metrics.values():
        del part["documents_per_second"]
    history = pd.read_csv(run / "history.csv").filter(
        regex="^(?!.*per_second|waiting_share)"
    )
    return metrics, history


def assert_same_run(one, two):
    (metrics_one, history_one), (metrics_two, history_two) = (
        quiet_metrics(run) for run in (one, two)
    )
    assert metrics_one == metrics_two
    pd.testing.assert_frame_equal(history_one, history_two, rtol=0, atol=1e-6)
    texts = ["queso de vaca", "clavo", "martillo xyz", "pan. Y queso."]
    tables = [
        han.load(run).predict(texts).select_dtypes("number") for run in (one, two)
    ]
    np.testing.assert_allclose(tables[0], tables[1], rtol=0, atol=1e-6)


def stopped_at(monkeypatch, epoch, batch, stop):
    """Calls `stop` after a batch of an epoch."""
    from han.callbacks import epoch_callbacks

    end = epoch_callbacks.EpochClock.on_train_batch_end

    def stopping(self, number, logs=None):
        end(self, number, logs)
        if (self.batches.epoch, number) == (epoch, batch):
            stop()

    monkeypatch.setattr(epoch_callbacks.EpochClock, "on_train_batch_end", stopping)
