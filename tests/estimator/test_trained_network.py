"""The network trained from Python: the numbers of the command, a process as before."""

import logging
import os
import random
import signal
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from support.experiments import ROOT, write_experiment
from support.linear_estimator import coded_table

import han
from han import train
from han.runs.run_folder import RunFolder

pytestmark = pytest.mark.tensorflow
HEAVY = "{'tensorflow', 'keras', 'pandas', 'pyarrow', 'scipy', 'sklearn', 'numba'}"
TABLE = coded_table()
TEXTS, CODES = TABLE["text"].tolist(), TABLE["level_2"].tolist()


def small_network(**parameters):
    return han.HierarchicalTextClassifier(
        **{"word_units": 4, "sentence_units": 4, "wide": False, "epochs": 1},
        validation_fraction=0.2,
        calibration_fraction=0.0,
        settings={"embeddings.dimension": 8, "pretrained.encoder": "none"},
    ).set_params(**parameters)


def test_the_network_is_that_of_the_command(tmp_path):
    """Equal rows, seed and settings give equal numbers, in a fresh process too."""
    file = write_experiment(tmp_path)
    train.main([str(file), "training.epochs=2"])
    own = han.HierarchicalTextClassifier.from_experiment(file, ["training.epochs=2"])
    table = pd.read_csv(tmp_path / "data.csv", dtype=str)
    own.fit(table, table[["level_1", "level_2"]])
    command = han.load(tmp_path / "run").predict(table["text"].tolist(), top_k=4)
    mine = own.predict_table(table, top_k=4)
    pd.testing.assert_frame_equal(mine, command, rtol=0, atol=1e-6)
    assert len(own.history_) == 2
    own.save(tmp_path / "saved")
    code = (
        "import sys, han, json\n"
        "run = han.load(sys.argv[1])\n"
        f"loaded = {HEAVY} & set(sys.modules)\n"
        "if loaded: sys.exit(f'loaded {loaded}')\n"
        "found = run.predict(['pan dulce'])\n"
        "print(json.dumps(found['probability'].tolist()))"
    )
    arguments = [sys.executable, "-c", code, str(tmp_path / "saved")]
    done = subprocess.run(arguments, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    expected = own.predict_proba(["pan dulce"]).max()
    assert float(done.stdout.strip("[]\n")) == pytest.approx(expected, abs=1e-6)


def test_the_process_is_as_before_and_quiet(capfd, caplog):
    import tensorflow as tf

    tf.random.set_seed(5)
    first = tf.random.uniform([2]).numpy()
    next_one = tf.random.uniform([2]).numpy()
    tf.random.set_seed(5)
    assert (tf.random.uniform([2]).numpy() == first).all()
    before = state_of_process()
    own = small_network()
    own.fit(TEXTS, CODES)
    assert state_of_process() == before
    assert (tf.random.uniform([2]).numpy() == next_one).all()
    assert capfd.readouterr().out == ""
    assert "Data report" not in caplog.text
    own.set_params(kind="majority", verbose=True).fit(TEXTS, CODES)
    assert "Training majority" in caplog.text
    assert state_of_process() == before


def state_of_process():
    from tensorflow.python.framework import config

    signals = [signal.getsignal(s) for s in (signal.SIGTERM, signal.SIGINT)]
    logs = [logging.getLogger(n) for n in (None, "han")]
    return (
        dict(os.environ),
        random.getstate(),
        np.random.get_state()[1].tolist(),
        signals,
        [(log.level, log.handlers[:]) for log in logs],
        config.is_op_determinism_enabled(),
    )


@pytest.mark.slow
def test_an_interrupted_fit_goes_on_where_a_run_folder_was_asked_for(
    tmp_path, monkeypatch
):
    from han.training.loop import TrainingLoop

    epoch = TrainingLoop._epoch

    def stopped(self, number, callbacks):
        if number == 1:
            raise KeyboardInterrupt
        return epoch(self, number, callbacks)

    monkeypatch.setattr(TrainingLoop, "_epoch", stopped)
    own = small_network(epochs=2, run_folder=tmp_path / "run")
    with pytest.raises(KeyboardInterrupt):
        own.fit(TEXTS, CODES)
    run = RunFolder(tmp_path / "run")
    assert run.epochs == 1 and not run.is_finished
    assert not hasattr(own, "classifier_")
    monkeypatch.setattr(TrainingLoop, "_epoch", epoch)
    assert len(own.fit(TEXTS, CODES).history_) == 2
    assert run.is_finished
