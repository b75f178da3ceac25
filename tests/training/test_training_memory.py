"""What a training lets go of when it is no longer used."""

import subprocess
import sys
import weakref

import pytest
from support.experiments import write_experiment

from han import train
from han.training import fit

UNTIL_LINEAR = """
import sys
from han import train
from han.training import fit

def fit_linear(*_):
    sys.exit(f"TensorFlow: {'tensorflow' in sys.modules}")

fit.fit_linear = fit_linear
train.main(sys.argv[1:])
"""


def test_tensorflow_comes_after_the_linear_model(tmp_path):
    given = [sys.executable, "-c", UNTIL_LINEAR, write_experiment(tmp_path)]
    done = subprocess.run(given, capture_output=True, text=True)
    assert done.stderr.endswith("TensorFlow: False\n"), done.stderr


@pytest.mark.tensorflow
def test_nothing_of_the_training_stays_beside_the_evaluation(tmp_path, monkeypatch):
    known, handles, left, trained = [], [], [], fit.trained

    def watched(epochs, network, batches, *others):
        known[:] = map(weakref.ref, [network, *batches])
        optimizer = network.optimizer
        found = trained(epochs, network, batches, *others)
        left.append({tuple(v.value.read_value().shape) for v in optimizer.variables})
        handles[:] = [v.value.handle for v in network.variables]
        return found

    monkeypatch.setattr(fit, "trained", watched)
    recipe = "{epochs: 2, batch_size: 16}"
    assert train.main([str(write_experiment(tmp_path, training=recipe))]) == 0
    assert left == [{(0,)}]
    assert [each() for each in known] == [None] * 3
    assert {_size(handle) for handle in handles} == {0}


def _size(handle):
    """Numbers of a variable by its handle, which TensorFlow keeps."""
    import tensorflow as tf

    return int(tf.raw_ops.VariableShape(input=handle).numpy().prod())
