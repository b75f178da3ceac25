"""Worker of a sweep: runs trials until none is left."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Callable
from typing import Any

from optuna.trial import FrozenTrial

from han.config.changed_keys import different_keys
from han.errors import InputError, listing
from han.runs.run_files import BACKUP
from han.runs.run_folder import RunFolder
from han.runs.stop_signals import StoppedBySignal, StopSignal
from han.search.study import LOCKS, Study, alone, trial_name, values_of
from han.search.sweep_file import Sweep
from han.search.sweep_results import write_table
from han.search.trials import TrialTraining, train, wait_until_free
from han.tables.file_access import make_folder

IDENTITY = "sweep.json"
CACHE = "cache"
OURS = {IDENTITY, LOCKS, CACHE}


def open_study(sweep: Sweep) -> Study:
    """Makes the folder of a sweep, or takes up the sweep that is there.

    Raises:
        InputError: If the folder holds something else, or a sweep of other settings.
    """
    folder = sweep.folder
    advice = "Set `folder` to one that can be made and written."
    make_folder(folder, "the folder of the sweep", advice)
    try:
        names = {file.name for file in folder.iterdir()}
    except OSError as error:
        raise InputError(
            f"{folder}: cannot be the folder of the sweep: {error.strerror}. {advice}"
        ) from None
    if IDENTITY not in names and {n for n in names if n[0] != "."} - OURS:
        raise InputError(
            f"{folder}: the folder holds other files, not a sweep. Set `folder` to a "
            "new one."
        )
    with alone(folder):
        if (folder / IDENTITY).is_file():
            _check_same(sweep)
        else:
            RunFolder(folder).write_json(IDENTITY, sweep.identity())
    return Study(sweep)


def _check_same(sweep: Sweep) -> None:
    before = RunFolder(sweep.folder).read_json(IDENTITY)
    now = json.loads(json.dumps(sweep.identity()))
    changed = different_keys(before, now)
    if changed:
        raise InputError(
            f"{sweep.folder}: there is a sweep with other settings here: "
            f"{listing(changed)}. Set another `folder`, or remove this one to begin "
            "anew. Only `trials` may change."
        )


def work(
    sweep: Sweep, study: Study, signal: StopSignal, say: Callable[[str], None]
) -> int:
    """Trains trials until there are none left for this process.

    Args:
        sweep: The sweep.
        study: Its trials.
        signal: Knows whether this process has been asked to stop.
        say: Tells the user how it goes.

    Returns:
        Number of trials that this process ended.

    Raises:
        StoppedBySignal: If it has been asked to stop; the trial is saved by then, and
            the next worker goes on with it.
        InputError: If the training refuses the data.
    """
    ended = 0
    while True:
        with contextlib.ExitStack() as held:
            trial = study.take(held)
            if trial is None:
                return ended
            say(f"{trial_name(trial.number)} of {sweep.num_trials}: {_shown(trial)}")
            say("    " + _train(sweep, study, trial, signal, say))
        ended += 1
        with study.alone():
            write_table(study)


def _train(
    sweep: Sweep,
    study: Study,
    trial: FrozenTrial,
    signal: StopSignal,
    say: Callable[[str], None],
) -> str:
    try:
        sweep.config(values_of(trial))
    except InputError as error:  # values that contradict each other
        study.fail(trial, str(error))
        return f"failed: {error}"
    training = make_training(sweep, trial)
    wait_until_free(training.run.folder, say)

    def on_epoch(epoch: int, score: float) -> bool:
        say(f"    epoch {epoch}: validation hF {score:.4f}")
        return study.report(trial, epoch, score)

    with signal.waiting():
        end = train(training, on_epoch, lambda: signal.asked)
    return _settle(study, trial, training, end)


def make_training(sweep: Sweep, trial: FrozenTrial) -> TrialTraining:
    """The ordinary run that a trial is.

    Its trials share tokenised texts and linear models, in a folder of the sweep unless
    the experiment names one.
    """
    name = trial_name(trial.number)
    folder = sweep.folder / name
    settings = sweep.overrides(values_of(trial))
    if sweep.config(values_of(trial)).data.cache is None:
        settings = [*settings, f"data.cache={sweep.folder / CACHE}"]
    return TrialTraining(
        experiment=sweep.settings.experiment,
        overrides=(*settings, f"logging.run_folder={folder}"),
        run=RunFolder(folder),
        log=sweep.folder / "logs" / f"{name}.log",
    )


def _settle(study: Study, trial: FrozenTrial, training: TrialTraining, end: str) -> str:
    """Notes how a trial ended, and says it."""
    if end == "stopped":
        raise StoppedBySignal
    if end == "interrupted":
        raise KeyboardInterrupt
    if end == "mistake":
        raise InputError(
            f"{training.run.folder}: the training refuses: {training.last_words()}"
        )
    if end == "finished":
        score = score_of(training.run.results())
        study.finish(trial, score)
        return f"validation hF {score:.4f}{_rank(study)}"
    if end == "pruned":
        study.prune(trial)
        shutil.rmtree(training.run / BACKUP, ignore_errors=True)
        epochs = len(study.trial(trial.number).intermediate_values)
        return f"ended after epoch {epochs}: below the median of the others"
    study.fail(trial, f"see {training.log}")
    return f"failed; see {training.log}"


def _rank(study: Study) -> str:
    best = study.optuna.best_trial
    return f"; best {best.value:.4f}, {trial_name(best.number)}"


def score_of(results: dict[str, Any]) -> float:
    """The score by which trials are compared."""
    return float(results["validation"]["hierarchical"]["f1"])


def _shown(trial: FrozenTrial) -> str:
    pairs = (
        f"{key}={value:.6g}" if isinstance(value, float) else f"{key}={value}"
        for key, value in trial.params.items()
    )
    return ", ".join(pairs)
