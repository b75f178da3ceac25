"""Codes free text into a hierarchical classification.

Example:
    >>> import han
    >>> classifier = han.load("runs/demo")  # doctest: +SKIP
    >>> classifier.predict(["Pan de dulce"])  # doctest: +SKIP
"""

from __future__ import annotations

import warnings
from importlib import metadata
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from pathlib import Path

    from han.code_list.taxonomy import Taxonomy
    from han.runs.classifier import Classifier

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


def load(
    run_folder: str | Path, engine: Literal["auto", "numpy", "tensorflow"] = "auto"
) -> Classifier:
    """Reads a trained run, ready to code texts; see `han.runs.loading`."""
    from han.runs.loading import load_classifier

    return load_classifier(run_folder, engine)


def __getattr__(name: str) -> Any:
    # Late imports: `import han` must stay light enough for a login node.
    if name == "Classifier":
        from han.runs.classifier import Classifier

        return Classifier
    if name == "Taxonomy":
        from han.code_list.taxonomy import Taxonomy

        return Taxonomy
    raise AttributeError(f"module 'han' has no attribute {name!r}")
