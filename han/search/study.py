"""The trials of a sweep, in a journal that several processes share."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import optuna
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.pruners import MedianPruner
from optuna.samplers import BaseSampler, RandomSampler, TPESampler
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend, JournalFileSymlinkLock
from optuna.trial import FrozenTrial, TrialState

from han.errors import InputError
from han.runs.folder_lock import locked
from han.search.journal_repair import damaged_journal, mend_journal
from han.search.search_space import Parameter, Scalar
from han.search.sweep_file import Sweep

JOURNAL = "study.journal"
LOCKS = "locks"
NAME = "sweep"
REASON = "reason"


class Study:
    """What is known of the trials of a sweep, and which one comes next.

    Each process that works on a sweep has one; they meet in the journal. A trial
    belongs to the process that holds its lock, which the system takes away with the
    process: a trial that runs and is not locked is one whose process is gone.

    Args:
        sweep: The sweep; its folder must be there.
    """

    def __init__(self, sweep: Sweep) -> None:
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self.sweep = sweep
        with self.alone():
            self.storage = _open_journal(sweep.folder / JOURNAL)
            self.optuna = self._load(RandomSampler(seed=sweep.settings.seed))
            if sweep.settings.sampler == "grid" and not self.optuna.trials:
                for point in sweep.points():
                    self.optuna.enqueue_trial(dict(point))

    def _load(self, sampler: BaseSampler) -> optuna.Study:
        return optuna.create_study(
            study_name=NAME,
            storage=self.storage,
            direction="maximize",
            load_if_exists=True,
            sampler=sampler,
        )

    def alone(self) -> contextlib.AbstractContextManager[None]:
        """Keeps the other processes of the sweep waiting."""
        return alone(self.sweep.folder)

    @property
    def trials(self) -> list[FrozenTrial]:
        """All trials that have values, in order."""
        return [t for t in self.optuna.trials if self._is_whole(t)]

    def _is_whole(self, trial: FrozenTrial) -> bool:
        return set(trial.params) == {p.key for p in self.sweep.parameters}

    def take(self, stack: contextlib.ExitStack) -> FrozenTrial | None:
        """The next trial for this process: one that was left behind, or a new one.

        Args:
            stack: Holds the trial until it is closed.

        Returns:
            The trial; None if the others have all that is left.
        """
        with self.alone():
            for trial in self.optuna.get_trials(states=(TrialState.RUNNING,)):
                if not _enter(stack, self._lock(trial.number)):
                    continue
                if self._is_whole(trial):
                    return trial
                self._give_up(trial)
            waiting = self.optuna.get_trials(states=(TrialState.WAITING,))
            if not waiting and len(self.trials) >= self.sweep.num_trials:
                return None
            trial = self._ask()
            _enter(stack, self._lock(trial.number))
            return trial

    def _ask(self) -> FrozenTrial:
        """A new trial; its numbers depend on the seed and the trials before it."""
        number = len(self.optuna.trials)
        study = self._load(_sampler(self.sweep, number))
        space = {p.key: distribution(p) for p in self.sweep.parameters}
        return self.trial(study.ask(fixed_distributions=space).number)

    def _give_up(self, trial: FrozenTrial) -> None:
        """A process was killed before the trial had its values: they come again."""
        self.optuna.tell(trial.number, state=TrialState.FAIL)
        point = trial.system_attrs.get("fixed_params")
        if point:
            self.optuna.enqueue_trial(point)

    def _lock(self, number: int) -> Path:
        return self.sweep.folder / LOCKS / trial_name(number)

    def trial(self, number: int) -> FrozenTrial:
        """A trial as it stands now."""
        return self.optuna.trials[number]

    def report(self, trial: FrozenTrial, epoch: int, score: float) -> bool:
        """Notes the score after an epoch.

        Returns:
            Whether the trial is to end here.
        """
        self.storage.set_trial_intermediate_value(trial._trial_id, epoch, score)
        if not self.sweep.prunes:
            return False
        settings = self.sweep.settings
        # Optuna counts from 0, and judges the first step after the warm-up, too.
        pruner = MedianPruner(settings.warm_up_trials, settings.warm_up_epochs + 1)
        return pruner.prune(self.optuna, self.trial(trial.number))

    def finish(self, trial: FrozenTrial, score: float) -> None:
        """The trial came to its end."""
        self.optuna.tell(trial.number, score)

    def prune(self, trial: FrozenTrial) -> None:
        """The trial ended early."""
        self.optuna.tell(trial.number, state=TrialState.PRUNED)

    def fail(self, trial: FrozenTrial, reason: str) -> None:
        """The trial cannot be trained."""
        self.storage.set_trial_user_attr(trial._trial_id, REASON, reason)
        self.optuna.tell(trial.number, state=TrialState.FAIL)


def _open_journal(file: Path) -> JournalStorage:
    """The journal, without what a killed process has left half written."""
    lock = JournalFileSymlinkLock(str(file))
    lock.acquire()  # another process of the sweep may be writing
    try:
        mend_journal(file)
    finally:
        lock.release()
    try:
        return JournalStorage(JournalFileBackend(str(file)))
    except (KeyError, ValueError, TypeError, AttributeError, RuntimeError) as error:
        why = f"its records contradict each other ({type(error).__name__})"
        raise damaged_journal(file, why) from None


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keeps other processes out of what concerns a whole sweep."""
    with contextlib.ExitStack() as stack:
        while not _enter(stack, folder / LOCKS / NAME):
            time.sleep(0.1)
        yield


def trial_name(number: int) -> str:
    """Name of the run folder of a trial.

    Example:
        >>> trial_name(3)
        'trial-0003'
    """
    return f"trial-{number:04d}"


def values_of(trial: FrozenTrial) -> dict[str, Scalar]:
    """The values of a trial by key."""
    return dict(trial.params)


def distribution(parameter: Parameter) -> BaseDistribution:
    """How Optuna is told of the values of a key."""
    numbers = parameter.range
    if numbers is None:
        return CategoricalDistribution(parameter.choices)
    if not parameter.whole:
        return FloatDistribution(
            numbers.low, numbers.high, log=numbers.log, step=numbers.step
        )
    low, high, step = int(numbers.low), int(numbers.high), int(numbers.step or 1)
    return IntDistribution(low, high, log=numbers.log, step=step)


def _sampler(sweep: Sweep, number: int) -> BaseSampler:
    """A sampler for one trial: processes that share a seed must not draw the same."""
    seed = (sweep.settings.seed * 1_000_003 + number) % 2**32
    if sweep.settings.sampler == "tpe":
        return TPESampler(seed=seed, constant_liar=True)
    return RandomSampler(seed=seed)  # a grid's trials are waiting with their values


def _enter(stack: contextlib.ExitStack, folder: Path) -> bool:
    """Takes a lock if it is free."""
    lock: contextlib.AbstractContextManager[Any] = locked(folder)
    try:
        stack.enter_context(lock)
    except InputError:
        return False
    return True
