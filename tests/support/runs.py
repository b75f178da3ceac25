"""Small trained runs that several files of tests read or copy."""

import shutil
from pathlib import Path

from han.runs.manifest import write_manifest
from support.experiments import write_experiment


def baseline(folder: Path, **sections: str) -> Path:
    """An experiment with a baseline, quick to train."""
    return write_experiment(folder, model="{kind: tfidf_svm}", **sections)


def copied_run(run: Path, folder: Path) -> Path:
    """A copy of a run with its data and experiment, as if trained in `folder`."""
    shutil.copytree(run.parent, folder, dirs_exist_ok=True)
    for name in ("experiment.yaml", "run/config.yaml", "run/environment.json"):
        file = folder / name
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace(str(run.parent), str(folder)), encoding="utf-8")
    write_manifest(folder / "run")
    return folder / "run"
