"""What is kept of a run, written so that nothing is ever half there."""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

import yaml

from han.config import Config
from han.errors import InputError, listing

PACKAGES = (
    "han-coder tensorflow tensorflow-cpu keras numpy pandas scikit-learn nltk gensim "
    "tensorboard"
).split()
KEPT = (
    "config.yaml taxonomy.json text.json model.keras model.joblib metrics.json "
    "history.csv environment.json data_report.txt"
).split()


class RunFolder:
    """The folder of one run.

    Files: `config.yaml taxonomy.json text.json model.keras metrics.json history.csv
    environment.json data_report.txt tensorboard/ backup/`. `metrics.json` is written
    last: a folder that has it is finished.

    Args:
        folder: Its path.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __truediv__(self, name: str) -> Path:
        """Path of a file in the folder."""
        return self.folder / name

    @property
    def is_finished(self) -> bool:
        """Whether the run has been trained and evaluated to the end."""
        return (self / "metrics.json").is_file()

    def open(
        self, config: Config, fingerprints: dict[str, str], overwrite: bool
    ) -> bool:
        """Readies the folder for training with a config on some data.

        Returns:
            Whether there is anything left to train: False if the run is finished.

        Raises:
            InputError: If the folder holds something else: another experiment, other
                data, or no run at all.
        """
        if overwrite:
            self.clear()
        if not self.folder.exists() or not any(self.folder.iterdir()):
            self.folder.mkdir(parents=True, exist_ok=True)
            self._begin(config, fingerprints)
            return True
        if not (self / "config.yaml").is_file():
            raise InputError(
                f"{self.folder}: the folder holds other files, not a run. Set "
                "`logging.run_folder` to a new one."
            )
        self._check_same(config, fingerprints)
        return not self.is_finished

    def clear(self) -> None:
        """Removes what a run wrote, and nothing else."""
        if not (self / "config.yaml").is_file():
            return
        for name in ("tensorboard", "backup"):
            shutil.rmtree(self / name, ignore_errors=True)
        # The config goes last: until then the folder is still known as a run.
        for name in reversed(KEPT):
            (self / name).unlink(missing_ok=True)

    def finish(self) -> None:
        """Removes the backup of a run that is trained and evaluated."""
        shutil.rmtree(self / "backup", ignore_errors=True)

    def _begin(self, config: Config, fingerprints: dict[str, str]) -> None:
        self.write_json("environment.json", environment(fingerprints))
        text = yaml.safe_dump(config.to_dict(), sort_keys=False, allow_unicode=True)
        self.write("config.yaml", lambda file: file.write_text(text, encoding="utf-8"))

    def _check_same(self, config: Config, fingerprints: dict[str, str]) -> None:
        text = (self / "config.yaml").read_text(encoding="utf-8")
        changed = different_keys(yaml.safe_load(text), config.to_dict())
        advice = "Use --overwrite to begin anew, or set another `logging.run_folder`."
        if changed:
            raise InputError(
                f"{self.folder}: there is a run with other settings here: "
                f"{listing(changed)}. {advice}"
            )
        begun = json.loads((self / "environment.json").read_text(encoding="utf-8"))
        if begun["data"] != fingerprints:
            raise InputError(
                f"{self.folder}: the data has changed since this run began: "
                f"{listing(different_keys(begun['data'], fingerprints))}. {advice}"
            )

    def write(self, name: str, save: Callable[[Path], object]) -> None:
        """Writes a file under a temporary name, then renames it."""
        target = self / name
        # Keras wants the ending of the final name.
        temporary = target.with_name(f".{os.getpid()}.{target.name}")
        try:
            save(temporary)
            os.replace(temporary, target)
        finally:
            temporary.unlink(missing_ok=True)

    def write_json(self, name: str, content: Any) -> None:
        """Writes JSON that people can read."""
        text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
        self.write(name, lambda file: file.write_text(text, encoding="utf-8"))


def different_keys(one: Any, two: Any, above: str = "") -> list[str]:
    """Dotted keys under which two nested mappings differ.

    Example:
        >>> different_keys({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}})
        ['a.c']
    """
    if not (isinstance(one, dict) and isinstance(two, dict)):
        return [] if one == two else [above]
    names = dict.fromkeys([*one, *two])
    return [
        key
        for name in names
        for key in different_keys(
            one.get(name), two.get(name), f"{above}.{name}" if above else str(name)
        )
    ]


def environment(fingerprints: dict[str, str]) -> dict[str, Any]:
    """Versions, machine, and SHA-256 of the data: what a run depends on."""
    versions = {}
    for package in PACKAGES:
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return {
        "python": sys.version.split()[0],
        "platform": platform.platform(),
        "processors": os.cpu_count(),
        "packages": versions,
        "data": fingerprints,
    }
