"""Versions, machine and data fingerprints of a run, for `environment.json`."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from han.errors import InputError
from han.runs.run_files import ENVIRONMENT_FILE
from han.tables.file_access import NOT_THERE, file_fault

# Those with which texts are read and numbers computed when records are coded, and those
# with which runs are only trained. TensorFlow has one name for each of its builds.
CODING_PACKAGES = (
    "han-coder tensorflow tensorflow-cpu keras numpy scipy numba pandas scikit-learn "
    "nltk stop-words simplemma fasttext-community"
).split()
TRAINING_PACKAGES = "gensim tensorboard".split()


def environment(fingerprints: dict[str, str]) -> dict[str, Any]:
    """Versions, machine, and SHA-256 of the data: what a run depends on."""
    return {
        "python": sys.version.split()[0],
        "platform": platform.platform(),
        "processors": os.cpu_count(),
        "packages": _versions([*CODING_PACKAGES, *TRAINING_PACKAGES]),
        "data": fingerprints,
    }


def _versions(packages: list[str]) -> dict[str, str]:
    """Versions of those that are installed."""
    found = {}
    for package in packages:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def read_environment(folder: Path) -> dict[str, Any]:
    """What `environment.json` of a run says; empty if it is missing.

    Raises:
        InputError: If it is damaged.
    """
    file = folder / ENVIRONMENT_FILE
    fault = file_fault(file)  # a device would be read without end
    if fault == NOT_THERE:
        return {}
    if fault:
        raise InputError(f"{file} cannot be read: {fault}. Copy the whole run again.")
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        return dict(found)
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise InputError(
            f"{file} is damaged ({type(error).__name__}). Copy it again, or train anew "
            "with --overwrite."
        ) from error


def changed_versions(known: Mapping[str, Any]) -> list[str]:
    """Packages that code with another version now than in training.

    A package that is not installed says so itself when it is needed. Of Python the
    second number counts: with it the tables of letters change.

    Args:
        known: What `environment.json` says.

    Returns:
        A text for each, with both versions.

    Example:
        >>> changed_versions({"packages": {"numpy": "1.0"}})  # doctest: +ELLIPSIS
        ['numpy 1.0 (here ...)']
    """
    recorded = known.get("packages")
    before = _plain(recorded if isinstance(recorded, dict) else {})
    now = _plain(_versions(CODING_PACKAGES))
    if "python" in known:
        before["Python"] = ".".join(str(known["python"]).split(".")[:2])
        now["Python"] = ".".join(platform.python_version_tuple()[:2])
    return [
        f"{name} {before[name]} (here {version})"
        for name, version in now.items()
        if before.get(name, version) != version
    ]


def _plain(versions: Mapping[str, Any]) -> dict[str, str]:
    """The same with one name for TensorFlow, however it was built."""
    return {
        n.replace("tensorflow-cpu", "tensorflow"): str(v) for n, v in versions.items()
    }
