"""Makes a run, as `han.train` is asked to."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import nullcontext
from typing import Any

from han.catalogue.registration import open_store, register
from han.cli import INTERRUPTED, STOPPED_BY_SIGNAL, screen_language
from han.config import Config, read_config
from han.devices.asked_gpus import asked_gpus, refuse_cpu_build
from han.devices.device_group import ProcessRank, find_process
from han.devices.stage_clock import running_clock, spent
from han.estimator.run_training import train_run
from han.experiment.corpus import Corpus, read_corpus
from han.languages.words import SUMMARY, Words
from han.metrics import calibration_table, evaluation_table
from han.metrics.set_score_table import set_score_table
from han.runs.folder_lock import locked
from han.runs.run_files import (
    DATA_REPORT_FILE,
    HISTORY_FILE,
    METRICS_FILE,
    NETWORK_FILE,
    REPORT_FILE,
    REQUEUE_FILE,
    TENSORBOARD,
    TIME,
)
from han.runs.run_folder import RunFolder
from han.runs.stop_signals import StoppedBySignal, StopSignal
from han.runs.time_table import time_line, time_table
from han.tasks.pair_scores import pair_lines
from han.tasks.task_corpora import TaskCorpora, read_task_corpora
from han.tasks.task_training import all_fingerprints, train_tasks


@running_clock()
def carry_out(given: argparse.Namespace) -> int:
    """Trains, evaluates, and says where everything lies."""
    config = read_config(given.experiment, given.overrides)
    store = open_store(config.store)
    words = Words(SUMMARY, screen_language(given))
    if given.check:
        checked = _read(config, words)
        print(*_reports(checked, words), sep="\n")
        print(f"\n{words.say('checked', file=given.experiment)}")
        if given.timings:
            print(f"\n{time_table(spent(), words)}")
        return 0
    if config.model.kind == "han":
        refuse_cpu_build(asked_gpus(os.environ))
    process = find_process(config.distribution, os.environ)
    run = RunFolder(config.run_folder, writes=process.is_first)
    with StopSignal() as signal:
        try:
            with locked(run.folder) if process.is_first else nullcontext():
                corpus = _corpus(config, run, process, words, given.overwrite)
                code = 0
                if corpus is not None:
                    train = _train_tasks if config.tasks else _train
                    code = train(config, corpus, run, signal, process, words)
        except StoppedBySignal:
            code = _leave(run, signal, words)
    if process.is_first and code == 0 and run.is_finished:
        register(store, run.folder, ["train"])
    if given.timings and process.is_first:
        print(f"\n{_timings(run, words)}")
    return code


def _read(config: Config, words: Words, progress: bool = False) -> Any:
    """The corpus of an experiment, or the corpora of its tasks."""
    read = read_task_corpora if config.tasks else read_corpus
    return read(config, progress=progress, language=words.language)


def _reports(read: Corpus | TaskCorpora, words: Words) -> list[str]:
    """Data report and advice, of each task where there are several."""
    if isinstance(read, Corpus):
        return [read.report, *read.advice]
    return [
        line
        for name, corpus in read.tasks.items()
        for line in (_heading(name, words), *_reports(corpus, words), "")
    ]


def _heading(task: str, words: Words) -> str:
    said = words.say("task", name=task)
    return f"{said}\n{'=' * len(said)}"


def _corpus(
    config: Config, run: RunFolder, process: ProcessRank, words: Words, overwrite: bool
) -> Any:
    """What is trained on, once the run folder is ready; None if there is no need."""
    show = process.is_first and sys.stderr.isatty()
    corpus = _read(config, words, show)
    digests = all_fingerprints(config, corpus) if config.tasks else corpus.fingerprints
    if not run.open(config, digests, overwrite):
        if process.is_first:
            print(words.say("finished", run=run.folder))
        return None
    if process.is_first:
        # Advice is for who checks, and may change the experiment.
        whole = corpus.tasks.items() if config.tasks else [("", corpus)]
        for name, one in whole:
            heading = f"{_heading(name, words)}\n" if name else ""
            print(f"{heading}{one.report}", end="\n\n", flush=True)
    return corpus


def _leave(run: RunFolder, signal: StopSignal, words: Words) -> int:
    """Tells the batch system that the same command is to be given again.

    Where Slurm runs several processes, the code of the first one that ends with one
    kills the others: there the marker alone says it.
    """
    signal.ignore()
    if run.writes:
        run.folder.mkdir(0o700, parents=True, exist_ok=True)
        run.write(REQUEUE_FILE, lambda file: file.touch())
        print(f"\n{words.say('signalled', run=run.folder)}")
    tasks = os.environ.get("SLURM_STEP_NUM_TASKS") or os.environ.get("SLURM_NTASKS")
    several = "SLURM_JOB_ID" in os.environ and int(tasks or 1) > 1
    return 0 if several else STOPPED_BY_SIGNAL


def _train(
    config: Config,
    corpus: Corpus,
    run: RunFolder,
    signal: StopSignal,
    process: ProcessRank,
    words: Words,
) -> int:
    results = train_run(config, corpus, run, signal, process)
    if results is None:
        if process.is_first:
            has_model = (run / NETWORK_FILE).is_file()
            key = "stopped" if has_model else "stopped_early"
            print(f"\n{words.say(key, run=run.folder)}")
        return INTERRUPTED
    if process.is_first:
        print(_score_tables(config, results, words))
        print(f"\n{time_line(results[TIME], words)}")
        print(f"\n{_summary(config, corpus, run, words)}")
    return 0


def _score_tables(config: Config, results: dict[str, Any], words: Words) -> str:
    if config.model.gives_sets:
        return set_score_table(results, words.language)
    tables = evaluation_table, calibration_table
    return "\n\n".join(table(results, words.language) for table in tables)


def _train_tasks(
    config: Config,
    corpora: TaskCorpora,
    run: RunFolder,
    signal: StopSignal,
    _: ProcessRank,
    words: Words,
) -> int:
    """The same for several tasks; their scores stand one below the other."""
    results = train_tasks(config, corpora, run, signal)
    if results is None:
        has_model = all((run / name / NETWORK_FILE).is_file() for name in config.tasks)
        key = "stopped" if has_model else "stopped_early"
        print(f"\n{words.say(key, run=run.folder)}")
        return INTERRUPTED
    for name, found in results.items():
        print(_heading(name, words))
        print(_score_tables(corpora.configs[name], found, words), end="\n\n")
    known = run.results()
    for scores in known.get("pairs", {}).values():
        print(*pair_lines(scores, words), end="\n\n")
    print(time_line(known[TIME], words))
    one = run / next(iter(config.tasks))
    lines: dict[str, object] = {"history": run / HISTORY_FILE}
    if config.logging.tensorboard and (run / TENSORBOARD).is_dir():
        lines["tensorboard"] = f"tensorboard --logdir {run / TENSORBOARD}"
    lines["code_records"] = f"python -m han.predict {run.folder} INPUT -o OUTPUT.csv"
    lines["make_plan"] = f"python -m han.plan {one} --target leaf=0.9"
    print(f"\n{words.say('run_is_in', run=run.folder)}\n{words.lines(lines)}")
    return 0


def _timings(run: RunFolder, words: Words) -> str:
    """The stages of a run that is finished, or of what was done so far."""
    time = run.results().get(TIME) if run.is_finished else spent()
    if not time:
        return words.say("time_unknown", run=run.folder)
    return time_table(time, words)


def _summary(config: Config, corpus: Corpus, run: RunFolder, words: Words) -> str:
    """What lies where, and the commands that come next."""
    folder, can_test = run.folder, "test" in corpus.examples
    lines: dict[str, object] = {"metrics": run / METRICS_FILE}
    lines["data_report"] = run / DATA_REPORT_FILE
    if (run / HISTORY_FILE).is_file():
        lines["history"] = run / HISTORY_FILE
    if config.logging.tensorboard and (run / TENSORBOARD).is_dir():
        lines["tensorboard"] = f"tensorboard --logdir {run / TENSORBOARD}"
    if can_test:
        command, page = f"python -m han.evaluate {folder}", run / REPORT_FILE
        lines["report"] = words.say("writes", command=command, file=page)
    if can_test and "calibration" in corpus.examples:
        lines["make_plan"] = f"python -m han.plan {folder} --target leaf=0.9"
    lines["code_records"] = f"python -m han.predict {folder} INPUT -o OUTPUT.csv"
    return f"{words.say('run_is_in', run=folder)}\n{words.lines(lines)}"
