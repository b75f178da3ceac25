"""Versions, machine and data fingerprints of a run, for `environment.json`."""

from __future__ import annotations

import os
import platform
import sys
from importlib import metadata
from typing import Any

PACKAGES = (
    "han-coder tensorflow tensorflow-cpu keras numpy pandas scikit-learn nltk gensim "
    "tensorboard"
).split()


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
