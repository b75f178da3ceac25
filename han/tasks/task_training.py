"""A run of several tasks: trained as one, then calibrated and evaluated one by one."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from han.config import Config
from han.data.records import fingerprint
from han.devices.freed_memory import give_memory_back
from han.devices.stage_clock import spent
from han.estimator.run_training import Results, calibrated_results, write_inputs
from han.runs.run_files import METRICS_FILE, TIME
from han.runs.run_folder import RunFolder
from han.runs.stop_signals import StopSignal
from han.tables.locations import data_location
from han.tasks.pair_scores import pair_scores
from han.tasks.task_classifiers import load_tasks
from han.tasks.task_corpora import TaskCorpora
from han.tasks.task_fit import fit_tasks
from han.tasks.task_run import BoundTasks, bind_tasks
from han.training.baseline import fit_baseline


def all_fingerprints(config: Config, corpora: TaskCorpora) -> dict[str, str]:
    """SHA-256 of each file that any task reads, and of the table of pairs."""
    pairs = [data_location(config.pairs)] if config.pairs else []
    return {str(file): fingerprint(file) for file in pairs} | {
        file: digest
        for corpus in corpora.tasks.values()
        for file, digest in corpus.fingerprints.items()
    }


def train_tasks(
    config: Config,
    corpora: TaskCorpora,
    run: RunFolder,
    signal: StopSignal | None = None,
) -> dict[str, Results] | None:
    """Trains all tasks, then calibrates and evaluates each in a folder of its own.

    Args:
        config: The experiment.
        corpora: What it reads.
        run: The run folder, opened for it.
        signal: Knows whether the run has been asked to stop.

    Returns:
        What `metrics.json` of each task holds; None if the user stopped the training:
        the next call goes on.

    Raises:
        StoppedBySignal: If the run has been asked to stop; it is saved by then.
    """
    weights = {name: task.weight for name, task in config.tasks.items()}
    BoundTasks(weights, {}).write(run)
    if corpora.pairs:
        corpora.pairs.save(run)
    runs = {name: RunFolder(run / name) for name in corpora.tasks}
    is_open = [_opened(corpora, name, runs[name]) for name in runs]
    if all(is_open):  # else all was trained before the first of them was finished
        for name, corpus in corpora.tasks.items():
            write_inputs(corpus, runs[name])
        if not _fitted(config, corpora, run, runs, signal):
            return None
    results = {name: _finished(corpora, name, one) for name, one in runs.items()}
    bind_tasks(run, runs, weights)
    pairs = {}
    if corpora.pairs and "test" in next(iter(results.values())):
        pairs["pairs"] = {"test": pair_scores(run, config, load_tasks(run.folder))}
    run.write_json(METRICS_FILE, {TIME: spent(), **pairs})
    run.finish()
    return results


def _opened(corpora: TaskCorpora, name: str, run: RunFolder) -> bool:
    corpus = corpora.tasks[name]
    return run.open(corpora.configs[name], corpus.fingerprints, overwrite=False)


def _fitted(
    config: Config,
    corpora: TaskCorpora,
    run: RunFolder,
    runs: Mapping[str, RunFolder],
    signal: StopSignal | None,
) -> bool:
    if config.model.kind == "han":
        ended = fit_tasks(config, corpora, run, runs, signal)
        give_memory_back()  # the networks', before the runs are loaded and evaluated
        return ended
    for name, one in runs.items():
        fit_baseline(corpora.configs[name], corpora.tasks[name], one)
    return True


def _finished(corpora: TaskCorpora, name: str, run: RunFolder) -> Results:
    """Calibrates and evaluates a task, unless that was done before."""
    if run.is_finished:
        return run.results()
    config, corpus = corpora.configs[name], corpora.tasks[name]
    results = calibrated_results(config, corpus, run, sys.stderr.isatty())
    results[TIME] = spent()  # of all tasks so far: they were trained together
    run.write_json(METRICS_FILE, results)
    run.finish()
    return results
