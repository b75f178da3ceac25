"""Trains and calibrates a baseline."""

from __future__ import annotations

import logging
import time
from dataclasses import replace

import numpy as np

from han.baselines import COSTS, Baseline, FastText, Majority, TfidfLinear, TfidfSvm
from han.baselines.tfidf_linear import Scope
from han.code_list.taxonomy import Taxonomy
from han.config import Config
from han.decisions.decoding import most_probable_codes
from han.experiment.corpus import Corpus, Examples
from han.experiment.refit import first_run
from han.linear.cost_search import search_cost
from han.metrics import hierarchical_f1_score
from han.runs.classifier import MAX_CODED_PROBABILITIES
from han.runs.run_files import BASELINE_FILE
from han.runs.run_folder import RunFolder

logger = logging.getLogger(__name__)


def fit_baseline(config: Config, corpus: Corpus, run: RunFolder) -> None:
    """Trains a baseline and calibrates it; of several keeps the best on validation.

    In a refit the first run has chosen and calibrated.
    """
    train = corpus.examples["train"]
    logger.info("Training %s on %d records", config.model.kind, len(train))
    first = first_run(config)
    if first is not None:
        model = _like(first.baseline, config, corpus)
        model.fit(train.texts, train.nodes, train.weights, corpus.tree)
        run.write(BASELINE_FILE, model.save)
        return
    search = BaselineSearch(corpus)
    for model in make_baselines(config, corpus):
        if isinstance(model, TfidfLinear) and config.model.C is None:
            search.try_costs(model)
        else:
            search.try_model(model)
    run.write(BASELINE_FILE, search.best.save)


class BaselineSearch:
    """Trains baselines and keeps the best on the validation records.

    Args:
        corpus: The records.

    Attributes:
        best: The best so far, trained and calibrated.
    """

    best: Baseline

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._best_hf = -1.0

    def try_model(self, model: Baseline) -> float:
        """Trains and calibrates a model; its hF on the validation records."""
        train = self._corpus.examples["train"]
        validation = self._corpus.examples["validation"]
        began = time.monotonic()
        model.fit(train.texts, train.nodes, train.weights, self._corpus.tree)
        if not isinstance(model, Majority):
            model.calibrate(validation.texts, validation.nodes, validation.weights)
        hf = leaf_hf(model, validation, self._corpus.tree)
        seconds = time.monotonic() - began
        logger.info("%s: validation hF %.4f (%.0f s)", _name(model), hf, seconds)
        if hf > self._best_hf:
            self.best, self._best_hf = model, hf
        return hf

    def try_costs(self, model: TfidfLinear) -> None:
        """Tries a model at several costs, until the best is not an outermost one."""
        grid = COSTS[model.linear]
        chosen = search_cost(lambda cost: self.try_model(model.at_cost(cost)), grid)
        if chosen in (grid[0], grid[-1]):
            logger.warning(
                "%s: the best C is %g, the outermost that is tried; see whether "
                "`model.C` beyond it is better still.",
                _name(model),
                chosen,
            )


def _name(model: Baseline) -> str:
    if isinstance(model, TfidfLinear):
        return f"tfidf_linear, {model.scope}, C {model.cost:g}"
    return type(model).__name__


def _like(first: Baseline, config: Config, corpus: Corpus) -> Baseline:
    """A baseline with what the first run has chosen, not yet trained."""
    if isinstance(first, TfidfLinear):
        chosen = replace(config.model, scope=first.scope, C=first.cost)
        config = replace(config, model=chosen)
    (model,) = make_baselines(config, corpus)
    if not isinstance(model, Majority) and not isinstance(first, Majority):
        model.temperature = first.temperature
    return model


def make_baselines(config: Config, corpus: Corpus) -> list[Baseline]:
    """The baselines that the config asks to try, not yet trained."""
    kind, words = config.model.kind, corpus.encoder.vocabulary.words
    if kind == "fasttext":
        return [FastText(words, seed=config.seed)]
    if kind == "tfidf_svm":
        return [TfidfSvm(config.model.tfidf_features, config.seed)]
    if kind == "majority":
        return [Majority()]
    scope, linear = config.model.scope, config.model.linear
    scopes: list[Scope] = ["flat", "per_parent"] if scope == "auto" else [scope]
    return [
        TfidfLinear(
            words,
            linear=linear,
            scope=each,
            cost=config.model.C or 1.0,
            seed=config.seed,
        )
        for each in scopes
    ]


def leaf_hf(model: Baseline, examples: Examples, tree: Taxonomy) -> float:
    """Hierarchical F1 of the most probable full codes."""
    found = []
    size = max(256, MAX_CODED_PROBABILITIES // tree.num_nodes)
    for first in range(0, len(examples), size):
        rows = np.arange(first, min(first + size, len(examples)))
        logs = model.log_probabilities(examples.texts.take(rows))
        found.append(most_probable_codes(logs, tree, top_k=1).nodes)
    given = np.concatenate(found)
    true = examples.true.nearest(given) if examples.true else examples.nodes
    return hierarchical_f1_score(true, given, tree, sample_weight=examples.weights)
