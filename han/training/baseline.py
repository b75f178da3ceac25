"""Trains and calibrates a baseline."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import numpy.typing as npt

from han.baselines import COSTS, Baseline, FastText, Majority, TfidfLinear, TfidfSvm
from han.baselines.scopes import Scope
from han.baselines.tfidf_linear import VECTOR_WEIGHTS
from han.code_list.taxonomy import IntArray, Taxonomy
from han.config import Config
from han.decisions.decoding import most_probable_codes
from han.devices.stage_clock import stage
from han.experiment.corpus import Corpus, Examples
from han.experiment.refit import first_run
from han.linear.cost_search import first_costs, search_cost
from han.linear.linear_model import SentenceKnowledge
from han.metrics import hierarchical_f1_score
from han.runs.classifier import MAX_CODED_PROBABILITIES
from han.runs.run_files import BASELINE_FILE
from han.runs.run_folder import RunFolder
from han.text.text_encoder import EncodedTexts
from han.training.pretrained_knowledge import sentence_knowledge, sentence_vectors

logger = logging.getLogger(__name__)


@stage("baseline")
def fit_baseline(config: Config, corpus: Corpus, run: RunFolder) -> None:
    """Trains a baseline and calibrates it; of several keeps the best on validation.

    In a refit the first run has chosen and calibrated.
    """
    train = corpus.examples["train"]
    logger.info("Training %s on %d records", config.model.kind, len(train))
    teacher = sentence_vectors(config, corpus)
    known = sentence_knowledge(config, corpus, teacher, run)
    knowledge = known.distinct if known else None
    first = first_run(config)
    if first is not None:
        model = _like(first.baseline, config, corpus, knowledge)
        model.fit(train.texts, train.nodes, train.weights, corpus.tree)
        run.write(BASELINE_FILE, model.save)
        return
    search = BaselineSearch(corpus)
    for model in make_baselines(config, corpus, knowledge):
        if isinstance(model, TfidfLinear):
            search.try_linear(model, config.model.C)
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
        model.fit(*self._training)
        return self._judge(model)

    @property
    def _training(
        self,
    ) -> tuple[EncodedTexts, IntArray, npt.NDArray[np.float64], Taxonomy]:
        train = self._corpus.examples["train"]
        return train.texts, train.nodes, train.weights, self._corpus.tree

    def _judge(self, model: Baseline) -> float:
        """Calibrates a trained model; its hF on the validation records."""
        validation = self._corpus.examples["validation"]
        if not isinstance(model, Majority):
            with stage("calibration"):
                model.calibrate(validation.texts, validation.nodes, validation.weights)
        hf = leaf_hf(model, validation, self._corpus.tree)
        logger.info("%s: validation hF %.4f", _name(model), hf)
        if hf > self._best_hf:
            self.best, self._best_hf = model, hf
        return hf

    def try_linear(self, model: TfidfLinear, cost: float | None) -> None:
        """Tries costs, and weights of pretrained vectors if the model reads any.

        A weight is tried at the cost that was best with the weight before it: planes of
        several hundred numbers more take long.

        Args:
            model: The model.
            cost: Its cost, if it is not to be searched for.
        """
        scores: dict[tuple[float, float], float] = {}

        def try_costs(costs: Sequence[float], weight: float) -> None:
            asked = [one for one in costs if (one, weight) not in scores]
            at_weight = model.at_vector_weight(weight)
            for made in at_weight.fit_costs(*self._training, asked) if asked else ():
                scores[made.cost, weight] = self._judge(made)

        def score(cost: float, weight: float) -> float:
            try_costs([cost], weight)
            return scores[cost, weight]

        def best_cost(weight: float) -> float:
            if cost:
                return cost
            try_costs(first_costs(COSTS[model.linear]), weight)
            return self._best_cost(model, partial(score, weight=weight))

        if model.knowledge is None:
            score(best_cost(0.0), 0.0)
            return
        chosen = best_cost(1.0)
        weight = search_cost(partial(score, chosen), VECTOR_WEIGHTS)
        score(best_cost(weight), weight)

    def _best_cost(self, model: TfidfLinear, score: Callable[[float], float]) -> float:
        """Tries costs until the best is not an outermost one."""
        grid = COSTS[model.linear]
        chosen = search_cost(score, grid)
        if chosen in (grid[0], grid[-1]):
            logger.warning(
                "%s: the best C is %g, the outermost that is tried; see whether "
                "`model.C` beyond it is better still.",
                _name(model),
                chosen,
            )
        return chosen


def _name(model: Baseline) -> str:
    if isinstance(model, TfidfLinear):
        vectors = f", vectors {model.vector_weight:g}" if model.knowledge else ""
        return f"tfidf_linear, {model.scope}, C {model.cost:g}{vectors}"
    return type(model).__name__


def _like(
    first: Baseline,
    config: Config,
    corpus: Corpus,
    knowledge: SentenceKnowledge | None,
) -> Baseline:
    """A baseline with what the first run has chosen, not yet trained."""
    if isinstance(first, TfidfLinear):
        chosen = replace(config.model, scope=first.scope, C=first.cost)
        config = replace(config, model=chosen)
    (model,) = make_baselines(config, corpus, knowledge)
    if isinstance(model, TfidfLinear) and isinstance(first, TfidfLinear):
        model.vector_weight = first.vector_weight
    if not isinstance(model, Majority) and not isinstance(first, Majority):
        model.temperature = first.temperature
    return model


def make_baselines(
    config: Config, corpus: Corpus, knowledge: SentenceKnowledge | None = None
) -> list[Baseline]:
    """The baselines that the config asks to try, not yet trained.

    Args:
        config: The experiment.
        corpus: Its records.
        knowledge: Pretrained vectors of sentences, for those that read them.
    """
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
            knowledge=knowledge,
        )
        for each in scopes
    ]


@stage("validation")
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
