"""Does for each task of a run what a command does for a run."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from han.runs.task_folders import task_names


def for_each_task(
    given: argparse.Namespace, carry_out: Callable[[argparse.Namespace], int]
) -> int:
    """Carries out a command for a run, or one task after the other.

    Args:
        given: Arguments of the command; of a run of several tasks `output` is a folder
            with a folder for each.
        carry_out: The command.

    Returns:
        The exit code of the last one.

    Raises:
        InputError: If the folders of the tasks do not belong together.

    Example:
        >>> one = argparse.Namespace(run=Path("runs/none"), output=None)
        >>> for_each_task(one, lambda given: print(given.run) or 0)
        runs/none
        0
    """
    names, code = task_names(given.run), 0
    if not names:
        return carry_out(given)
    from han.tasks.task_rows import of_task
    from han.tasks.task_run import BoundTasks

    BoundTasks.read(given.run).check(given.run)
    for place, name in enumerate(names):
        print("\n" * (place > 0) + f"{name}\n{'=' * len(name)}")
        own = {"run": given.run / name}
        if getattr(given, "output", None) is not None:
            own["output"] = Path(given.output) / name
        with of_task(name):
            code = carry_out(argparse.Namespace(**{**vars(given), **own}))
    return code
