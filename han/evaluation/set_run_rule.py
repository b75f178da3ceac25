"""Finds the rule of a run that gives sets of codes: calibration and thresholds."""

from __future__ import annotations

import logging
from dataclasses import replace

import numpy as np

from han.code_sets import SetCalibration, SetRule, level_thresholds
from han.config import Config
from han.data.examples import Examples
from han.devices.stage_clock import stage
from han.evaluation.run_calibration import calibration_rows, labelled_blocks
from han.experiment.corpus import Corpus
from han.experiment.refit import first_run
from han.runs.classifier import Classifier
from han.runs.loading import load_classifier, load_set_rule
from han.runs.run_files import SET_RULE_FILE
from han.runs.run_folder import RunFolder

logger = logging.getLogger(__name__)


@stage("calibration")
def run_with_set_rule(config: Config, corpus: Corpus, run: RunFolder) -> Classifier:
    """Loads a trained run, finds its rule, and keeps the rule in its folder.

    The calibration comes from the part of the calibration records that is for it,
    thresholds from the validation records. A refit, whose validation records train, has
    the thresholds of the first run.

    Args:
        config: Its settings.
        corpus: What it reads.
        run: Its folder.
    """
    # A run that was stopped while it was evaluated has one already.
    (run / SET_RULE_FILE).unlink(missing_ok=True)
    classifier = load_classifier(run.folder)
    given = corpus.examples.get("calibration")
    calibration = _calibration(classifier, given, config.seed)
    rule = SetRule.at_half(classifier.taxonomy, calibration)
    classifier.set_rule = rule
    first, validation = first_run(config), corpus.examples.get("validation")
    thresholds = rule.thresholds
    if first is not None:
        thresholds = load_set_rule(first.run.folder, rule.tree).thresholds
    elif validation is not None:
        rows = np.arange(len(validation))
        blocks = labelled_blocks(classifier, validation, rows, calibrated=True)
        thresholds = level_thresholds(blocks, rule.tree)
    logger.info(
        "Thresholds of sets by level: %s", ", ".join(f"{t:.2f}" for t in thresholds)
    )
    classifier.set_rule = replace(rule, thresholds=thresholds)
    run.write(SET_RULE_FILE, classifier.set_rule.save)
    return classifier


def _calibration(
    classifier: Classifier, examples: Examples | None, seed: int
) -> SetCalibration | None:
    """Slopes and biases by level; None, after a warning, with too few records."""
    rows = calibration_rows(examples, seed)
    if examples is None or not len(rows):
        return None
    blocks = labelled_blocks(classifier, examples, rows)
    found = SetCalibration.fit(blocks, classifier.taxonomy)
    logger.info(
        "Calibrated with %d records; slopes by level: %s",
        len(rows),
        ", ".join(f"{slope:.2f}" for slope in found.slopes),
    )
    return found
