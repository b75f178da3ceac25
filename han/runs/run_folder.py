"""`RunFolder`: writes and reads the files of a run, each whole or not at all."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from han.config import Config, read_config
from han.config.changed_keys import different_keys
from han.config.yaml_writer import config_text
from han.devices.stage_clock import stage
from han.errors import InputError, listing
from han.runs.environment import environment
from han.runs.manifest import read_manifest, write_manifest
from han.runs.replaced_run import is_ours, set_aside, settle
from han.runs.run_files import (
    BACKUP,
    CONFIG_FILE,
    ENVIRONMENT_FILE,
    HISTORY_FILE,
    METRICS_FILE,
    REQUEUE_FILE,
)
from han.runs.task_folders import refuse_tasks
from han.tables.file_access import NOT_THERE, file_fault, make_folder
from han.tables.whole_files import whole_file

# What a run may be taken up with another value of: it changes no number.
FREE = ("data.cache", "training.save_minutes", "store")
ADVICE = (
    "Make room on the disk or the folder writable, and give the same command again."
)


class RunFolder:
    """The folder of one run.

    Its files are those of `han.runs.run_files`.
    The last thing written is `finished` in `environment.json`; `metrics.json` says
    nothing, since a run that was stopped can be evaluated, too.

    Args:
        folder: Its path.
        writes: Whether `write` does anything: of several processes the first's does.
    """

    def __init__(self, folder: Path, writes: bool = True) -> None:
        self.folder = folder
        self.writes = writes

    def __truediv__(self, name: str) -> Path:
        """Path of a file in the folder."""
        return self.folder / name

    @property
    def is_finished(self) -> bool:
        """Whether the run has been trained and evaluated to the end."""
        is_there = os.path.isfile(self / ENVIRONMENT_FILE)
        return is_there and bool(self.read_json(ENVIRONMENT_FILE).get("finished"))

    @property
    def epochs(self) -> int:
        """Number of epochs in the history; 0 before the first, or for a baseline."""
        if not os.path.isfile(self / HISTORY_FILE):
            return 0
        return max((self / HISTORY_FILE).read_bytes().count(b"\n") - 1, 0)

    def warning(self) -> str:
        """One line for who uses a run that is not finished; else empty."""
        # A copy without the file is not suspicious: coding does not need it.
        if self.is_finished or not os.path.isfile(self / ENVIRONMENT_FILE):
            return ""
        so_far = f" (trained to epoch {self.epochs} so far)" if self.epochs else ""
        return (
            f"han: warning: {self.folder}: the run is not finished{so_far}; give the "
            "training command again to finish."
        )

    def config(self, encoding: str | None = None, *, tasks: bool = False) -> Config:
        """The settings of the run.

        Args:
            encoding: Replaces `data.encoding`.
            tasks: Whether it may be a run of several tasks.

        Raises:
            InputError: If the folder is no run, or one of several tasks.
        """
        if not tasks:
            refuse_tasks(self.folder)
        if fault := file_fault(self / CONFIG_FILE):
            why = f"its config.yaml cannot be read ({fault})"
            if fault == NOT_THERE:
                why = "config.yaml is missing"
                if not os.path.isdir(self.folder):
                    why = "there is no such folder"
            raise InputError(
                f"{self.folder}: not a trained run, {why}. Give the folder of a run, "
                "or train one with python -m han.train EXPERIMENT.yaml."
            )
        if manifest := read_manifest(self.folder):
            manifest.check_file(self.folder, CONFIG_FILE)
        config = read_config(self / CONFIG_FILE)
        if encoding is None:
            return config
        return replace(config, data=replace(config.data, encoding=encoding))

    def fingerprints(self) -> dict[str, str]:
        """SHA-256 of each file that the run read, by its path."""
        found = self.read_json(ENVIRONMENT_FILE).get("data")
        if not isinstance(found, dict):
            raise self._damaged(ENVIRONMENT_FILE, "damaged (no `data`)")
        return {str(file): str(digest) for file, digest in found.items()}

    def results(self) -> dict[str, Any]:
        """What `metrics.json` holds, by name: scores, and `time`; empty without it."""
        is_there = os.path.isfile(self / METRICS_FILE)
        return self.read_json(METRICS_FILE) if is_there else {}

    def open(
        self, config: Config, fingerprints: dict[str, str], overwrite: bool
    ) -> bool:
        """Readies the folder for training with a config on some data.

        Returns:
            Whether there is anything left to train: False if the run is finished.

        Raises:
            InputError: If the folder holds something else: another experiment, other
                data, or no run at all; or if it cannot be made.
        """
        if not self.writes:
            return self._join(config, fingerprints, overwrite)
        # Who gave the command again has seen it; where nothing can be written is none.
        with contextlib.suppress(OSError):
            (self / REQUEUE_FILE).unlink(missing_ok=True)
        if self._make(overwrite):
            self._begin(config, fingerprints)
            return True
        if not os.path.isfile(self / CONFIG_FILE):
            raise InputError(
                f"{self.folder}: the folder holds other files, not a run. Set "
                "`logging.run_folder` to a new one."
            )
        self._check_same(config, fingerprints)
        if not self.is_finished:
            return True
        if read_manifest(self.folder) is None:  # a run of before there were any
            self.finish()
        return False

    def _join(
        self, config: Config, fingerprints: dict[str, str], overwrite: bool
    ) -> bool:
        """What `open` of the first process is going to say."""
        if overwrite or not os.path.isfile(self / CONFIG_FILE):
            return True
        self._check_same(config, fingerprints)
        return not self.is_finished

    def _make(self, overwrite: bool) -> bool:
        """Makes the folder, or empties it, and says whether a run can begin in it."""
        advice = "Set `logging.run_folder` to a folder that can be made and written."
        try:
            settle(self.folder)  # a kill may have left two runs
            make_folder(self.folder, "the run folder", advice)
            was_run = os.path.isfile(self / CONFIG_FILE)
            if overwrite and was_run:
                set_aside(self.folder)
                return True
            # A kill at the very beginning leaves nothing but files of ours.
            return not was_run and all(map(is_ours, self.folder.iterdir()))
        except OSError as error:
            raise InputError(
                f"{self.folder}: cannot be the run folder: {error.strerror}. {advice}"
            ) from None

    def finish(self) -> None:
        """Binds its files, marks the run as finished, and removes its backup."""
        known = self.read_json(ENVIRONMENT_FILE)
        text = _json_text({**known, "finished": True, "manifest": True})
        if self.writes:
            write_manifest(self.folder, {ENVIRONMENT_FILE: _bytes(text)})
        self.write_text(ENVIRONMENT_FILE, text)
        shutil.rmtree(self / BACKUP, ignore_errors=True)

    def _begin(self, config: Config, fingerprints: dict[str, str]) -> None:
        begun = {**environment(fingerprints), "finished": False}
        self.write_json(ENVIRONMENT_FILE, begun)
        self.write_config(config)

    def write_config(self, config: Config, note: str = "") -> None:
        """Writes the settings; `note` is a comment above them."""
        self.write_text(CONFIG_FILE, config_text(config.to_dict(), note))

    def _check_same(self, config: Config, fingerprints: dict[str, str]) -> None:
        changed = different_keys(self._settings(), config.to_dict())
        changed = [key for key in changed if key not in FREE]
        advice = (
            "Use --overwrite (overwrite=True in Python) to begin anew, or set another "
            "`logging.run_folder`."
        )
        if changed:
            raise InputError(
                f"{self.folder}: there is a run with other settings here: "
                f"{listing(changed)}. {advice}"
            )
        changed = different_keys(self.fingerprints(), fingerprints)
        if changed:
            raise InputError(
                f"{self.folder}: the data has changed since this run began: "
                f"{listing(changed)}. {advice}"
            )

    def _settings(self) -> dict[str, Any]:
        """The settings as they were written, whatever keys this version knows.

        A key that did not exist then has its default: what was done without it.
        """
        with contextlib.suppress(InputError):
            return self.config(tasks=True).to_dict()
        try:
            text = (self / CONFIG_FILE).read_text(encoding="utf-8")
            settings = yaml.safe_load(text)
        except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
            why = f"damaged ({type(error).__name__})"
            raise self._damaged(CONFIG_FILE, why) from None
        if not isinstance(settings, dict):
            raise self._damaged(CONFIG_FILE, "damaged (no settings)")
        return settings

    def read_json(self, name: str) -> dict[str, Any]:
        """Reads what `write_json` wrote.

        Raises:
            InputError: If the file is missing or damaged.
        """
        if fault := file_fault(self / name):
            why = "missing" if fault == NOT_THERE else f"damaged ({fault})"
            raise self._damaged(name, why)
        try:
            content = json.loads((self / name).read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            raise self._damaged(name, f"damaged ({type(error).__name__})") from None
        if not isinstance(content, dict):
            raise self._damaged(name, "damaged (not an object)")
        return content

    def _damaged(self, name: str, why: str) -> InputError:
        return InputError(
            f"{self / name} is {why}. Copy it again, or train anew with --overwrite."
        )

    @stage("saving")
    def write(self, name: str, save: Callable[[Path], object]) -> None:
        """Writes a file under a temporary name, then renames it."""
        if not self.writes:
            return
        if not self.folder.is_dir():
            raise self._removed()
        with contextlib.suppress(OSError):  # which is said below
            (self / name).parent.mkdir(0o700, exist_ok=True)
        with whole_file(self / name, ADVICE) as temporary:
            save(temporary)

    def check_is_there(self) -> None:
        """Raises InputError if the run was removed, whoever made the folder again."""
        if self.writes and not (self / CONFIG_FILE).is_file():
            raise self._removed()

    def _removed(self) -> InputError:
        return InputError(
            f"{self.folder}: the run folder was removed while it was in use, so "
            "nothing is kept. Give the same command again to begin anew."
        )

    def write_json(self, name: str, content: Any) -> None:
        """Writes JSON that people can read."""
        self.write_text(name, _json_text(content))

    def write_text(self, name: str, text: str) -> None:
        """Writes text in UTF-8."""
        self.write(name, lambda file: file.write_bytes(_bytes(text)))


def _json_text(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _bytes(text: str) -> bytes:
    """Bytes of a path that are no text are written out: JSON reads the same path."""
    return text.encode("utf-8", "backslashreplace")
