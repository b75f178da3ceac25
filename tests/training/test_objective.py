"""What the config says about loss, weights and drawing reaches the training."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from support.experiments import write_experiment

from han import train
from han.config import TrainingConfig, read_config
from han.experiment.corpus import Examples, read_corpus
from han.network.losses import log_priors
from han.training.objective import draw_of, training_loss, weighted_examples

pytestmark = pytest.mark.tensorflow


@pytest.fixture
def given(tmp_path):
    config = read_config(write_experiment(tmp_path))
    return config, read_corpus(config)


def with_recipe(config, **recipe):
    return replace(config, training=TrainingConfig(**recipe))


def test_nothing_is_asked_by_default(given):
    config, corpus = given
    assert training_loss(config, corpus) is None
    assert draw_of(config, corpus) is None
    assert weighted_examples(config, corpus) is corpus.examples["train"]


def test_the_loss_is_the_one_asked_for(given):
    config, corpus = given
    plain = with_recipe(config, loss="generalised")
    assert (training_loss(plain, corpus).loss, training_loss(plain, corpus).q) == (
        "generalised",
        0.3,
    )
    named = with_recipe(config, loss="generalised", loss_q=0.6, label_smoothing=0.1)
    loss = training_loss(named, corpus)
    assert (loss.q, loss.label_smoothing) == (0.6, 0.1)
    smooth = training_loss(with_recipe(config, label_smoothing=0.2), corpus)
    assert (smooth.loss, smooth.label_smoothing) == ("cross_entropy", 0.2)


def test_priors_are_those_of_the_records(given):
    config, corpus = given
    train = corpus.examples["train"]
    both = Examples(
        train.texts.take(np.append(np.arange(len(train)), [0, 0])),
        np.append(train.nodes, [1, 1]).astype(np.int32),
        np.append(train.weights, [9, 9]),
        num_code_texts=2,
    )
    prior = log_priors(train.nodes, train.weights, corpus.tree)
    with_texts = replace(corpus, examples={**corpus.examples, "train": both})
    loss = training_loss(with_recipe(config, logit_adjustment=2.0), with_texts)
    added = np.zeros((len(prior), 1), np.float32)
    groups = np.unique(corpus.tree.parents, return_inverse=True)[1]
    # Scores of 0 become the priors to the power of tau, normalised in each split.
    powers = np.exp(2 * prior)
    expected = -np.log(powers / np.bincount(groups, powers)[groups])
    np.testing.assert_allclose(loss.costs(added, groups)[:, 0], expected, rtol=1e-5)


def test_weights_and_draws_go_by_class(given):
    config, corpus = given
    train = corpus.examples["train"]
    weighted = weighted_examples(with_recipe(config, class_weights="balanced"), corpus)
    totals = np.bincount(train.nodes, weighted.weights)
    assert np.ptp(totals[totals > 0]) < 1e-9
    assert weighted.texts is train.texts
    draw = draw_of(with_recipe(config, sampling="class"), corpus)
    assert len(draw(0)) == len(train)
    assert not np.array_equal(draw(0), draw(1))


def test_each_option_changes_the_training(tmp_path, eager_steps):
    """And none changes the evaluation: a run is read without them."""
    losses = {}
    options = [
        "training.batch_size=32",  # none of them
        "training.loss=generalised",
        "training.label_smoothing=0.2",
        "training.logit_adjustment=1",
        "training.class_weights=balanced",
        "training.sampling=class",
    ]
    # A code with many records, or there would be nothing to balance.
    experiment = write_experiment(tmp_path)
    data = tmp_path / "data.csv"
    rows = data.read_text("utf-8").splitlines()
    rows += [f"x{i},clavo de acero {i},2,22" for i in range(20)]
    data.write_text("\n".join(rows) + "\n", encoding="utf-8")
    for number, option in enumerate(options):
        run = tmp_path / f"run{number}"
        # With a linear model beside it there would be next to nothing left to learn.
        more = ["training.batch_size=32", option, "training.epochs=1"]
        more += ["model.wide=false", "logging.tensorboard=false"]
        train.main([str(experiment), *more, f"logging.run_folder={run}"])
        losses[option] = pd.read_csv(run / "history.csv")["val_loss"].iloc[-1]
        assert "test" in json.loads((run / "metrics.json").read_text())
    values = np.array(list(losses.values()))
    assert np.isfinite(values).all()
    assert len(set(values.round(6))) == len(options)
