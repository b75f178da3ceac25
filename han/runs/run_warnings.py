"""What a user should know of a finished run before its codes are believed."""

from __future__ import annotations

import warnings
from pathlib import Path

from han.errors import RunWarning, listing
from han.runs.environment import changed_versions, read_environment
from han.runs.manifest import read_manifest
from han.runs.run_files import THRESHOLDS_FILE

_said: set[str] = set()


def warn_of_run(folder: Path, name: str | None = None) -> None:
    """Warns once in a process of what is unusual about a run.

    That is: other versions of packages than it was trained with; no manifest, as runs
    of older versions of this package; thresholds that were removed. Of a run that is
    not finished `RunFolder.warning` says all.

    Args:
        folder: The run.
        name: What it is called; by default its folder.

    Warns:
        RunWarning: One for each, on one line.

    Example:
        >>> warn_of_run(Path("runs/demo"))  # doctest: +SKIP
    """
    for text in run_warnings(folder):
        said = f"{name or folder}: {text}"
        if said not in _said:
            _said.add(said)
            warnings.warn(said, RunWarning, stacklevel=3)


def run_warnings(folder: Path) -> list[str]:
    """What is unusual about a run, a line for each; as `warn_of_run` says it."""
    known = read_environment(folder)
    manifest, found = read_manifest(folder), []
    changed = changed_versions(known)
    if changed:
        found.append(
            f"was trained with other versions of packages, which may change a code: "
            f"{listing(changed)}."
        )
    if manifest is None and known.get("finished", True):
        found.append(
            "has no manifest.json, as runs of older versions, so nobody knows whether "
            "its files belong together. The training command, given again, writes one "
            "and changes nothing else."
        )
    is_routed = (folder / THRESHOLDS_FILE).is_file()
    if manifest and THRESHOLDS_FILE in manifest.sizes and not is_routed:
        found.append(
            f"{THRESHOLDS_FILE} was removed, so no record is sent to a person. Make it "
            f"again with python -m han.plan {folder} --apply."
        )
    return found
