"""The trained demo that the notebooks share, made when first needed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from han.errors import InputError
from han.runs.run_folder import RunFolder

EXPERIMENT = Path("experiments/demo.yaml")
RUN = Path("runs/demo")


def demo_run() -> Path:
    """Folder of the demo, which is trained first if it is not there: a few minutes.

    The paths of an experiment and of its run start at the top of the repository, so
    this goes there, whatever folder the notebook was opened in. What training says is
    shown as it comes.

    Returns:
        `runs/demo`.

    Raises:
        InputError: Outside a copy of the repository, or if training fails.

    Example:
        >>> run = demo_run()  # doctest: +SKIP
    """
    os.chdir(_top())
    if not RunFolder(RUN).is_finished:
        _train()
    return RUN


def _top() -> Path:
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / EXPERIMENT).is_file():
            return folder
    raise InputError(
        f"{here}: neither this folder nor one above it holds {EXPERIMENT}. Start in a "
        "copy of the repository."
    )


def command() -> list[str]:
    """What trains the demo, from the top of the repository."""
    return [sys.executable, "-m", "han.train", str(EXPERIMENT)]


def _train() -> None:
    """Trains in a process of its own, as the command line does."""
    with subprocess.Popen(
        command(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
    ) as process:
        for line in process.stdout or ():
            sys.stdout.write(line)
    if process.returncode:
        raise InputError(
            f"Training the demo ended with exit code {process.returncode}: see above."
        )
