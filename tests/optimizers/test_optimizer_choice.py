"""Every optimizer of the config is there, and no other."""

from typing import get_args, get_type_hints

import pytest
import tensorflow as tf

from han.config.training_config import TrainingConfig
from han.optimizers.optimizer_choice import FORMS, make_optimizer

pytestmark = pytest.mark.tensorflow


@pytest.mark.parametrize("scaled", [True, False])
def test_an_unknown_optimizer_is_refused(monkeypatch, scaled):
    options = {"learning_rate": 0.01, "clip_norm": 1.0, "num_steps": 5}
    strategy = tf.distribute.get_strategy()
    for replicas in (1, 2):
        monkeypatch.setattr(type(strategy), "num_replicas_in_sync", replicas)
        with pytest.raises(ValueError, match="Received: 'lion'"):
            make_optimizer("lion", scaled=scaled, **options)


def test_every_optimizer_of_the_config_has_its_forms():
    assert set(FORMS) == set(get_args(get_type_hints(TrainingConfig)["optimizer"]))
