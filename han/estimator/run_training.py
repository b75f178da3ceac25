"""A corpus made into a finished run: trained, calibrated, evaluated."""

from __future__ import annotations

import sys
from typing import Any

from han.config import Config
from han.devices.device_group import ALONE, ProcessRank
from han.devices.stage_clock import spent, stage
from han.evaluation.coded_scores import evaluate
from han.evaluation.run_calibration import calibrated_run
from han.evaluation.set_results import set_results
from han.evaluation.set_run_rule import run_with_set_rule
from han.evaluation.training_counts import write_training_counts
from han.experiment.corpus import Corpus
from han.runs.classifier import Classifier
from han.runs.run_files import (
    DATA_REPORT_FILE,
    METRICS_FILE,
    SEEN_TEXTS_FILE,
    SIDE_FILE,
    TAXONOMY_FILE,
    TEXT_FILE,
    TIME,
)
from han.runs.run_folder import RunFolder
from han.runs.stop_signals import StopSignal

Results = dict[str, dict[str, Any]]


def train_run(
    config: Config,
    corpus: Corpus,
    run: RunFolder,
    signal: StopSignal | None = None,
    process: ProcessRank = ALONE,
) -> Results | None:
    """Trains, calibrates and evaluates the model of an experiment in its run folder.

    Args:
        config: The experiment.
        corpus: What it reads.
        run: The run folder, opened for it.
        signal: Knows whether the run has been asked to stop.
        process: This process among those that train together.

    Returns:
        What `metrics.json` holds; nothing in it for other processes than the first.
        None if the user stopped the training: the next call goes on.

    Raises:
        StoppedBySignal: If the run has been asked to stop; it is saved by then.
    """
    with stage("start"):
        from han.training.fit import fit

    write_inputs(corpus, run)
    ended = fit(config, corpus, run, signal, process)
    if not ended:
        return None
    if not process.is_first:  # the first one evaluates
        return {}
    shows_bar = sys.stderr.isatty() and not process.is_quiet
    results = calibrated_results(config, corpus, run, shows_bar)
    results[TIME] = spent()
    # Results of the run when it was stopped are not those of this model.
    run.write_json(METRICS_FILE, results)
    run.finish()
    return results


def write_inputs(corpus: Corpus, run: RunFolder) -> None:
    """Writes what is known before a model is: code list, words, side features."""
    run.write(TAXONOMY_FILE, corpus.tree.save)
    run.write(TEXT_FILE, corpus.encoder.save)
    if corpus.side_features.width:
        run.write(SIDE_FILE, corpus.side_features.save)
    run.write_text(DATA_REPORT_FILE, corpus.report)
    write_training_counts(run, corpus.examples["train"], corpus.tree)
    if corpus.seen_texts is not None:
        run.write(SEEN_TEXTS_FILE, corpus.seen_texts.save)


def calibrated_results(
    config: Config, corpus: Corpus, run: RunFolder, shows_bar: bool
) -> Results:
    """Calibrates a trained run, and scores its validation and test records."""
    if config.model.gives_sets:
        return set_results(run_with_set_rule(config, corpus, run), corpus)
    classifier = calibrated_run(config, corpus.examples.get("calibration"), run)
    return evaluated(classifier, corpus, shows_bar)


@stage("evaluation")
def evaluated(classifier: Classifier, corpus: Corpus, shows_bar: bool) -> Results:
    """Scores of the validation and the test records."""
    return {
        role: evaluate(
            classifier,
            corpus.examples[role],
            progress=shows_bar,
            name=role,
            uncoded=corpus.uncoded[role],
        )
        for role in ("validation", "test")
        if role in corpus.examples
    }
