"""Loss, class weights and sampling that an experiment asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from han.config import Config
from han.data.class_balance import class_sizes, class_weights, drawn_rows
from han.data.examples import Examples
from han.experiment.corpus import Corpus

if TYPE_CHECKING:
    from han.network.losses import TreeLoss
    from han.network.set_losses import SetLoss

# 0.7, the default of Zhang and Sabuncu 2018 for ten classes, learns too slowly where a
# code list has hundreds.
DEFAULT_Q = 0.3

Draw = Callable[[int], npt.NDArray[np.int64]]


def training_loss(config: Config, corpus: Corpus) -> TreeLoss | SetLoss | None:
    """What to minimise; None for plain `-log p(true node)`, or that of sets."""
    recipe, head = config.training, config.model.head
    options: dict[str, Any] = {}
    if recipe.label_smoothing:
        options["label_smoothing"] = recipe.label_smoothing
    if recipe.loss == "generalised":
        options |= {"loss": "generalised", "q": recipe.loss_q or DEFAULT_Q}
    if recipe.logit_adjustment:
        options["adjustment"] = recipe.logit_adjustment * _priors(config, corpus)
    if not options:
        return None
    from han.network.losses import TreeLoss
    from han.network.set_losses import SetLoss

    if config.model.gives_sets:
        return SetLoss(corpus.tree.parents, **options)
    return TreeLoss(corpus.tree.parents, head, **options)


def _priors(config: Config, corpus: Corpus) -> npt.NDArray[np.floating]:
    """What the training records say of each node, before any text is read, `(N,)`."""
    from han.network.losses import log_priors
    from han.network.set_losses import set_log_odds

    records = corpus.examples["train"].records
    if records.sets is not None:
        return set_log_odds(records.sets, records.weights, corpus.tree)
    given = records.nodes, records.weights, corpus.tree
    return log_priors(*given, config.model.head)


def weighted_examples(config: Config, corpus: Corpus) -> Examples:
    """The training examples with `training.class_weights` on top of their weights."""
    examples = corpus.examples["train"]
    kind = config.training.class_weights
    weights = class_weights(examples.nodes, examples.weights, corpus.tree, kind)
    return examples if kind == "none" else replace(examples, weights=weights)


def draw_of(config: Config, corpus: Corpus) -> Draw | None:
    """Training examples of each epoch by `training.sampling`; None for each once."""
    kind = config.training.sampling
    if kind == "none":
        return None
    sizes = class_sizes(corpus.examples["train"].nodes, corpus.tree)
    return partial(drawn_rows, sizes, kind, config.seed)
