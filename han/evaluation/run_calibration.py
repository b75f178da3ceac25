"""Fits the calibration of a run on its calibration records."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from han.config import Config
from han.data.examples import Examples
from han.decisions.calibration import Calibration
from han.decisions.calibration_split import calibration_part
from han.decisions.path_probabilities import coded_paths
from han.decisions.temperatures import Block, fitting_rows
from han.devices.stage_clock import stage
from han.runs.classifier import MAX_CODED_PROBABILITIES, Classifier
from han.runs.loading import load_classifier
from han.runs.run_files import CALIBRATION_FILE
from han.runs.run_folder import RunFolder

logger = logging.getLogger(__name__)
LEAST_RECORDS = 20
ADVICE = (
    "Set more records aside with `data.split.calibration` (from Python with "
    "`calibration_fraction`), or give `data.calibration`."
)


@stage("calibration")
def calibrated_run(
    config: Config, examples: Examples | None, run: RunFolder
) -> Classifier:
    """Loads a trained run, calibrates it, and keeps the calibration in its folder.

    A baseline that knows only how frequent codes are has nothing to calibrate.

    Args:
        config: Its settings.
        examples: Its calibration records, if it has any.
        run: Its folder.
    """
    # A run that was stopped while it was evaluated has one already.
    (run / CALIBRATION_FILE).unlink(missing_ok=True)
    classifier = load_classifier(run.folder)
    if config.model.kind != "majority":
        classifier.calibration = fit_calibration(classifier, examples, config.seed)
    if classifier.calibration is not None:
        run.write(CALIBRATION_FILE, classifier.calibration.save)
    return classifier


def fit_calibration(
    classifier: Classifier, examples: Examples | None, seed: int
) -> Calibration | None:
    """Temperatures from the part of the calibration records that is for them.

    Args:
        classifier: A trained run.
        examples: Its calibration records, with their `unit_keys`.
        seed: Seed of the experiment.

    Returns:
        None, after a warning in the log, if fewer than 20 records are left for it.
    """
    rows = calibration_rows(examples, seed)
    if examples is None or not len(rows):
        return None
    tree = classifier.taxonomy
    chosen = rows[fitting_rows(examples.nodes[rows], examples.weights[rows], tree)]
    blocks = labelled_blocks(classifier, examples, chosen)
    found = Calibration.fit(blocks, tree)
    logger.info(
        "Calibrated with %d records; temperatures by level: %s",
        len(chosen),
        ", ".join(f"{t:.2f}" for t in found.level_temperatures),
    )
    return found


def calibration_rows(examples: Examples | None, seed: int) -> npt.NDArray[np.intp]:
    """Records for the calibration; none, after a warning, if they are too few.

    Args:
        examples: The calibration records, with their `unit_keys`.
        seed: Seed of the experiment.
    """
    rows = np.empty(0, np.intp) if examples is None else _rows(examples, seed)
    if len(rows) < LEAST_RECORDS:
        logger.warning(
            "Probabilities are not calibrated: %d calibration records are for "
            "temperatures (a third of them, those with words and a weight), at least "
            "%d are needed. %s",
            len(rows),
            LEAST_RECORDS,
            ADVICE,
        )
        return rows[:0]
    return rows


def _rows(examples: Examples, seed: int) -> np.ndarray:
    """Records for the temperatures; a blank one has no probabilities to speak of."""
    useful = (examples.texts.document_words > 0) & (examples.weights > 0)
    return np.flatnonzero(useful & ~calibration_part(examples.unit_keys, seed))


def labelled_blocks(
    classifier: Classifier,
    examples: Examples,
    rows: npt.NDArray[np.intp],
    *,
    calibrated: bool = False,
) -> Iterator[Block]:
    """Log-probabilities, true nodes or sets, and weights of some records at a time."""
    size = max(256, MAX_CODED_PROBABILITIES // classifier.taxonomy.num_nodes)
    starts = range(0, len(rows), size)
    for first in tqdm(starts, "calibration", delay=3, disable=None):
        part = rows[first : first + size]
        texts = examples.texts.take(part)
        logs = classifier.log_probabilities(texts, calibrated=calibrated)
        nodes = examples.truth[part]
        if examples.true is not None:  # of several codes that which is nearest
            given = coded_paths(logs, classifier.taxonomy).nodes[:, -1]
            nodes = examples.true.take(part).nearest(given)
        yield logs, nodes, examples.weights[part]
