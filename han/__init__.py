"""Codes free text into a hierarchical classification.

Example:
    >>> import han
    >>> classifier = han.load("runs/demo")  # doctest: +SKIP
    >>> classifier.predict(["Pan de dulce"])  # doctest: +SKIP
"""

from __future__ import annotations

import warnings
from importlib import metadata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from han.classifier import Classifier
    from han.taxonomy import Taxonomy

__all__ = ["Classifier", "Taxonomy", "load"]


def _warn_of_clash() -> None:
    """Says so if a package that also installs as `han` stands beside this one."""
    for other in ("hierarchical-attention-networks", "han"):
        try:
            metadata.distribution(other)
        except metadata.PackageNotFoundError:
            continue
        warnings.warn(
            f"The package {other!r} is installed too and writes into the same folder "
            f"`han`. Remove both with `pip uninstall {other} han-coder`, then install "
            "han-coder again.",
            RuntimeWarning,
            stacklevel=3,
        )


_warn_of_clash()


def load(run_folder: str | Path) -> Classifier:
    """Reads a trained run, ready to code texts."""
    from han.classifier import Classifier

    return Classifier.load(run_folder)


def __getattr__(name: str) -> Any:
    # Late imports: `import han` must stay light enough for a login node.
    if name == "Classifier":
        from han.classifier import Classifier

        return Classifier
    if name == "Taxonomy":
        from han.taxonomy import Taxonomy

        return Taxonomy
    raise AttributeError(f"module 'han' has no attribute {name!r}")
