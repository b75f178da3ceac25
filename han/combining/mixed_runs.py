"""Mixes several runs into one: chooses weights and writes the run folder."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from han.combining.members import (
    WHERE,
    Member,
    check_code_lists,
    check_output,
    check_splits,
    joint_config,
    read_members,
)
from han.config import Config, SplitConfig
from han.config.run_names import stays_inside
from han.data.records import fingerprint
from han.decisions.calibration import Calibration
from han.errors import InputError
from han.evaluation.coded_scores import MAX_EVALUATED_PROBABILITIES, evaluate
from han.evaluation.run_calibration import fit_calibration
from han.experiment.corpus import Examples
from han.experiment.labelled_rows import read_examples
from han.experiment.row_roles import as_in_experiment
from han.experiment.row_sources import Source, find_source, result_name
from han.network.mixture import MixedTexts, best_weights
from han.runs.environment import environment
from han.runs.loading import MixedClassifier
from han.runs.manifest import check_identity
from han.runs.run_files import (
    CALIBRATION_FILE,
    ENVIRONMENT_FILE,
    MEMBERS,
    METRICS_FILE,
    MIXTURE_FILE,
    TAXONOMY_FILE,
    TRAINING_FOLDERS,
)
from han.runs.run_folder import RunFolder
from han.tables.file_access import check_file
from han.tables.locations import DataFile
from han.tables.whole_files import whole_file

FloatArray = npt.NDArray[np.float64]
logger = logging.getLogger(__name__)

NOTE = f"""Runs mixed by han.combine: see {MIXTURE_FILE}. `model`, `text` and
`training` are those of the first; each of {MEMBERS} has its own."""


@dataclass(frozen=True)
class Combination:
    """What was found.

    Attributes:
        name: Name of the records that the weights were chosen on.
        weights: Share of each run, `(runs,)`.
        losses: Log loss of each run, and of the mixture, before any calibration,
            `(runs + 1,)`.
        results: Scores of each run, and of the mixture.
    """

    name: str
    weights: FloatArray
    losses: list[float]
    results: list[dict[str, Any]]


def combine(runs: Sequence[Path], output: Path, data: DataFile | None) -> Combination:
    """Mixes runs with the weights of the least log loss, in a run folder of its own.

    What is mixed are the probabilities that the models give themselves, not those that
    the runs calibrated: weights are chosen for what is mixed later. The mixture is then
    calibrated as a run is, on the calibration records that the runs have in common;
    with `data` there are none that are known to have trained no run.

    Args:
        runs: The runs.
        output: The folder to make.
        data: Labelled records to choose the weights on; None for the validation
            records that all runs have in common.

    Raises:
        InputError: If the runs do not belong together, or the folder is taken.
    """
    check_output(output)
    members = _checked_members(runs, data)
    config = joint_config(members)
    source = _source(members[0].run, config, data)
    examples, uncoded = read_examples(config, _mixed(members), source)
    logs, use = true_log_probabilities(members, examples), _use(examples, source)
    weights = best_weights(logs, use)
    mixture = _mixed(members, weights)
    aside = _calibration_examples(members[0].run, config, mixture, data)
    mixture.calibration = fit_calibration(mixture, aside, config.seed)
    results = _results(members, mixture, examples, uncoded)
    own = {"file": str(source.file.resolve())} if source.name is None else {}
    name = result_name(source, {})
    settings = _settings(config, source, output)

    def fill(folder: RunFolder) -> None:
        _fill(folder, members, weights, settings, source, mixture.calibration)

    _write(output, fill, {name: {**own, **results[-1]}})
    return Combination(name, weights, _losses(logs, weights, use), results)


def _checked_members(runs: Sequence[Path], data: DataFile | None) -> list[Member]:
    """The runs, if they belong together; without `data` they must share a split."""
    members = read_members(runs)
    check_code_lists(members)
    if data is None:
        check_splits(members)
    return members


def _mixed(
    members: Sequence[Member], weights: FloatArray | None = None
) -> MixedClassifier:
    """The runs as one, with equal shares unless others are given."""
    shares = [1 / len(members)] * len(members) if weights is None else weights.tolist()
    return MixedClassifier([m.classifier for m in members], shares)


def _use(examples: Examples, source: Source) -> FloatArray:
    """Weights of the records that the shares are chosen by, `(n,)`."""
    use: FloatArray = (examples.texts.document_words > 0) * examples.weights
    if not use.sum() > 0:
        raise InputError(
            f"{source.file}: no record with words has a weight above 0, so there is "
            "nothing to choose the weights by. Give other labelled records with --data."
        )
    return use


def _results(
    members: Sequence[Member],
    mixture: MixedClassifier,
    examples: Examples,
    uncoded: int,
) -> list[dict[str, Any]]:
    """Scores of each run, then of the mixture."""
    found = [
        evaluate(m.classifier, _view(examples, k), uncoded=uncoded)
        for k, m in enumerate(members)
    ]
    return [*found, evaluate(mixture, examples, uncoded=uncoded)]


def _losses(logs: FloatArray, weights: FloatArray, use: FloatArray) -> list[float]:
    """Log loss of each run, then of the mixture."""
    mixed = np.logaddexp.reduce(logs + _logs(weights), axis=1)
    return [-float(np.average(x, weights=use)) for x in [*logs.T, mixed]]


# What the weights are chosen by


def _source(run: RunFolder, config: Config, data: DataFile | None) -> Source:
    if data is None:
        return find_source(run, config, None, "validation")
    check_file(data)
    return Source(as_in_experiment(config, data), config.data.encoding)


def _calibration_examples(
    run: RunFolder, config: Config, mixture: MixedClassifier, data: DataFile | None
) -> Examples | None:
    """The calibration records of runs that read the same data; None without any."""
    split = config.data.split
    # Without a share the rows of a column may still be for it.
    is_there = config.data.calibration or split.calibration or split.column
    if data is not None or not is_there:
        return None
    try:
        source = find_source(run, config, None, "calibration")
        return read_examples(config, mixture, source)[0]
    except InputError as error:  # a file that is gone, or no records with codes
        logger.warning("No calibration records: %s", error)
        return None


def true_log_probabilities(members: Sequence[Member], examples: Examples) -> FloatArray:
    """What each run says of the true node of each document, `(n, runs)`."""
    size = max(
        256, MAX_EVALUATED_PROBABILITIES // members[0].classifier.taxonomy.num_nodes
    )
    found = np.empty((len(examples), len(members)))
    for k, member in enumerate(members):
        own = _view(examples, k)
        for first in range(0, len(own), size):
            rows = np.arange(first, min(first + size, len(own)))
            part = own.texts.take(rows)
            logs = member.classifier.log_probabilities(part, calibrated=False)
            found[rows, k] = logs[np.arange(len(rows)), own.nodes[rows]]
    return found


def _view(examples: Examples, k: int) -> Examples:
    """The documents as the text encoder of one run sees them."""
    return replace(examples, texts=cast(MixedTexts, examples.texts).views[k])


def _logs(weights: FloatArray) -> FloatArray:
    return np.log(np.maximum(weights, np.finfo(np.float64).tiny))


# What is kept


def _settings(config: Config, source: Source, output: Path) -> Config:
    """Settings of the mixture: its own data is what its weights were chosen on."""
    config = replace(
        config,
        name=output.name if stays_inside(output.name) else "mixture",
        logging=replace(config.logging, run_folder=str(output), tensorboard=False),
    )
    if source.name is not None:
        return config
    # The runs may have trained on each other's test records: no test is set aside.
    split = SplitConfig(group_by="none", validation=0.0, calibration=0.0, test=0.0)
    data = replace(
        config.data,
        train=str(source.file),
        table=None,
        query=None,
        validation=None,
        calibration=None,
        test=None,
        split=split,
    )
    return replace(config, data=data)


def _fill(
    folder: RunFolder,
    members: Sequence[Member],
    weights: FloatArray,
    config: Config,
    source: Source,
    calibration: Calibration | None,
) -> None:
    """Everything but the scores; a run without weight is left out."""
    first = members[0]
    folder.write_config(config, NOTE)
    folder.write(TAXONOMY_FILE, first.classifier.taxonomy.save)
    known = {str(source.file): fingerprint(source.file)}
    known = first.run.fingerprints() if source.name is not None else known
    begun = environment(known)
    folder.write_json(ENVIRONMENT_FILE, begun)
    kept = [(m, w) for m, w in zip(members, weights.tolist(), strict=True) if w > 0]
    for k, (member, _) in enumerate(kept, start=1):
        ignored = shutil.ignore_patterns(*TRAINING_FOLDERS, ".*")
        target = folder / MEMBERS / str(k)
        shutil.copytree(member.run.folder, target, ignore=ignored)
        check_identity(member.run.folder, member.identity)
    shares = [{"run": str(m.run.folder), "weight": w} for m, w in kept]
    folder.write_json(MIXTURE_FILE, {"members": shares})
    if calibration is not None:
        folder.write(CALIBRATION_FILE, calibration.save)


def _write(
    output: Path, fill: Callable[[RunFolder], None], results: dict[str, Any]
) -> None:
    """The run folder, under a temporary name until it is whole."""
    with whole_file(output, WHERE, is_folder=True) as made:
        fill(RunFolder(made))
        RunFolder(made).write_json(METRICS_FILE, results)
        RunFolder(made).finish()
