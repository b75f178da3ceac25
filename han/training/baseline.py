"""Trains and calibrates a baseline."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

import numpy as np

from han.baselines import COSTS, Baseline, FastText, Majority, TfidfLinear, TfidfSvm
from han.baselines.fasttext import require_fasttext
from han.baselines.score_probabilities import check_two_codes
from han.baselines.tfidf_linear import Scope
from han.code_list.taxonomy import Taxonomy
from han.config import Config
from han.decisions.decoding import most_probable_codes
from han.devices.runtime import require_tensorflow
from han.experiment.corpus import Corpus, Examples
from han.experiment.refit import first_run
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
    validation = corpus.examples["validation"]
    best: Baseline | None = None
    best_hf = -1.0
    for name, model in make_baselines(config, corpus):
        model.fit(train.texts, train.nodes, train.weights, corpus.tree)
        if not isinstance(model, Majority):
            model.calibrate(validation.texts, validation.nodes, validation.weights)
        hf = leaf_hf(model, validation, corpus.tree)
        logger.info("%s: validation hierarchical F1 %.4f", name, hf)
        if best is None or hf > best_hf:
            best, best_hf = model, hf
    if best is not None:
        run.write(BASELINE_FILE, best.save)


def check_trainable(config: Config, corpus: Corpus) -> None:
    """Raises what training would say of a missing package or too few codes.

    Raises:
        InputError: If the model that `model.kind` names cannot be trained.
    """
    kind, train = config.model.kind, corpus.examples["train"]
    if kind == "han":
        require_tensorflow()
    elif kind != "majority":
        counts = (train.weights > 0) | (kind == "tfidf_svm")
        check_two_codes(kind, train.nodes[counts], corpus.tree)
    if kind == "fasttext":
        require_fasttext()


def _like(first: Baseline, config: Config, corpus: Corpus) -> Baseline:
    """A baseline with what the first run has chosen, not yet trained."""
    if isinstance(first, TfidfLinear):
        chosen = replace(config.model, scope=first.scope, C=first.cost)
        config = replace(config, model=chosen)
    ((_, model),) = make_baselines(config, corpus)
    if not isinstance(model, Majority) and not isinstance(first, Majority):
        model.temperature = first.temperature
    return model


def make_baselines(config: Config, corpus: Corpus) -> Iterator[tuple[str, Baseline]]:
    """The baselines that the config asks to try, by name, not yet trained."""
    kind, words = config.model.kind, corpus.encoder.vocabulary.words
    if kind == "tfidf_linear":
        yield from _linear_baselines(config, words)
    elif kind == "fasttext":
        yield kind, FastText(words, seed=config.seed)
    elif kind == "tfidf_svm":
        yield kind, TfidfSvm(config.model.tfidf_features, config.seed)
    else:
        yield kind, Majority()


def _linear_baselines(
    config: Config, words: Sequence[str]
) -> Iterator[tuple[str, TfidfLinear]]:
    """One for each scope and cost to try."""
    linear, scope, cost = config.model.linear, config.model.scope, config.model.C
    scopes: list[Scope] = ["flat", "per_parent"] if scope == "auto" else [scope]
    for each_scope, each_cost in product(
        scopes, COSTS[linear] if cost is None else [cost]
    ):
        yield (
            f"tfidf_linear, {each_scope}, C {each_cost:g}",
            TfidfLinear(
                words,
                linear=linear,
                scope=each_scope,
                cost=each_cost,
                seed=config.seed,
            ),
        )


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
